import { registerHooks } from "node:module"

// Preloaded by a service that is to sign no checkpoints: nothing else can be told to leave that out.
const stub = new URL("./signs-nothing.ts", import.meta.url).href
registerHooks({
  resolve: (specifier, context, next) =>
    specifier.endsWith("/proof/signing/sign-checkpoints.ts")
      ? { url: stub, shortCircuit: true }
      : next(specifier, context)
})
