import { describe, expect, it } from "vitest"
import { type ApiError, internalAnswer, problemAnswer } from "../../../src/adapters/http/answer/problem.ts"
import { UploadStalled } from "../../../src/application/image/upload-errors.ts"
import { CursorExpired } from "../../../src/application/messages/read-feed.ts"
import { EventStoreUnavailable } from "../../../src/application/ports/event-store.ts"
import { StorageRefused } from "../../../src/application/ports/object-storage.ts"
import type { Attempt } from "../../../src/domain/registration/attempts.ts"

const answer = (error: ApiError, tenant = "north") =>
  problemAnswer(error, "req-1", { clientId: "acme", tenant, allTenants: false })
const bodyOf = (error: ApiError, tenant?: string) => answer(error, tenant).body as Record<string, unknown>

describe("the table of problems", () => {
  it.each<[ApiError, number, string]>([
    [{ _tag: "MalformedJson" }, 400, "malformed_json"],
    [{ _tag: "InvalidParameter", rule: "r" }, 400, "invalid_parameter"],
    [{ _tag: "Unauthenticated", challenge: "Bearer" }, 401, "unauthenticated"],
    [{ _tag: "MalformedMessage", rule: "r" }, 400, "invalid_parameter"],
    [{ _tag: "RateLimited", seconds: 2 }, 429, "rate_limited"],
    [{ _tag: "RequestTimeout" }, 408, "upload_stalled"],
    [{ _tag: "Forbidden", scope: "registrations:write" }, 403, "forbidden"],
    [{ _tag: "NotFound" }, 404, "not_found"],
    [{ _tag: "NoSuchRoute" }, 404, "not_found"],
    [{ _tag: "MethodNotAllowed", allow: "GET" }, 405, "method_not_allowed"],
    [new UploadStalled(), 408, "upload_stalled"],
    [{ _tag: "WrongState", state: "issued" }, 409, "wrong_state"],
    [{ _tag: "OnHold", until: 0 }, 409, "on_hold"],
    [{ _tag: "DocumentExists", document: "ktp" }, 409, "document_exists"],
    [{ _tag: "AttemptsExhausted" }, 409, "attempts_exhausted"],
    [{ _tag: "PersonalDataErased" }, 410, "personal_data_erased"],
    [new CursorExpired({ why: "another_log" }), 410, "cursor_expired"],
    [{ _tag: "TooManyStreams" }, 503, "unavailable"],
    [{ _tag: "LengthRequired" }, 411, "length_required"],
    [{ _tag: "TooLarge", limit: 1024 }, 413, "too_large"],
    [{ _tag: "UnsupportedMediaType", rule: "r" }, 415, "unsupported_media_type"],
    [{ _tag: "ValidationFailed", errors: [] }, 422, "validation_failed"],
    [{ _tag: "IdempotencyKeyReused" }, 422, "idempotency_key_reused"],
    [{ _tag: "ImageRefused", reason: "damaged", detail: "d" }, 422, "image_refused"],
    [{ _tag: "SameAsOtherDocument", document: "ktp" }, 422, "image_refused"],
    [new StorageRefused({ code: "http_400" }), 502, "storage_refused"],
    [new EventStoreUnavailable({ operation: "read", stored: "no", code: "SQLITE_FULL" }), 503, "unavailable"]
  ])("%j is %d %s", (error, status, code) => {
    const { headers, ...rest } = answer(error)
    expect(headers?.["content-type"]).toMatch(/^application\/problem\+json/)
    expect(rest).toMatchObject({ status, body: { status, code, requestId: "req-1" } })
    for (const member of ["type", "title", "detail"]) expect(bodyOf(error)[member]).toMatch(/./)
  })

  it("tells what follows in headers and members", () => {
    expect(answer({ _tag: "Unauthenticated", challenge: "Bearer" }).headers).toMatchObject({
      "www-authenticate": "Bearer"
    })
    expect(answer({ _tag: "RateLimited", seconds: 7 }).headers).toMatchObject({ "retry-after": "7" })
    expect(answer({ _tag: "MalformedMessage", rule: "r" }).headers).toMatchObject({ connection: "close" })
    expect(answer({ _tag: "MethodNotAllowed", allow: "GET" }).headers).toMatchObject({ allow: "GET" })
    expect(answer({ _tag: "RevisionConflict", message: "" } as never).headers).toMatchObject({ "retry-after": "2" })
    expect(bodyOf({ _tag: "Forbidden", scope: "registrations:read" })).toMatchObject({ scope: "registrations:read" })
    expect(bodyOf({ _tag: "WrongState", state: "issued" })).toMatchObject({ state: "issued" })
    expect(bodyOf({ _tag: "OnHold", until: Date.parse("2027-06-30T17:00Z") })).toMatchObject({
      until: "2027-06-30T17:00:00.000Z"
    })
    expect(bodyOf({ _tag: "SameAsOtherDocument", document: "ktp" })).toMatchObject({ reason: "same_as_other_document" })
    expect(bodyOf({ _tag: "TooLarge", limit: 256 * 1024 })["detail"]).toContain("256 KiB")
    expect(bodyOf({ _tag: "TooLarge", limit: 10 * 1024 * 1024 })["detail"]).toContain("10 MiB")
    expect(internalAnswer("req-1")).toMatchObject({ status: 500, body: { code: "internal_error" } })
  })

  it("names the attempt that is in the way to its own tenant alone", () => {
    const attempt = { id: "id-1", state: { request: { tenant: "north" } } } as unknown as Attempt
    const open: ApiError = { _tag: "RegistrationOpen", attempt, state: "requested" }
    const members = { registrationId: "id-1", registration: "/v1/registrations/id-1" }
    expect(bodyOf(open)).toMatchObject({ status: 409, code: "registration_open", state: "requested", ...members })
    expect(bodyOf({ _tag: "AlreadyIssued", attempt })).toMatchObject({ code: "already_issued", ...members })
    expect(bodyOf({ _tag: "AlreadyIssued", attempt })).not.toHaveProperty("state")
    for (const error of [open, { _tag: "AlreadyIssued", attempt } as const]) {
      const told = bodyOf(error, "south")
      for (const member of ["state", "registrationId", "registration"]) expect(told).not.toHaveProperty(member)
    }
  })

  it("repeats nothing of what an outage carries", () => {
    const error = new EventStoreUnavailable({ operation: "append", stored: "unknown", code: "SECRET" })
    expect(JSON.stringify(answer(error))).not.toMatch(/SECRET|append|unknown/)
  })
})
