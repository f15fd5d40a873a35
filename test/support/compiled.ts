const variable = "NODE_COMPILE_CACHE"

/**
 * Where the programs that tests start find what was compiled of their modules before, as a variable for them: each is there in half the time.
 * Nothing where the run has no such place.
 */
export const compiled = (): Readonly<Record<string, string>> => {
  const place = process.env[variable]
  return place === undefined ? {} : { [variable]: place }
}
