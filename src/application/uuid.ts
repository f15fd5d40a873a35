const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** A UUID in any case, as small letters; undefined for anything else. */
export const readUuid = (text: string): string | undefined => (uuid.test(text) ? text.toLowerCase() : undefined)

/** What to tell whoever gave another id of a registration. */
export const uuidRule = "The id of a registration is a UUID."
