/** What a clip continues: the clip of another item, or a part of an uploaded audio file. */
import * as z from "zod";
import { itemIdSchema, uploadIdSchema, type ItemId, type UploadId } from "../ids.ts";
import { limits } from "./parameters.ts";

/** What sums of decimal fractions are off by: 32.2 - 2.2 is a little over 30. */
const roundingSeconds = 1e-6;

/** In seconds, from the beginning of the file. */
const placeSchema = z.number().min(0).max(86_400);

export const continueFromSchema = z
  .strictObject({
    item_id: itemIdSchema.describe("An item of yours whose clip is continued").optional(),
    upload_id: uploadIdSchema.describe("Or an audio file that you have uploaded").optional(),
    start: placeSchema
      .describe("Where the part of the file begins, in seconds; at its beginning when it is absent")
      .optional(),
    end: placeSchema
      .describe("Where it ends, in seconds; at the end of the file when it is absent")
      .optional(),
  })
  .check(({ value, issues }) => {
    const { item_id, upload_id, start, end } = value;
    const fault = (message: string, ...path: string[]): void => {
      issues.push({ code: "custom", message, path, input: value });
    };
    if ((item_id === undefined) === (upload_id === undefined))
      fault("must name either an item_id or an upload_id");
    else if (item_id !== undefined && (start !== undefined || end !== undefined))
      fault(
        "is for an upload; an item's clip is continued whole, without start and end",
        start === undefined ? "end" : "start",
      );
    else if (end !== undefined && end <= (start ?? 0)) fault("must be greater than start", "end");
    else if (end !== undefined && end - (start ?? 0) > limits.continuedSeconds + roundingSeconds)
      fault(`must be at most ${limits.continuedSeconds} seconds after start`, "end");
  });
export type ContinueFrom = z.infer<typeof continueFromSchema>;

export type Source =
  | { readonly kind: "item"; readonly id: ItemId }
  | {
      readonly kind: "upload";
      readonly id: UploadId;
      readonly part: { readonly start: number; readonly end: number | null };
    };

export function sourceOf({ item_id, upload_id, start, end }: ContinueFrom): Source {
  if (item_id !== undefined) return { kind: "item", id: item_id };
  if (upload_id !== undefined)
    return { kind: "upload", id: upload_id, part: { start: start ?? 0, end: end ?? null } };
  throw new TypeError("expected continue_from to name an item or an upload, as its schema says");
}
