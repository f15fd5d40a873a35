import { hash } from "node:crypto"
import { docsStyle } from "./docs-style.ts"
import { type Html, html, raw } from "./html.ts"
import { schemaRows } from "./schema-rows.ts"

type Json = { readonly [name: string]: unknown }
type Sample = { readonly source: string }
type Described = {
  readonly operationId: string
  readonly tags: ReadonlyArray<string>
  readonly summary: string
  readonly description: string
  readonly security: ReadonlyArray<{ readonly [scheme: string]: ReadonlyArray<string> }>
  readonly parameters: ReadonlyArray<{ readonly name: string; readonly in: string; readonly description: string }>
  readonly requestBody?: { readonly description: string; readonly content: Contents }
  readonly responses: { readonly [status: string]: { readonly description: string; readonly content?: Contents } }
  readonly "x-codeSamples": ReadonlyArray<Sample>
}
type Contents = { readonly [mediaType: string]: { readonly schema?: unknown; readonly example?: unknown } }
type Row = { readonly method: string; readonly path: string; readonly operation: Described }

/** Nothing is loaded, from nowhere, and nothing runs: the page is text and one style. */
export const docsPolicy = `default-src 'none'; style-src 'sha256-${hash("sha256", docsStyle, "base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** The calls of a whole registration, in their order. */
const walk = [
  { id: "requestRegistration", title: "Start it, and take the id from the answer" },
  { id: "getRegistration", title: "Wait until images are wanted" },
  { id: "uploadImage", title: "Hand in the KTP" },
  { id: "uploadImage", title: "Hand in the selfie", instead: [/ktp/g, "selfie"] as const },
  { id: "getRegistration", title: "Wait for the end" }
]

/** The document as a page for people. */
export const docsPage = (document: Json): string => {
  const { info, paths, components } = document as {
    readonly info: { readonly title: string; readonly summary: string; readonly description: string }
    readonly paths: { readonly [path: string]: { readonly [method: string]: Described } }
    readonly components: { readonly schemas: Json }
  }
  const rows = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      // HEAD is GET without its body.
      .filter(([method]) => method !== "head")
      .map(([method, operation]): Row => ({ method: method.toUpperCase(), path, operation }))
  )
  const groups = [...Map.groupBy(rows, ({ operation }) => operation.tags[0] ?? "")]
  const sampleOf = (id: string) =>
    rows.find(({ operation }) => operation.operationId === id)?.operation["x-codeSamples"][0]?.source ?? ""
  const steps = walk.map(({ id, title, instead }) => ({
    title,
    source: instead ? sampleOf(id).replaceAll(...instead) : sampleOf(id)
  }))
  const page = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${info.title}</title><style>${raw(docsStyle)}</style></head>
<body>
<nav><strong>${info.title}</strong>${groups.map(
    ([group, ofGroup]) =>
      html`<h2>${group}</h2><ul>${ofGroup.map(
        ({ method, operation }) =>
          html`<li><a href="#${operation.operationId}"><b>${method}</b> ${operation.summary}</a></li>`
      )}</ul>`
  )}<p><a href="/openapi.json">openapi.json</a></p></nav>
<main>
<h1>${info.title}</h1><p>${info.summary}</p><p>${info.description}</p>
<section><h2>A whole registration</h2>
<p>The key is one of <code>npm run -s certreg -- client add &lt;id&gt; --scopes registrations:write</code>.</p>
<pre>URL=http://127.0.0.1:8080 KEY=… ID=…</pre>
${steps.map(({ title, source }, i) => html`<p>${i + 1}. ${title}</p><pre>${source}</pre>`)}
</section>
${rows.map((row) => operationSection(row, components.schemas))}
</main></body></html>
`
  return page.text
}

const operationSection = ({ method, path, operation }: Row, definitions: Json): Html => html`
<section id="${operation.operationId}"><h2><b class="${method}">${method}</b> <code>${path}</code></h2>
<p><strong>${operation.summary}.</strong> ${operation.description}</p>
<pre>${operation["x-codeSamples"][0]?.source}</pre>
${parametersTable(operation)}
${operation.requestBody && html`<h3>Body</h3><p>${operation.requestBody.description}</p>${contentsOf(operation.requestBody.content, definitions)}`}
<h3>Answers</h3>
${Object.entries(operation.responses).map(
  ([status, { description, content = {} }]) =>
    html`<details><summary><b>${status}</b> ${firstLine(description)}</summary>${description
      .split("\n\n")
      .map((line) => html`<p>${line.replaceAll("`", "")}</p>`)}${contentsOf(content, definitions)}</details>`
)}</section>`

/** Of several problems the summary names the codes. */
const firstLine = (description: string): string => {
  const codes = [...description.matchAll(/`(\w+)`/g)].map(([, code]) => code)
  return codes.length > 0 ? codes.join(", ") : description
}

const parametersTable = ({ parameters, security }: Described): Html =>
  html`<h3>Takes</h3><table>${
    security.length > 0 &&
    html`<tr><td><code>Authorization</code></td><td>header</td><td>${credentialsOf(security)}</td></tr>`
  }${parameters.map(
    ({ name, in: place, description }) =>
      html`<tr><td><code>${name}</code></td><td>${place}</td><td>${description}</td></tr>`
  )}</table>`

const credentialsOf = ([first = {}]: Described["security"]): string => {
  const [scope] = first["apiKey"] ?? []
  return scope === undefined ? "As agreed on with the platform." : `Bearer and a key with the scope ${scope}.`
}

const contentsOf = (contents: Contents, definitions: Json): ReadonlyArray<Html> =>
  Object.entries(contents).map(([mediaType, { schema, example }]) => {
    const rows = schemaRows(schema, definitions)
    return html`<p><code>${mediaType}</code></p>${
      rows.length > 0 &&
      html`<table>${rows.map(
        ({ path, type, isRequired, description }) =>
          html`<tr><td><code>${path}</code>${isRequired && html` <i>required</i>`}</td><td>${type}</td><td>${description}</td></tr>`
      )}</table>`
    }${example !== undefined && html`<pre>${JSON.stringify(example, null, 2)}</pre>`}`
  })
