import { createHash } from "node:crypto"
import { setTimeout as sleep } from "node:timers/promises"
import { isDeepStrictEqual } from "node:util"
import type { Answer, Api, Document, Resource, State } from "../support/api.ts"
import { isEnd } from "../support/api.ts"
import { directWay, factsOf } from "../support/direct-upload.ts"
import { jpeg } from "../support/images.ts"
import { registrationRequest } from "../support/registration-request.ts"
import { stubborn } from "./stubborn.ts"

/** A registration, with what its caller was told and may rely on. */
export type Acknowledged = {
  readonly user: string
  readonly id: string
  readonly attempt: number
  /** SHA-256 of the images that were answered 200. */
  readonly images: { [D in Document]?: string }
  end?: State
  /** The receipt that he was given. */
  erasure?: object
}

const hashOf = (image: Uint8Array) => createHash("sha256").update(image).digest("hex")

const wrong = (what: string, { status, text }: Answer<unknown>): Error =>
  new Error(`${what} was answered ${status}: ${text.slice(0, 300)}`)

/** One partner user's side: each step is repeated to the letter until it is answered. `note` is told of what was answered 201. */
export const callerOf = (
  api: Pick<Api, "send">,
  user: string,
  patience: number,
  note: (acknowledged: Acknowledged) => void = () => {}
) => {
  const send = stubborn(api, patience)
  const path = (id: string) => `/v1/registrations/${id}`

  const resource = async (id: string, query = ""): Promise<Resource> => {
    const answer = await send<Resource>("GET", `${path(id)}${query}`)
    if (answer.status !== 200) throw wrong(`GET of ${id}`, answer)
    return answer.body
  }

  /** The same request under the same key, twice: the second is answered the same registration. */
  const request = async (attempt = 1): Promise<Acknowledged> => {
    const sent = {
      json: registrationRequest({ partnerUserId: user }),
      headers: { "idempotency-key": `${user} ${attempt}` }
    }
    const first = await send<Resource>("POST", "/v1/registrations", sent)
    if (first.status !== 201 || first.body.attempt !== attempt) throw wrong(`request ${attempt} of ${user}`, first)
    const acknowledged = { user, id: first.body.id, attempt, images: {} }
    note(acknowledged)
    const again = await send<Resource>("POST", "/v1/registrations", sent)
    if (again.status !== 201 || again.body.id !== first.body.id) throw wrong(`the repeated request of ${user}`, again)
    return acknowledged
  }

  const upload = async ({ id, images }: Acknowledged, document: Document, image: Uint8Array<ArrayBuffer>) => {
    const sent = { body: image, headers: { "content-type": "image/jpeg" } }
    const answer = await send<Resource>("PUT", `${path(id)}/documents/${document}`, sent)
    // It was stored, the answer was lost, and it went on to its end meanwhile.
    const isThere = async () => (await resource(id)).documents[document].sha256 === hashOf(image)
    if (answer.status !== 200 && !(answer.status === 409 && (await isThere())))
      throw wrong(`PUT ${document} of ${id}`, answer)
    images[document] = hashOf(image)
  }

  /** The KTP is so large that it takes several turns, and comes in many pieces. */
  const uploadBoth = async (acknowledged: Acknowledged) => {
    await Promise.all([
      upload(acknowledged, "ktp", jpeg({ size: 100_000 })),
      upload(acknowledged, "selfie", jpeg({ size: 10_000 }))
    ])
  }

  const sendDirectly = async ({ id, images }: Acknowledged) => {
    const way = directWay({ send: send as Api["send"] })
    const { status, body, text, headers } = await way.urls(id)
    if (status !== 200) throw wrong(`upload-urls of ${id}`, { status, body, text, headers })
    const own = { ktp: jpeg(), selfie: jpeg() }
    for (const document of ["ktp", "selfie"] as const) {
      const stored = await way.put(body.documents[document].url, own[document])
      if (stored >= 300) throw new Error(`the storage answered ${stored}`)
    }
    const said = await way.say(id, { ktp: factsOf(own.ktp), selfie: factsOf(own.selfie) })
    if (said.status !== 200) throw wrong(`the word of ${id}`, said)
    for (const document of ["ktp", "selfie"] as const) images[document] = hashOf(own[document])
  }

  /** Whether it could still be withdrawn. */
  const withdraw = async ({ id }: Acknowledged): Promise<boolean> => {
    const answer = await send<Resource>("POST", `${path(id)}/withdrawal`, { json: { reason: "applicant_request" } })
    if (answer.status !== 200 && answer.status !== 409) throw wrong(`withdrawal of ${id}`, answer)
    return answer.status === 200
  }

  /** Answered once the key is gone; the same receipt twice. */
  const erase = async (acknowledged: Acknowledged) => {
    for (let asked = 0; asked < 2; asked++) {
      const answer = await send<Resource>("DELETE", `${path(acknowledged.id)}/personal-data`)
      const { personalData, erasure } = answer.body
      if (answer.status !== 200 || personalData !== "erased" || !erasure)
        throw wrong(`erasing ${acknowledged.id}`, answer)
      acknowledged.erasure ??= erasure
      if (!isDeepStrictEqual(acknowledged.erasure, erasure)) throw wrong(`the receipt of ${acknowledged.id}`, answer)
    }
  }

  /** A hold keeps what somebody wants erased, and once it is ended it is erased by itself. */
  const eraseDuringHold = async (acknowledged: Acknowledged) => {
    const { id } = acknowledged
    const hold = { reason: "audit", until: "2099-01-01T00:00:00Z" }
    const held = await send<Resource>("PUT", `${path(id)}/hold`, { json: hold })
    if (held.status !== 200) throw wrong(`the hold of ${id}`, held)
    const refused = await send("DELETE", `${path(id)}/personal-data`)
    if (refused.status !== 409 || (await resource(id)).personalData !== "sealed")
      throw wrong(`erasing ${id} on hold`, refused)
    const freed = await send<Resource>("DELETE", `${path(id)}/hold`)
    if (freed.status !== 200) throw wrong(`the end of the hold of ${id}`, freed)
    for (const deadline = Date.now() + patience; ; await sleep(50)) {
      const { erasure } = await resource(id)
      if (erasure) {
        acknowledged.erasure = erasure
        return
      }
      if (Date.now() > deadline) throw new Error(`${id} is not erased`)
    }
  }

  /** Until it has ended and nothing about it is unknown. */
  const endsAs = async (acknowledged: Acknowledged, ...ends: ReadonlyArray<State>) => {
    let now = await resource(acknowledged.id)
    for (const deadline = Date.now() + patience; !isEnd(now) || now.verdictPending === true; ) {
      if (Date.now() > deadline) throw new Error(`${acknowledged.id} stays ${now.state} at revision ${now.revision}`)
      // An end is answered at once, whatever is still to come after it.
      if (isEnd(now)) await sleep(50)
      now = await resource(acknowledged.id, "?wait=2")
    }
    if (!ends.includes(now.state)) throw new Error(`${acknowledged.id} ended as ${now.state}, not ${ends}`)
    acknowledged.end = now.state
  }

  return { request, uploadBoth, sendDirectly, withdraw, erase, eraseDuringHold, endsAs, send }
}
export type Caller = ReturnType<typeof callerOf>
