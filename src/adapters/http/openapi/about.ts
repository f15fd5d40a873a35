/** What is said of the API as a whole. */
export const about = {
  title: "certreg",
  summary: "Certificate registrations on the Esign platform.",
  description:
    "Times are RFC 3339; answers are in UTC with milliseconds. Unknown fields and query parameters are refused, and null in an optional field is the same as leaving it out. Answers may gain members. Errors are problem documents whose code programs decide on; they name the rule that was broken and never the value."
}
