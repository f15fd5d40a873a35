import { createHash, randomUUID } from "node:crypto"
import type { IncomingMessage } from "node:http"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { vi } from "vitest"
import { patience } from "./eventually.ts"
import type { SimulatorProcess } from "./simulator.ts"

let users = 0

/** A user id that no other test uses, with these test values. */
export const userWith = (...values: ReadonlyArray<string>): string => [`user-${++users}`, ...values].join(".sim-")

/** Waits until the condition does not throw any more. */
export const soon = <A>(condition: () => A | Promise<A>): Promise<A> =>
  vi.waitFor(condition, { timeout: patience, interval: 5 })

/** A JPEG as far as its first and last bytes go. */
export const jpeg = Buffer.concat([
  Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
  Buffer.alloc(2000, 7),
  Buffer.from([0xff, 0xd9])
])
export const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex")

export const USER_TYPE = "CLIENT_T_USER_ID"

export interface Applicant {
  readonly nik: string
  readonly email: string
  readonly phoneNumber: string
}

let serial = 1000

/** Another person each time; the last four digits of the NIK are `nikSerial`, if given. */
export const person = (nikSerial?: string): Applicant => {
  const number = String(++serial).padStart(6, "0")
  return {
    nik: `91${number.slice(-4)}701190${nikSerial ?? number.slice(-4)}`,
    email: `siti.${number}@example.id`,
    phoneNumber: `628120${number}`
  }
}

/** The body of a confirm as text: the NIK is a number with all its digits. */
export const confirmBody = (submissionId: string, { nik, email, phoneNumber }: Applicant): string =>
  JSON.stringify({
    submissionId,
    metadata: {
      userDetails: {
        name: "Siti Rahmawati",
        nik: "@nik",
        dateOfBirth: "30-11-1990",
        email,
        phoneNumber,
        dataVerification: {
          email: { isVerified: true, verificationReferenceId: "otp-1" },
          phoneNumber: { isVerified: true, verificationReferenceId: "otp-2" }
        }
      },
      userLocale: "id_ID",
      consentData: [
        {
          entity: "Digi",
          consentType: "termsAndConditions",
          consentGiven: true,
          details: { id_ID: { url: "https://example.id/syarat", text: "Syarat" } },
          timeStamp: 1_780_000_000_000,
          additionalDetails: {
            userAgent: "agent",
            userIp: "203.0.113.7",
            deviceDetails: { os: "Android", make: "A", model: "B" }
          }
        }
      ],
      additionalData: {}
    }
  }).replace('"@nik"', nik)

type Headers = Readonly<Record<string, string>>
interface Reply {
  readonly status: number
  readonly headers: globalThis.Headers
  readonly text: string
  /** Of a successful answer. */
  readonly data: Readonly<Record<string, unknown>>
  readonly errors: ReadonlyArray<{ readonly code: string; readonly cause: string }>
}

/** Any request, by hand. */
export const call = async (url: string, init: RequestInit = {}): Promise<Reply> => {
  const response = await fetch(url, { redirect: "manual", ...init })
  const text = await response.text()
  const json = response.headers.get("content-type") === "application/json" ? JSON.parse(text) : {}
  return { status: response.status, headers: response.headers, text, data: json.data ?? {}, errors: json.errors ?? [] }
}

export interface Urls {
  readonly submissionId: string
  readonly KTP: string
  readonly SELFIE: string
}

/** A partner that does by hand, and without a fault, what the contract says. Each call can be given other headers. */
export const partnerOf = async (simulator: SimulatorProcess, userId: string, headers: Headers = {}) => {
  const { clientId, passKey, onboardingPartner } = simulator.credentials
  const fetchToken = (own: Headers = { "client-id": clientId, "pass-key": passKey }) =>
    call(`${simulator.tokenBaseUrl}/v1/esign/partner/authentication`, { headers: own })
  const token = String((await fetchToken()).data["token"])
  const common = (session: string) => ({
    "x-onekyc-token": token,
    "x-partner-user-id": userId,
    "x-partner-user-id-type": USER_TYPE,
    "x-partner-session-id": session,
    ...headers
  })
  const onboarding = { "x-esign-onboarding-partner": onboardingPartner }
  const urlsPath = `${simulator.baseUrl}/esign-partner/v1/submissions/urls`

  const urls = (session: string = randomUUID(), extra: Headers = {}) =>
    call(`${urlsPath}?submissionType=CERT_REG`, { headers: { ...common(session), ...onboarding, ...extra } })
  const put = (url: string, body: RequestInit["body"] = jpeg, extra: Headers = {}) =>
    call(url, { method: "PUT", body: body ?? null, headers: { "content-type": "image/jpeg", ...extra } })
  const confirm = (body: string, session: string = randomUUID(), extra: Headers = {}) =>
    call(urlsPath, {
      method: "PUT",
      body,
      headers: { ...common(session), ...onboarding, "content-type": "application/json", ...extra }
    })
  const poll = (submissionId: string, session: string = randomUUID(), extra: Headers = {}) =>
    call(`${simulator.baseUrl}/esign-partner/v1/submissions`, {
      headers: { ...common(session), submissionId, ...extra }
    })

  const open = async (): Promise<Urls> => {
    const { data } = await urls()
    const documents = data["documents"] as Record<"KTP" | "SELFIE", { documentUrl: string }>
    return {
      submissionId: String(data["submissionId"]),
      KTP: documents.KTP.documentUrl,
      SELFIE: documents.SELFIE.documentUrl
    }
  }
  /** URLs and both images. */
  const upload = async (): Promise<Urls> => {
    const opened = await open()
    await Promise.all([put(opened.KTP), put(opened.SELFIE)])
    return opened
  }
  /** Everything up to the confirm; answers the submission id. */
  const register = async (applicant: Applicant = person()): Promise<string> => {
    const { submissionId } = await upload()
    await confirm(confirmBody(submissionId, applicant))
    return submissionId
  }
  return { fetchToken, urls, put, confirm, poll, open, upload, register }
}

interface Received {
  readonly method: string | undefined
  readonly headers: IncomingMessage["headers"]
  readonly body: Readonly<Record<string, unknown>>
}

/** The partner's callback endpoint: it answers `statuses` in order, and then 200. */
export const callbackReceiver = async () => {
  const received: Array<Received> = []
  const statuses: Array<number> = []
  const server = createServer(async (request, response) => {
    const chunks: Array<Buffer> = []
    for await (const chunk of request) chunks.push(chunk)
    received.push({
      method: request.method,
      headers: request.headers,
      body: JSON.parse(Buffer.concat(chunks).toString())
    })
    response.writeHead(statuses.shift() ?? 200).end()
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`,
    received,
    statuses,
    of: (userId: string) => received.filter(({ body }) => body["userId"] === userId),
    close: () => {
      server.closeAllConnections()
      server.close()
    }
  }
}
