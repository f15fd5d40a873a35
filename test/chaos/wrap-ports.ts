import { Context, Effect, Layer } from "effect"

/** `before` and `after` a call of a method; while the body that it was given is handed on, after its `first bytes` and its `last bytes`. */
export type Moment = "before" | "after" | "first bytes" | "last bytes"

export type Wrapping = {
  /** Told of each method when it is wrapped, and at which moments it can be met. */
  readonly onMethod: (method: string, moments: ReadonlyArray<Moment>) => void
  readonly onMoment: (method: string, moment: Moment) => void
  /** What stands behind a method; the method itself, unless a fault is planted there. */
  readonly replaced: (method: string, member: unknown) => unknown
}

type Member = (...args: ReadonlyArray<unknown>) => unknown

const aroundEffect = (effect: Effect.Effect<unknown, unknown, unknown>, tell: (moment: Moment) => void) =>
  Effect.suspend(() => {
    tell("before")
    return Effect.onExit(effect, () => Effect.sync(() => tell("after")))
  })

const aroundBytes = async function* (body: AsyncIterable<unknown>, tell: (moment: Moment) => void) {
  let isFirst = true
  for await (const bytes of body) {
    yield bytes
    // Who asks for more has sent what he had.
    if (isFirst) tell("first bytes")
    isFirst = false
  }
  tell("last bytes")
}

const hasBody = (argument: unknown): argument is { readonly body: AsyncIterable<unknown> } =>
  typeof argument === "object" && argument !== null && "body" in argument

const aroundMember = (member: unknown, tell: (moment: Moment) => void): unknown => {
  if (Effect.isEffect(member)) return aroundEffect(member as Effect.Effect<unknown>, tell)
  return (...args: ReadonlyArray<unknown>) => {
    const given = args.map((one) => (hasBody(one) ? { ...one, body: aroundBytes(one.body, tell) } : one))
    const answer = (member as Member)(...given)
    if (Effect.isEffect(answer)) return aroundEffect(answer as Effect.Effect<unknown>, tell)
    // What answers at once changes nothing anywhere.
    tell("before")
    tell("after")
    return answer
  }
}

/** The only method that is given a body. */
const streaming = "ObjectStorage.put"

const aroundService = (port: string, service: object, { onMethod, onMoment, replaced }: Wrapping): object =>
  Object.fromEntries(
    Object.entries(service).map(([name, member]) => {
      if (typeof member !== "function" && !Effect.isEffect(member)) return [name, member]
      const method = `${port}.${name}`
      onMethod(method, method === streaming ? ["before", "first bytes", "last bytes", "after"] : ["before", "after"])
      return [name, aroundMember(replaced(method, member), (moment) => onMoment(method, moment))]
    })
  )

/** A layer of ports whose services are the same, and tell of every call of every method that they have at run time. */
export const wrapPorts = <A, E, R>(layer: Layer.Layer<A, E, R>, wrapping: Wrapping): Layer.Layer<A, E, R> =>
  Layer.flatMap(layer, ({ mapUnsafe }) => {
    const services = [...mapUnsafe].map(
      ([key, service]) => [key, aroundService(key.split("/").at(-1) ?? key, service, wrapping)] as const
    )
    return Layer.succeedContext(Context.makeUnsafe<A>(new Map(services)))
  })
