/** Problem answers and their codes. */
import * as z from "zod";
import { knownNames } from "./nearest-name.ts";

/** Every code that a problem answer may carry, with its status and whether asking again can help. */
export const problemKinds = {
  moved: { status: 308, title: "Use the other address", retryable: false },
  malformed_json: { status: 400, title: "The body is not JSON", retryable: false },
  unauthenticated: { status: 401, title: "The API key is missing or unknown", retryable: false },
  forbidden: { status: 403, title: "The API key lacks the scope for this", retryable: false },
  not_found: { status: 404, title: "Not found", retryable: false },
  method_not_allowed: { status: 405, title: "Method not allowed", retryable: false },
  not_ready: { status: 409, title: "The item has no audio yet", retryable: true },
  conflict: { status: 409, title: "Not possible in this state", retryable: false },
  in_progress: { status: 409, title: "The same request is still running", retryable: true },
  body_too_large: { status: 413, title: "The body is too large", retryable: false },
  invalid_input: { status: 422, title: "The input is not valid", retryable: false },
  idempotency_key_reused: {
    status: 422,
    title: "The Idempotency-Key was used for another request",
    retryable: false,
  },
  queue_full: { status: 429, title: "Too many items are queued", retryable: true },
  too_many_batches: { status: 429, title: "Too many batches are active", retryable: true },
  internal: { status: 500, title: "Internal error", retryable: true },
  stopped: { status: 503, title: "The service was stopped by its operator", retryable: true },
} as const;
export type ProblemCode = keyof typeof problemKinds;

/** One fault in the input: a JSON pointer (RFC 6901) into the body, and what is wrong there. */
export const faultSchema = z.strictObject({ pointer: z.string(), detail: z.string() });
export type Fault = z.infer<typeof faultSchema>;

/** A fault in a line of an upload. Lines count from 1, blank ones included. */
export const lineFaultSchema = z.strictObject({ line: z.int().min(1), ...faultSchema.shape });
export type LineFault = z.infer<typeof lineFaultSchema>;

/** The faults of an upload: how many there are, and the first of them. */
export const inputErrorsSchema = z.strictObject({ count: z.int().min(1), first: z.array(lineFaultSchema) });
export type InputErrors = z.infer<typeof inputErrorsSchema>;

/** RFC 9457 problem details, as `application/problem+json`. */
export const problemSchema = z.strictObject({
  type: z.literal("about:blank"),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  request_id: z.string(),
  retryable: z.boolean(),
  errors: z.array(faultSchema).optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** Where a zod issue lies, as a JSON pointer (RFC 6901). */
const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** An object with more unknown fields than this is not meant for this API. */
const unknownFieldsNamed = 10;

/**
 * Reports all faults of a failed parse at once, each at its own place. For an unknown field, the place is the field
 * itself and not its object, and the known names are listed.
 */
export function faultsOf(error: z.ZodError, schema: z.ZodType): Fault[] {
  // A thousand items may have the same mistakes, and a hint takes long to find.
  const hints = new Map<string, string>();
  return error.issues.flatMap((issue) => {
    const pointer = pointerOf(issue.path);
    if (issue.code === "unrecognized_keys") return unknownFields(issue, fieldsAt(schema, issue.path), hints);
    if (issue.code === "invalid_key")
      return issue.issues.map(({ message }) => ({ pointer, detail: `has a name that ${message}` }));
    return [{ pointer, detail: issue.message }];
  });
}

function unknownFields(
  { path, keys }: z.core.$ZodIssueUnrecognizedKeys,
  known: readonly string[],
  hints: Map<string, string>,
): Fault[] {
  const hintFor = (key: string): string => {
    const place = JSON.stringify([key, known]);
    const hint = hints.get(place) ?? knownNames(key, known);
    hints.set(place, hint);
    return hint;
  };
  const named = keys.slice(0, unknownFieldsNamed).map((key) => ({
    pointer: pointerOf([...path, key]),
    detail: `is not a known field; ${hintFor(key)}`,
  }));
  const more = keys.length - named.length;
  return more === 0
    ? named
    : [...named, { pointer: pointerOf(path), detail: `has ${more} more fields that are not known` }];
}

/** The names of the fields that an object at this place may have. */
function fieldsAt(schema: z.core.$ZodType, [next, ...rest]: readonly PropertyKey[]): readonly string[] {
  const at = unwrapped(schema);
  if (at instanceof z.ZodArray) return fieldsAt(at.element, rest);
  if (!(at instanceof z.ZodObject)) return [];
  if (next === undefined) return Object.keys(at.shape);
  const field = at.shape[String(next)] as z.core.$ZodType | undefined;
  return field === undefined ? [] : fieldsAt(field, rest);
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return unwrapped(schema.unwrap());
  return schema instanceof z.ZodPipe ? unwrapped(schema.out) : schema;
}
