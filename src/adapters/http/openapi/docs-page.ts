import { hash } from "node:crypto"
import { codes } from "../answer/problem-codes.ts"
import { about } from "./about.ts"
import { docsStyle } from "./docs-style.ts"
import { type Html, html, raw } from "./html.ts"
import { type AllJsonSchemas, type JsonSchemas, jsonSchemasOf } from "./json-schemas.ts"
import type { Content, Operation } from "./operation.ts"
import { operations } from "./operations.ts"
import { common } from "./parameter-docs.ts"
import { schemaRows } from "./schema-rows.ts"

/** Nothing is loaded, from nowhere, and nothing runs: the page is text and one style. */
export const docsPolicy = `default-src 'none'; style-src 'sha256-${hash("sha256", docsStyle, "base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

type Row = { readonly methods: ReadonlyArray<string>; readonly path: string; readonly operation: Operation }

/** An operation once, whatever methods it takes. */
const rows = [...Map.groupBy(Object.entries(operations), ([, operation]) => operation)].map(
  ([operation, entries]): Row => ({
    methods: entries.map(([key]) => key.split(" ")[0] ?? ""),
    path: (entries[0]?.[0].split(" ")[1] ?? "").replace(/:(\w+)/g, "{$1}"),
    operation
  })
)

const { "POST /v1/registrations": request, "GET /v1/registrations/:id": see } = operations
const { "PUT /v1/registrations/:id/documents/:document": upload } = operations
/** The calls of a whole registration, in their order. */
const walk = [
  { title: "Start it, and take the id from the answer", curl: request.curl },
  { title: "Wait until images are wanted", curl: see.curl },
  { title: "Hand in the KTP", curl: upload.curl },
  { title: "Hand in the selfie", curl: upload.curl.replaceAll("ktp", "selfie") },
  { title: "Wait for the end", curl: see.curl }
]

/** All operations as a page for people. */
export const docsPage = (): string => {
  const schemas = jsonSchemasOf(Object.values(operations))
  const page = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${about.title}</title><style>${raw(docsStyle)}</style></head>
<body>
<nav><strong>${about.title}</strong>${navigation()}<p><a href="/openapi.json">openapi.json</a></p><p><a href="/asyncapi.json">asyncapi.json</a></p></nav>
<main>
<h1>${about.title}</h1><p>${about.summary}</p><p>${about.description}</p>
<section><h2>A whole registration</h2>
<p>The key is one of <code>npm run -s certreg -- client add &lt;id&gt; --scopes registrations:write</code>.</p>
<pre>URL=http://127.0.0.1:8080 KEY=… ID=…</pre>
${walk.map(({ title, curl }, i) => html`<p>${i + 1}. ${title}</p><pre>${curl}</pre>`)}
</section>
${rows.map((row) => section(row, schemas))}
</main></body></html>
`
  return page.text
}

const navigation = () =>
  [...Map.groupBy(rows, ({ operation }) => operation.group)].map(
    ([group, ofGroup]) =>
      html`<h2>${group}</h2><ul>${ofGroup.map(
        ({ methods, operation }) =>
          html`<li><a href="#${operation.id}"><b>${methods.join(" ")}</b> ${operation.summary}</a></li>`
      )}</ul>`
  )

const section = ({ methods, path, operation }: Row, { sent, answered }: AllJsonSchemas): Html => html`
<section id="${operation.id}"><h2>${methods.map((method) => html`<b class="${method}">${method}</b> `)}<code>${path}</code></h2>
<p><strong>${operation.summary}.</strong> ${operation.description}</p>
<pre>${operation.curl}</pre>
${taken(operation)}
${operation.body && html`<h3>Body</h3><p>${operation.body.description}</p>${operation.body.contents.map((one) => fields(one, sent))}`}
<h3>Answers</h3>
${Object.entries(operation.answers).map(
  ([status, { description, content, preferred }]) =>
    html`<details open><summary><b>${status}</b> ${description}</summary>${[content ?? [], preferred ?? []]
      .flat()
      .flatMap((one) => [fields(one, answered), exampleOf(one)])}</details>`
)}
<h3>Problems</h3>
<table>${operation.problems
  .toSorted((a, b) => codes[a][0] - codes[b][0])
  .map(
    (code) => html`<tr><td><code>${code}</code></td><td>${codes[code][0]}</td><td>${codes[code][2]}</td></tr>`
  )}</table></section>`

const taken = ({ scope, security, parameters = [] }: Operation): Html =>
  html`<h3>Takes</h3><table>${
    scope &&
    html`<tr><td><code>Authorization</code></td><td>header</td><td>Bearer and a key with the scope ${scope}.</td></tr>`
  }${
    security &&
    html`<tr><td>credentials</td><td>header</td><td>As agreed on with the platform (ESIGN_CALLBACK_AUTH).</td></tr>`
  }${[...parameters, ...common].map(
    ({ name, in: place, description }) =>
      html`<tr><td><code>${name}</code></td><td>${place}</td><td>${description}</td></tr>`
  )}</table>`

const exampleOf = ({ example }: Content): Html =>
  html`${example !== undefined && html`<pre>${typeof example === "string" ? example : JSON.stringify(example, null, 2)}</pre>`}`

/** The fields of a body; what stands in the call to copy is its example. */
const fields = ({ mediaType, schema }: Content, schemas: JsonSchemas): Html => {
  const found = schema ? schemaRows(schemas.of(schema), schemas.definitions) : []
  return html`<p><code>${mediaType}</code></p>${
    found.length > 0 &&
    html`<table>${found.map(
      ({ path, type, isRequired, description }) =>
        html`<tr><td><code>${path}</code>${isRequired && html` <i>required</i>`}</td><td>${type}</td><td>${description}</td></tr>`
    )}</table>`
  }`
}
