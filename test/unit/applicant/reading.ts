import { Result, Schema } from "effect"

/** What a schema makes of a value, or undefined where it refuses. */
export const reader = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) => {
  const decode = Schema.decodeUnknownResult(schema)
  return (value: unknown): S["Type"] | undefined => {
    const result = decode(value)
    return Result.isSuccess(result) ? result.success : undefined
  }
}
