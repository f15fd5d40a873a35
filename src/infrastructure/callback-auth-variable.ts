import { Result } from "effect"
import { type CallbackAuth, parseCallbackAuth } from "../adapters/http/request/callback-auth.ts"
import type { Reader } from "./reader.ts"

/** The lines are numbered, since they cannot be repeated: they hold secrets. */
const wrongLines = (text: string): string => {
  const numbers = text
    .split("\n")
    .flatMap((line, i) => (line.trim() !== "" && Result.isFailure(parseCallbackAuth(line)) ? [i + 1] : []))
  return numbers.length === 0 ? "" : ` (wrong in line ${numbers.join(", ")})`
}

/** `ESIGN_CALLBACK_AUTH` (contract/service-api §5). */
export const callbackAuth: Reader<CallbackAuth> = ({ ESIGN_CALLBACK_AUTH: text = "" }) =>
  Result.mapError(parseCallbackAuth(text), (forms) => [
    {
      variable: "ESIGN_CALLBACK_AUTH",
      rule: `${text === "" ? "is missing; it takes" : "takes"} ${forms}${wrongLines(text)}`
    }
  ])
