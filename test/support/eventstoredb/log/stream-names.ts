const metastreamPrefix = "$$"

export const metastreamOf = (stream: string): string => metastreamPrefix + stream
export const isMetastream = (stream: string): boolean => stream.startsWith(metastreamPrefix)
/** The stream that a metastream describes. */
export const originalOf = (metastream: string): string => metastream.slice(metastreamPrefix.length)
