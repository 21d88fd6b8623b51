/** Checks the whole body of a submit and reports every fault at once. */
import * as z from "zod";
import type { ModelConfig, StageConfig } from "../../config.ts";
import {
  batchRequestSchema,
  uploadedBatchRequestSchema,
  type BatchTerms,
} from "../../contract/api/batch-request.ts";
import type { UploadId } from "../../contract/ids.ts";
import {
  defaultParameters,
  limits,
  type ParameterChoice,
  type Speed,
} from "../../contract/api/parameters.ts";
import { faultsOf, type Fault } from "../../contract/api/problem.ts";
import { clipsOf, customIdOf, type Clip } from "./clips.ts";

/** What a batch is to be, besides its items. */
export interface CheckedTerms {
  readonly request: Pick<
    BatchTerms,
    "name" | "priority" | "expires_in_seconds" | "max_cost_usd" | "webhook" | "metadata" | "retain_days"
  >;
  readonly model: ModelConfig;
  readonly speed: Speed;
}
export interface CheckedRequest extends CheckedTerms {
  readonly clips: readonly Clip[];
  readonly audioSeconds: number;
}
interface Invalid {
  readonly kind: "invalid";
  readonly faults: readonly Fault[];
}
export type RequestCheck = ({ readonly kind: "valid" } & CheckedRequest) | Invalid;
export type UploadCheck =
  | ({
      readonly kind: "valid";
      readonly uploadId: UploadId;
      readonly defaults: ParameterChoice;
      readonly reuse: boolean | undefined;
    } & CheckedTerms)
  | Invalid;
export type CheckSettings = Pick<StageConfig, "models" | "default_speed">;

/** Checks the whole body at once: by the schema, and by the stage's models. */
export function checkRequest(body: unknown, settings: CheckSettings): RequestCheck {
  const parsed = batchRequestSchema.safeParse(body);
  const outline = outlineSchema.parse(body);
  const model = modelOf(outline, settings);
  const faults = distinct([
    ...(parsed.success ? [] : faultsOf(parsed.error, batchRequestSchema)),
    ...(model === undefined ? [unknownModel(settings)] : durationFaults(outline, model)),
    ...fadeFaults(outline),
    ...customIdFaults(outline),
  ]);
  if (!parsed.success || model === undefined || faults.length > 0) return { kind: "invalid", faults };
  const clips = clipsOf(parsed.data);
  const audioSeconds = clips.reduce((sum, clip) => sum + clip.parameters.duration_seconds, 0);
  const speed = parsed.data.speed ?? settings.default_speed;
  return { kind: "valid", request: parsed.data, model, speed, clips, audioSeconds };
}

/** Checks the body of a submit whose items lie in an upload. The items are checked later, by {@link checkLine}. */
export function checkUploadRequest(body: unknown, settings: CheckSettings): UploadCheck {
  const parsed = uploadedBatchRequestSchema.safeParse(body);
  if (!parsed.success) return { kind: "invalid", faults: faultsOf(parsed.error, uploadedBatchRequestSchema) };
  const { upload_id: uploadId, ...terms } = parsed.data;
  // The defaults have to suit the model, and each other, for an item that states nothing of its own.
  const checked = checkRequest({ ...terms, items: [{ prompt: "any" }] }, settings);
  if (checked.kind === "invalid") return checked;
  const { request, model, speed } = checked;
  const { defaults = {}, reuse } = terms;
  return { kind: "valid", request, model, speed, uploadId, defaults, reuse };
}

/** What all items of an upload have in common. */
export interface LineTerms {
  readonly model: string;
  readonly defaults: ParameterChoice;
  readonly reuse: boolean | undefined;
}
export type LineCheck = { readonly kind: "valid"; readonly clips: readonly Clip[] } | Invalid;

/** Checks one line of an upload as if it were the only item of a body. Pointers lead into the line. */
export function checkLine(item: unknown, terms: LineTerms, settings: CheckSettings): LineCheck {
  const checked = checkRequest({ ...terms, items: [item] }, settings);
  if (checked.kind === "valid") return { kind: "valid", clips: checked.clips };
  const faults = checked.faults.map(({ pointer, detail }) => ({
    pointer: pointer.replace(/^\/items\/0(?=\/|$)/, ""),
    detail,
  }));
  return { kind: "invalid", faults };
}

/**
 * The fields that the checks below need. These checks run even if the body is wrong elsewhere, so that the user sees
 * every fault at once. If a field here is not as expected, the schema reports it.
 */

const lengthsSchema = z.object({
  duration_seconds: z.number().optional().catch(undefined),
  output: z
    .object({ fade_out_seconds: z.number().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});
const outlineSchema = z
  .object({
    model: z.string().optional().catch(undefined),
    defaults: lengthsSchema.optional().catch(undefined),
    // Not parsed one by one when there are too many: there may be millions.
    items: z
      .array(z.unknown())
      .max(limits.inlineItems)
      .pipe(
        z.array(
          lengthsSchema
            .extend({
              custom_id: z.string().optional().catch(undefined),
              variations: z.int().min(1).max(limits.variations).optional().catch(undefined),
            })
            .catch({}),
        ),
      )
      .catch([]),
  })
  .catch({ items: [] });
type Outline = z.infer<typeof outlineSchema>;

const modelOf = (outline: Outline, { models }: CheckSettings): ModelConfig | undefined =>
  outline.model === undefined ? models[0] : models.find(({ id }) => id === outline.model);

const unknownModel = ({ models }: CheckSettings): Fault => ({
  pointer: "/model",
  detail: `is not a model of this stage; choose ${models.map(({ id }) => `'${id}'`).join(" or ")}`,
});

function durationFaults({ defaults, items }: Outline, model: ModelConfig): Fault[] {
  const most = model.max_duration_seconds;
  const isTooLong = (seconds: number | undefined): boolean => seconds !== undefined && seconds > most;
  const usual = defaults?.duration_seconds ?? defaultParameters.duration_seconds;
  const usesUsual = items.some((item) => item.duration_seconds === undefined);
  const detail = `must be at most ${most} seconds for the model '${model.id}'`;
  return [
    ...(usesUsual && isTooLong(usual) ? [{ pointer: "/defaults/duration_seconds", detail }] : []),
    ...items.flatMap((item, index) =>
      isTooLong(item.duration_seconds) ? [{ pointer: `/items/${index}/duration_seconds`, detail }] : [],
    ),
  ];
}

/**
 * A fade is longer than its clip. The fault is reported at the item if it sets one of the two, else at the batch's
 * default.
 */
function fadeFaults({ defaults, items }: Outline): Fault[] {
  return items.flatMap((item, index) => {
    const own = item.output?.fade_out_seconds;
    const fade = own ?? defaults?.output?.fade_out_seconds ?? defaultParameters.output.fade_out_seconds;
    const length = item.duration_seconds ?? defaults?.duration_seconds ?? defaultParameters.duration_seconds;
    if (fade <= length) return [];
    if (own === undefined && item.duration_seconds !== undefined)
      return [
        {
          pointer: `/items/${index}/duration_seconds`,
          detail: `must be at least the batch's fade_out_seconds, ${fade}`,
        },
      ];
    return [
      {
        pointer: `${own === undefined ? "/defaults" : `/items/${index}`}/output/fade_out_seconds`,
        detail: `must be at most the clip's ${length} seconds`,
      },
    ];
  });
}

/** Checks for duplicate ids, including the ids that variations get. */
function customIdFaults({ items }: Outline): Fault[] {
  const firstUse = new Map<string, number>();
  return items.flatMap(({ custom_id: id, variations = 1 }, index) => {
    if (id === undefined) return [];
    const ids = Array.from({ length: variations }, (_, variation) => customIdOf(id, variations, variation));
    const taken = ids.find((one) => (firstUse.get(one) ?? index) !== index);
    const earlier = firstUse.get(taken ?? "");
    for (const one of ids) if (!firstUse.has(one)) firstUse.set(one, index);
    if (taken === undefined || earlier === undefined) return [];
    const detail = `must be unique in the batch; item ${earlier} has '${taken}' already`;
    return [{ pointer: `/items/${index}/custom_id`, detail }];
  });
}

/** Keeps the first fault of each place. */
function distinct(faults: readonly Fault[]): readonly Fault[] {
  const byPlace = new Map<string, Fault>();
  for (const fault of faults) if (!byPlace.has(fault.pointer)) byPlace.set(fault.pointer, fault);
  return [...byPlace.values()];
}
