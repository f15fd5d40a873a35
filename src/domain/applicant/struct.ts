import { Schema, SchemaTransformation } from "effect"

type Fields = { readonly [name: string]: Schema.Top }
type None = Record<never, never>
type Nullable<O extends Fields> = { readonly [K in keyof O]: Schema.optionalKey<Schema.NullOr<O[K]>> }
type Optional<O extends Fields> = { readonly [K in keyof O]: Schema.optionalKey<O[K]> }

const orNull = (field: Schema.Top) =>
  Schema.optionalKey(Schema.NullOr(field).annotate({ message: Schema.resolveAnnotations(field)?.message }))

/** For what was decoded already: to look at it once more would double the work at each level. */
export const decoded = <Type>() => Schema.Unknown as unknown as Schema.Codec<Type>

/**
 * An object of required and optional fields; null in an optional one is the same as leaving it out, and both mean its default, where it
 * has one. `message` is for what is no object.
 */
export const struct = <
  R extends Fields,
  O extends Fields = None,
  D extends { readonly [K in keyof O]?: O[K]["Type"] } = None
>(
  message: string,
  required: R,
  optional: O = {} as O,
  defaults: D = {} as D
) => {
  type Given = Schema.Struct<R & Nullable<O>>
  type Kept = Schema.Struct<R & Optional<Omit<O, keyof D>> & Pick<O, keyof D & keyof O>>["Type"]
  const names = Object.keys(optional)
  const withoutNulls = (fields: { readonly [name: string]: unknown }) =>
    names.some((name) => fields[name] === null)
      ? Object.fromEntries(Object.entries(fields).filter(([, field]) => field !== null))
      : fields
  const nullable = Object.fromEntries(Object.entries(optional).map(([name, field]) => [name, orNull(field)]))
  const given = Schema.Struct({ ...required, ...nullable } as unknown as R & Nullable<O>).annotate({ message })
  return given.pipe(
    Schema.decodeTo(
      decoded<Kept>().annotate({ message }),
      SchemaTransformation.transform<Kept, Given["Type"]>({
        decode: (fields) => ({ ...defaults, ...withoutNulls(fields) }) as Kept,
        encode: (fields) => fields as unknown as Given["Type"]
      })
    )
  )
}
