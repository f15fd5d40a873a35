import type { Created } from "./create-topic.ts"
import { differences, shapeWords } from "./topic-shape.ts"

const made = (topic: string, { shape, brokers }: Extract<Created, { readonly _tag: "Made" }>): string => {
  const isFew = shape.replication < 3 && shape.replication === brokers
  const few = `The cluster has ${brokers === 1 ? "one broker" : `${brokers} brokers`}: with three, three copies are made.`
  return [`Made ${topic}: ${shapeWords(shape)}.`, ...(isFew ? [few] : [])].join("\n")
}

const exists = (topic: string, { found, wished }: Extract<Created, { readonly _tag: "Exists" }>): string => {
  const said = `There is a topic ${topic} already: nothing was changed.`
  if (!found) return said
  const different = differences(found, wished)
  const hidden = found.policy === undefined ? " Its configuration cannot be read (the right DESCRIBE_CONFIGS)." : ""
  return different.length > 0
    ? `${said} It has ${different.join(", ")}.${hidden}`
    : `${said} It is as it would be made${hidden === "" ? "" : ", as far as it can be seen"}.${hidden}`
}

/** What became of making a topic, for the operator. */
export const createdWords = (topic: string, created: Created): string => {
  switch (created._tag) {
    case "Made":
      return made(topic, created)
    case "Exists":
      return exists(topic, created)
    case "Impossible":
      return `Nothing was made: ${created.why}.`
  }
}
