/** A schema as a list of its fields. */
import { nameIn, type JsonSchema } from "./described.ts";
import { html, sentence, type Html } from "./html.ts";

/** In one phrase: `array of Item`, `string · 1 to 200 characters`. */
export function phraseOf(schema: JsonSchema): Html {
  const { $ref, items, additionalProperties, type } = schema;
  const anyOf = schema.anyOf ?? schema.oneOf;
  if ($ref !== undefined) return html`<a href="#${nameIn($ref)}">${nameIn($ref)}</a>`;
  if (anyOf !== undefined) return joined(anyOf.map(phraseOf), " or ");
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum !== undefined)
    return joined(
      schema.enum.map((value) => html`<code>${JSON.stringify(value)}</code>`),
      " | ",
    );
  const limits = limitsOf(schema);
  const more = limits === "" ? null : html`<span class="limits"> · ${limits}</span>`;
  if (items !== undefined) return html`array of ${phraseOf(items)}${more}`;
  if (typeof additionalProperties === "object" && schema.properties === undefined)
    return html`object of ${phraseOf(additionalProperties)}${more}`;
  return html`${schema.format ?? type ?? "any"}${more}`;
}

const joined = (parts: readonly Html[], between: string): Html =>
  html`${parts.map((part, place) => (place === 0 ? part : html`${between}${part}`))}`;

/** Past this a bound is what a number can hold, and no rule. */
const boundless = Number.MAX_SAFE_INTEGER;

function limitsOf(schema: JsonSchema): string {
  const range = (least: unknown, most: unknown, unit: string): string[] => {
    const [from, to] = [boundOf(least), boundOf(most)];
    if (from === null && to === null) return [];
    if (from === null) return [`at most ${to}${unit}`];
    return [to === null ? `at least ${from}${unit}` : `${from} to ${to}${unit}`];
  };
  return [
    ...range(schema["minimum"], schema["maximum"], ""),
    ...range(schema["minLength"], schema["maxLength"], " characters"),
    ...range(schema["minItems"], schema["maxItems"], " entries"),
    ...range(undefined, schema["maxProperties"], " entries"),
    ...(schema["default"] === undefined ? [] : [`default ${JSON.stringify(schema["default"])}`]),
  ].join(", ");
}

const boundOf = (bound: unknown): string | null =>
  typeof bound === "number" && Math.abs(bound) < boundless ? bound.toLocaleString("en-US") : null;

/** Its fields, those of objects within it indented; nothing for what has none. */
export function fieldsOf(schema: JsonSchema): Html | null {
  const { properties, required = [] } = objectIn(schema);
  if (properties === undefined) return null;
  const rows = Object.entries(properties).map(
    ([name, field]) =>
      html`<li>
        <code class="name">${name}</code>
        <span class="type">${phraseOf(field)}${required.includes(name) ? null : " · optional"}</span>
        ${field.description === undefined ? null : html`<p>${sentence(field.description)}</p>`}
        ${field.$ref === undefined ? fieldsOf(field) : null}
      </li>`,
  );
  return html`<ul class="fields">
    ${rows}
  </ul>`;
}

/** The object that a field is, or is a list of, or is when it is not null. */
function objectIn(schema: JsonSchema): JsonSchema {
  const inner = schema.items ?? (schema.anyOf ?? schema.oneOf)?.find(({ type }) => type !== "null");
  return schema.properties !== undefined || inner === undefined || inner.$ref !== undefined
    ? schema
    : objectIn(inner);
}
