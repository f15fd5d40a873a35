import { Pool } from "undici"

export type Answer = { readonly status: number; readonly text: string }
export type Send = (
  method: "GET" | "POST" | "PUT",
  path: string,
  body?: Buffer | string,
  type?: string
) => Promise<Answer>

/** A caller with so many connections. */
export const openCaller = (url: string, key: string, connections: number) => {
  const pool = new Pool(url, { connections, pipelining: 1 })
  const send: Send = async (method, path, body, type = "application/json") => {
    const { statusCode, body: answer } = await pool.request({
      method,
      path,
      headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { "content-type": type }) },
      ...(body === undefined ? {} : { body })
    })
    return { status: statusCode, text: await answer.text() }
  }
  return { send, close: () => pool.close() }
}

/** Does `work` for each number, `inFlight` at a time, and answers how long each took, in milliseconds. */
export const inFlight = async (
  count: number,
  limit: number,
  work: (n: number) => Promise<void>
): Promise<Array<number>> => {
  const millis: Array<number> = []
  let next = 0
  const worker = async () => {
    while (next < count) {
      const n = next++
      const begun = performance.now()
      await work(n)
      millis.push(performance.now() - begun)
    }
  }
  await Promise.all(Array.from({ length: limit }, worker))
  return millis
}

export const percentile = (values: ReadonlyArray<number>, p: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor((values.length * p) / 100))] ?? Number.NaN

let people = 0
/** A person that no other is equal to. */
export const body = (): string => {
  const n = ++people
  const day = String(1 + (n % 28)).padStart(2, "0")
  return JSON.stringify({
    partnerUserId: `bench-${process.pid}-${n}`,
    applicant: {
      name: "Siti Rahmawati",
      nik: `31740${1 + (Math.floor(n / 9999) % 9)}${day}0690${String(1 + (n % 9800)).padStart(4, "0")}`,
      dateOfBirth: `1990-06-${day}`,
      email: { address: `bench-${process.pid}-${n}@example.id`, verificationReferenceId: `otp-${n}` },
      phoneNumber: { number: `+62 812-${String(10_000_000 + n)}`, verificationReferenceId: `otp-${n}` }
    },
    locale: "id_ID",
    consents: [
      {
        entity: "Digi",
        type: "termsAndConditions",
        givenAt: "2026-01-20T10:00:00.000Z",
        documents: { id_ID: { url: "https://example.id/syarat", text: "Saya setuju" } },
        device: { userAgent: "Mozilla/5.0", ip: "203.0.113.7", os: "Android 15" }
      }
    ],
    labels: { campaign: "bench" }
  })
}
