/** The first copy of each message, by its id, as they lie there. */
export const firstCopies = <R extends { readonly value: string }>(records: ReadonlyArray<R>): ReadonlyArray<R> => {
  const first = new Map<string, R>()
  for (const record of records) {
    const { id } = JSON.parse(record.value)
    if (!first.has(id)) first.set(id, record)
  }
  return [...first.values()]
}
