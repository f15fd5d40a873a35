import { Context, type Effect } from "effect"

/** All that is measured, as text for whoever collects it (service-api §4). */
export class Exposition extends Context.Service<
  Exposition,
  {
    /** Of the text, as HTTP names it. */
    readonly mediaType: string
    /** As things are now. What cannot be found out is left out. */
    readonly text: Effect.Effect<string>
  }
>()("certreg/application/ports/Exposition") {}
