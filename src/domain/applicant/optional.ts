import { Option, Predicate, Schema, SchemaGetter } from "effect"

const orNull = <S extends Schema.Constraint>(schema: S) =>
  Schema.NullOr(schema).annotate({ message: Schema.resolveAnnotations(schema)?.message })

// What was decoded is right: to look at it again would double the work at each level.
const asDecoded = <S extends Schema.Constraint>(_: S) => Schema.Unknown as unknown as Schema.Codec<S["Type"]>

/** A field that may be left out; null, and what is not `given`, is the same as leaving it out. */
export const optional = <S extends Schema.Constraint>(schema: S, given: (value: S["Type"]) => boolean = () => true) =>
  Schema.optionalKey(orNull(schema)).pipe(
    Schema.decodeTo(Schema.optionalKey(asDecoded(schema)), {
      decode: SchemaGetter.transformOptional(Option.filter((value) => Predicate.isNotNull(value) && given(value))),
      encode: SchemaGetter.passthroughSubtype()
    })
  )

/** A field that may be left out; null is the same, and both mean `fallback`. */
export const optionalOr = <S extends Schema.Constraint>(schema: S, fallback: S["Type"]) =>
  Schema.optionalKey(orNull(schema)).pipe(
    Schema.decodeTo(asDecoded(schema), {
      decode: SchemaGetter.transformOptional((field) =>
        Option.some(Option.getOrElse(Option.filter(field, Predicate.isNotNull), () => fallback))
      ),
      encode: SchemaGetter.passthroughSubtype()
    })
  )
