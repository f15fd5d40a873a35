import { expect, it } from "vitest"
import { allowedMethods } from "../../../src/adapters/http/routes/allowed-methods.ts"
import { routes } from "../../../src/adapters/http/routes/routes.ts"

it.each([
  ["/v1/registrations", "POST, GET"],
  ["/v1/registrations?x=1", "POST, GET"],
  ["/v1/%72egistrations#x", "POST, GET"],
  ["http://certreg:8080/v1/registrations?x=1", "POST, GET"],
  ["/v1/registrations/anything", "GET"],
  ["/v1/registrations/anything/documents/ktp", "PUT"],
  ["/v1/esign/callback", "POST, PUT, PATCH, GET"],
  ["/health/live", "GET"]
])("%s takes %s", (url, methods) => {
  expect(allowedMethods(routes, url)).toBe(methods)
})

it.each([
  "/",
  "/v1",
  "/v1/registrations/",
  "/V1/registrations",
  "/v1/registrations/x/",
  "/v1%2fregistrations",
  "/v1/registrations%",
  "http://certreg",
  "*",
  "/v1/registrations/x/nothing"
])("%s is no route", (url) => expect(allowedMethods(routes, url)).toBeUndefined())
