/** The reference page, made of the OpenAPI document: HTML without a script. */
import type { Content, Described, JsonSchema, Operation, PathItem } from "./described.ts";
import { html, sentence, type Html } from "./html.ts";
import { sampleOf } from "./sample.ts";
import { fieldsOf, phraseOf } from "./schema-html.ts";
import { style } from "./style.ts";

interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}
type Schemas = Described["components"]["schemas"];

export function docsPage(document: Described): string {
  const { info, tags, paths, webhooks = {}, components } = document;
  const all = routesIn(paths);
  const groups = tags
    .map((tag) => ({ ...tag, routes: all.filter(({ operation }) => operation.tags?.[0] === tag.name) }))
    .filter(({ routes }) => routes.length > 0);
  const sent = routesIn(webhooks);
  const { schemas } = components;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${info.title}: the API</title>
        <style>
          ${{ html: style }}
        </style>
      </head>
      <body>
        <nav aria-label="Contents">
          <details open>
            <summary>${info.title} ${info.version}</summary>
            <ul>
              <li><a href="#start">How to call it</a></li>
            </ul>
            ${groups.map(
              ({ name, routes }) =>
                html`<h2>${name}</h2>
                  ${contentsOf(routes)}`,
            )}
            ${
              sent.length === 0
                ? null
                : html`<h2>webhooks</h2>
                    ${contentsOf(sent)}`
            }
            <h2>shapes</h2>
            <ul>
              ${Object.keys(schemas).map((name) => html`<li><a href="#${name}">${name}</a></li>`)}
            </ul>
          </details>
        </nav>
        <main>
          <h1 id="start">${info.title}</h1>
          <p>${info.description} Version ${info.version}. <a href="/openapi.json">openapi.json</a></p>
          ${introduction}
          ${groups.map(
            ({ name, description, routes }) =>
              html`<h2 id="tag-${name}">${name}</h2>
                <p>${description}</p>
                ${routes.map((route) => sectionOf(route, schemas))}`,
          )}
          ${
            sent.length === 0
              ? null
              : html`<h2 id="webhooks">webhooks</h2>
                  <p>What the API sends to your endpoints.</p>
                  ${sent.map((route) => sectionOf(route, schemas))}`
          }
          <h2 id="shapes">shapes</h2>
          ${Object.entries(schemas).map(([name, schema]) => shapeOf(name, schema))}
        </main>
      </body>
    </html> `;
  return page.html;
}

const introduction = html`<p>
    Send your API key with every request, as <code>Authorization: Bearer &lt;key&gt;</code> or as
    <code>X-Api-Key: &lt;key&gt;</code>.
  </p>
  <pre><code>$ curl -H "Authorization: Bearer $KEY" $URL/v1/models</code></pre>
  <p>
    A refusal is a <a href="#Problem">Problem</a> (RFC 9457): its <code>code</code> says what it is,
    <code>errors</code> names every fault with its place, and <code>retryable</code> says whether the same
    request may pass later. A POST with an <code>Idempotency-Key</code> may be sent again: it acts once, and
    is answered as the first time. Lists come in pages: <code>next_cursor</code> is the next page's
    <code>cursor</code>.
  </p>`;

const routesIn = (paths: Readonly<Record<string, PathItem>>): Route[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );

const contentsOf = (routes: readonly Route[]): Html =>
  html`<ul>
    ${routes.map(
      ({ method, path, operation }) =>
        html`<li>
          <a href="#${operation.operationId}"
            ><code><span class="method ${method}">${method.toUpperCase()}</span> ${path}</code></a
          >
        </li>`,
    )}
  </ul>`;

function sectionOf(route: Route, schemas: Schemas): Html {
  const { method, path, operation } = route;
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  return html`<section id="${operationId}">
    <h3>
      <code><span class="method ${method}">${method.toUpperCase()}</span> ${path}</code>
    </h3>
    <p>${sentence(sentenceCase(summary))} ${sentence(description ?? "")}</p>
    ${path.startsWith("/") ? html`<pre><code>${curlOf(route, schemas)}</code></pre>` : null}
    ${
      parameters.length === 0
        ? null
        : html`<h4>Parameters</h4>
            ${parametersOf(operation)}`
    }
    ${
      requestBody === undefined
        ? null
        : html`<h4>Body${requestBody.required === true ? null : ", optional"}</h4>
            ${contentOf(requestBody.content)}`
    }
    <h4>Answers</h4>
    <dl>
      ${Object.entries(responses).map(
        ([status, { description: text, content = {} }]) =>
          html`<dt>${status}</dt>
            <dd>${sentence(text)} <span class="faint">${contentOf(content)}</span></dd>`,
      )}
    </dl>
  </section>`;
}

const sentenceCase = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;

const parametersOf = ({ parameters = [] }: Operation): Html =>
  html`<ul class="fields">
    ${parameters.map(
      ({ name, in: place, required, schema }) =>
        html`<li>
          <code class="name">${name}</code>
          <span class="type">${place} · ${phraseOf(schema)}${required === true ? null : " · optional"}</span>
        </li>`,
    )}
  </ul>`;

const contentOf = (content: Readonly<Record<string, Content>>): Html[] =>
  Object.entries(content)
    .filter(([type]) => type !== "application/problem+json")
    .map(([type, { schema = {} }]) => html`<span>${phraseOf(schema)} <code>${type}</code></span> `);

/** As a shell takes it. */
function curlOf({ method, path, operation }: Route, schemas: Schemas): string {
  const schema = operation.requestBody?.content["application/json"]?.schema;
  const needsKey = (operation.security ?? []).length > 0;
  const address = `"$URL${path.replace(/\{(\w+)\}/g, (_, name: string) => `$${name.toUpperCase()}`)}"`;
  const body = JSON.stringify(schema === undefined ? null : sampleOf(schema, schemas));
  return [
    `$ curl${method === "get" ? "" : ` -X ${method.toUpperCase()}`} ${address}`,
    ...(needsKey ? ['-H "Authorization: Bearer $KEY"'] : []),
    ...(schema === undefined
      ? []
      : [`-H 'content-type: application/json' -d '${body.replaceAll("'", String.raw`'\''`)}'`]),
  ].join(" \\\n    ");
}

const shapeOf = (name: string, schema: JsonSchema): Html =>
  html`<section id="${name}">
    <h3>${name}</h3>
    ${fieldsOf(schema) ?? html`<p class="type">${phraseOf(schema)}</p>`}
  </section>`;
