import { expect, it } from "vitest"
import { allowedMethods } from "../../../src/adapters/http/allowed-methods.ts"
import { routes } from "../../../src/adapters/http/routes.ts"

it.each([
  ["/v1/registrations", "POST"],
  ["/v1/registrations?x=1", "POST"],
  ["/v1/registrations/anything", "GET"],
  ["/v1/registrations/anything/documents/ktp", "PUT"],
  ["/v1/esign/callback", "POST, PUT, PATCH, GET, HEAD"],
  ["/health/live", "GET, HEAD"]
])("%s takes %s", (url, methods) => {
  expect(allowedMethods(routes, url)).toBe(methods)
})

it.each([
  "/",
  "/v1",
  "/v1/registrations/",
  "/V1/registrations",
  "/v1/registrations/x/",
  "/v1/registrations/x/upload-urls"
])("%s is no route", (url) => expect(allowedMethods(routes, url)).toBeUndefined())
