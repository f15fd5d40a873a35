/** Data keys that were just made, so that what is sealed next needs no reading. Small; the oldest goes first. */
export type FreshKeys = {
  readonly get: (id: string) => Buffer | undefined
  readonly add: (id: string, key: Buffer) => void
  readonly remove: (id: string) => boolean
}

const size = 1000

export const makeFreshKeys = (): FreshKeys => {
  const keys = new Map<string, Buffer>()
  return {
    get: (id) => keys.get(id),
    add: (id, key) => {
      keys.set(id, key)
      const oldest = keys.size > size ? keys.keys().next().value : undefined
      if (oldest !== undefined) keys.delete(oldest)
    },
    remove: (id) => keys.delete(id)
  }
}
