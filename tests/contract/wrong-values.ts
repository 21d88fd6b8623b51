/** For a schema of the OpenAPI document: values that it refuses, one for each thing that it says. */
import { nameIn, type Described, type JsonSchema } from "../../functions/http/about/docs/described.ts";

export interface WrongValue {
  /** Where it is, as a JSON pointer. */
  readonly pointer: string;
  readonly why: string;
  /** The whole value with that one fault. */
  readonly value: unknown;
}
type Schemas = Described["components"]["schemas"];

/** @param right a value that the schema takes */
export function wrongValues(given: JsonSchema, right: unknown, schemas: Schemas, pointer = ""): WrongValue[] {
  const schema = resolved(given, schemas);
  const own = ownFaults(schema).map(([why, value]) => ({ pointer, why, value }));
  if (schema.items !== undefined) {
    const [first] = right as readonly unknown[];
    const inner = wrongValues(schema.items, first, schemas, `${pointer}/0`);
    return [...own, ...inner.map((fault) => ({ ...fault, value: [fault.value] }))];
  }
  if (schema.properties === undefined) return own;
  return [...own, ...objectFaults(schema, right as Readonly<Record<string, unknown>>, schemas, pointer)];
}

function resolved(schema: JsonSchema, schemas: Schemas): JsonSchema {
  const named = schema.$ref === undefined ? undefined : schemas[nameIn(schema.$ref)];
  // Of several forms the first, as the sample.
  const inner = named ?? (schema.anyOf ?? schema.oneOf)?.[0];
  return inner === undefined ? schema : resolved(inner, schemas);
}

function objectFaults(
  { properties = {}, required = [] }: JsonSchema,
  right: Readonly<Record<string, unknown>>,
  schemas: Schemas,
  pointer: string,
): WrongValue[] {
  const missing = required.map((name) => {
    const { [name]: _left, ...value } = right;
    return { pointer: `${pointer}/${name}`, why: "is missing", value };
  });
  const unknown = { pointer: `${pointer}/nothing`, why: "is not known", value: { ...right, nothing: 1 } };
  const inner = Object.entries(properties).flatMap(([name, field]) =>
    wrongValues(field, right[name] ?? sampleFor(field, schemas), schemas, `${pointer}/${name}`).map(
      (fault) => ({
        ...fault,
        value: { ...right, [name]: fault.value },
      }),
    ),
  );
  return [...missing, unknown, ...inner];
}

/** Of an optional field that holds others: enough to put a fault into. */
function sampleFor(field: JsonSchema, schemas: Schemas): unknown {
  const schema = resolved(field, schemas);
  if (schema.items !== undefined) return [sampleFor(schema.items, schemas)];
  return schema.properties === undefined ? undefined : {};
}

function ownFaults(schema: JsonSchema): [why: string, value: unknown][] {
  const bound = (name: string): number | undefined => {
    const value = schema[name];
    return typeof value === "number" ? value : undefined;
  };
  const faults: [string, unknown][] = [];
  const add = (why: string, value: unknown): void => void faults.push([why, value]);
  const [least, most] = [bound("minimum"), bound("maximum")];
  if (schema.type !== undefined) add("is of another type", schema.type === "object" ? [] : {});
  if (schema.enum !== undefined) add("is no word of the list", "no such word");
  if (least !== undefined) add("is too small", least - 1);
  if (most !== undefined && most < Number.MAX_SAFE_INTEGER) add("is too large", most + 1);
  if (schema.type === "integer") add("is no whole number", (least ?? 0) + 0.5);
  if ((bound("minLength") ?? 0) > 0) add("is too short", "");
  if (bound("maxLength") !== undefined) add("is too long", "x".repeat((bound("maxLength") ?? 0) + 1));
  if (schema["pattern"] !== undefined) add("is of another form", "\u0007");
  if ((bound("minItems") ?? 0) > 0) add("has no entry", []);
  return faults;
}
