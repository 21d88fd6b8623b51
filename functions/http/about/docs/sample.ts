/** A sample of what a schema takes: its required fields, and what else its examples show. */
import { nameIn, type Described, type JsonSchema } from "./described.ts";

export function sampleOf(schema: JsonSchema, schemas: Described["components"]["schemas"]): unknown {
  const { $ref, properties = {}, required = [], items, examples, type } = schema;
  const named = $ref === undefined ? undefined : schemas[nameIn($ref)];
  if (named !== undefined) return sampleOf(named, schemas);
  if (examples !== undefined) return examples[0];
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.const !== undefined) return schema.const;
  const first = (schema.anyOf ?? schema.oneOf)?.[0];
  if (first !== undefined) return sampleOf(first, schemas);
  if (items !== undefined) return [sampleOf(items, schemas)];
  if (type === "integer" || type === "number") return schema["minimum"] ?? 1;
  if (type === "boolean") return true;
  if (type !== "object") return "text";
  const shown = Object.entries(properties).filter(
    ([name, field]) => required.includes(name) || field.examples !== undefined,
  );
  return Object.fromEntries(shown.map(([name, field]) => [name, sampleOf(field, schemas)]));
}
