import { picture } from "./picture.ts"

export type Resource = {
  readonly id: string
  readonly state: string
  readonly revision: number
  readonly certificate?: { readonly registrationId: string }
  readonly rejection?: { readonly reasonCode?: string }
  readonly failure?: { readonly reasonCode?: string }
}
export type HistoryEvent = {
  readonly type: string
  readonly recordedAt: string
  readonly actor: { readonly kind: string; readonly id: string }
  readonly data: { readonly [key: string]: unknown }
}

const ends = ["issued", "rejected", "failed", "withdrawn", "expired"]

/** What a system of the partner does with the service's API. */
export const makePartner = (url: string, key: string) => {
  const call = async <A>(
    method: string,
    path: string,
    body?: unknown,
    contentType = "application/json"
  ): Promise<A> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { "content-type": contentType }) },
      ...(body === undefined ? {} : { body: body instanceof Buffer ? body : JSON.stringify(body) })
    })
    const answer = (await response.json()) as { readonly code?: string }
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status} ${answer.code}`)
    return answer as A
  }

  const get = (id: string, wait = 0) => call<Resource>("GET", `/v1/registrations/${id}?wait=${wait}`)

  return {
    request: (user: string, n: number) => call<Resource>("POST", "/v1/registrations", requestBody(user, n)),
    get,
    upload: (id: string, document: "ktp" | "selfie", seed: number) =>
      call<Resource>("PUT", `/v1/registrations/${id}/documents/${document}`, picture(seed), "image/png"),
    withdraw: (id: string) =>
      call<Resource>("POST", `/v1/registrations/${id}/withdrawal`, { reason: "applicant_request" }),
    history: async (id: string) =>
      (await call<{ readonly events: ReadonlyArray<HistoryEvent> }>("GET", `/v1/registrations/${id}/events`)).events,
    /** Follows a registration to its end; tells every state that it sees. */
    follow: async (id: string, seen: (resource: Resource) => void): Promise<Resource> => {
      let last = ""
      for (;;) {
        const now = await get(id)
        if (now.state !== last) seen(now)
        last = now.state
        if (ends.includes(now.state)) return now
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
  }
}

/** People who do not exist; their NIK fits their date of birth. */
export const requestBody = (user: string, n: number) => {
  const day = String(10 + n)
  return {
    partnerUserId: user,
    applicant: {
      name: `Contoh Pemohon ${"ABCDEFGHIJ"[n % 10]}`,
      nik: `317409${day}0790${String(1000 + n)}`,
      dateOfBirth: `1990-07-${day}`,
      email: { address: `pemohon${n}@example.id`, verificationReferenceId: `otp-${n}` }
    },
    consents: [
      {
        entity: "Digi",
        type: "termsAndConditions",
        givenAt: new Date().toISOString(),
        documents: { id_ID: { url: "https://example.id/syarat", text: "Saya setuju" } }
      }
    ]
  }
}
