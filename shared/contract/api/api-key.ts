/** API keys as the API takes and shows them. The key itself is in one answer, the one to its making. */
import * as z from "zod";
import { keyIdSchema, ownerSchema } from "../ids.ts";
import { scopes } from "../records/batch-records.ts";
import { textSchema } from "../text.ts";
import { limits } from "./parameters.ts";

const timeSchema = z.iso.datetime();
const daySeconds = 86_400;

/** `POST /v1/keys` */
export const keyRequestSchema = z.strictObject({
  owner: ownerSchema.describe("Whose batches it sees; your own when it is absent").optional(),
  scopes: z
    .array(z.enum(scopes))
    .min(1)
    .max(scopes.length)
    .refine((named) => new Set(named).size === named.length, "must name each scope once")
    .meta({ uniqueItems: true, description: "What it may do; operate sees the batches of all owners" }),
  name: textSchema({ least: 1, most: limits.nameCharacters })
    .describe("What it is for, as the list of keys shows it")
    .optional(),
  expires_in_seconds: z
    .int()
    .min(60)
    .max(3650 * daySeconds)
    .describe("How long it works; until it is revoked when it is absent")
    .optional(),
});
export type KeyRequest = z.infer<typeof keyRequestSchema>;

export const keyViewSchema = z.strictObject({
  id: keyIdSchema,
  owner: ownerSchema,
  scopes: z.array(z.enum(scopes)),
  name: z.string().nullable(),
  status: z.enum(["active", "expired", "revoked"]),
  created_at: timeSchema,
  expires_at: timeSchema.nullable(),
  revoked_at: timeSchema.nullable(),
});
export type KeyView = z.infer<typeof keyViewSchema>;

export const createdKeyViewSchema = keyViewSchema.extend({
  /** Shown this once. Null in the answer to a repeat under the same `Idempotency-Key`: it is kept nowhere. */
  key: z.string().nullable(),
});
export type CreatedKeyView = z.infer<typeof createdKeyViewSchema>;
