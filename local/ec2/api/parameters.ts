/** Parameters that all actions share, and how wrong ones are refused. */
import * as z from "zod";
import { Ec2ApiError } from "./api-error.ts";
import type { QueryValue } from "./query-protocol.ts";

export const wholeNumber = z.string().regex(/^\d+$/, "expected a whole number").transform(Number);
export const filters = z.array(z.strictObject({ Name: z.string(), Value: z.array(z.string()).max(200) }));
export const tags = z.array(z.strictObject({ Key: z.string().min(1).max(128), Value: z.string().max(256) }));

/** @throws Ec2ApiError that names the first unknown, missing or wrong parameter */
export function parseParameters<Schema extends z.ZodType>(
  schema: Schema,
  parameters: Readonly<Record<string, QueryValue>>,
): z.output<Schema> {
  const parsed = schema.safeParse(parameters);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue?.path.join(".") ?? "";
  if (issue?.code === "unrecognized_keys") {
    const names = issue.keys.map((key) => (at === "" ? key : `${at}.${key}`)).join(", ");
    throw new Ec2ApiError("UnknownParameter", `The local EC2 does not know the parameter ${names}`);
  }
  if (issue?.code === "invalid_type" && issue.input === undefined && issue.message.includes("undefined")) {
    throw new Ec2ApiError("MissingParameter", `The request must contain the parameter ${at}`);
  }
  throw new Ec2ApiError("InvalidParameterValue", `${at}: ${issue?.message ?? "is wrong"}`);
}
