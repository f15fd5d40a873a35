/** A call as it is typed into a shell, an argument a line. */
export const curl = (target: string, ...args: ReadonlyArray<string>): string =>
  [`curl ${target}`, ...args].join(" \\\n  ")

/** The key of the client; the shell fills it in. */
export const withKey = '-H "authorization: Bearer $KEY"'

export const withJson = (body: object): string =>
  `-H 'content-type: application/json' -d '${JSON.stringify(body, null, 2)}'`
