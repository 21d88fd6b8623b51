/** The batch that the form describes. */
import type { BatchTerms, ItemRequest, TotalsRequest } from "../../../shared/contract/api/batch-request.ts";
import {
  defaultParameters,
  limits,
  parameterChoiceSchema,
  parametersSchema,
  type ParameterChoice,
  type Priority,
  type Speed,
} from "../../../shared/contract/api/parameters.ts";
import { faultsOf, type Fault } from "../../../shared/contract/api/problem.ts";

/** As it was typed: an empty field leaves the choice to the API. */
export interface Form {
  readonly name: string;
  readonly model: string;
  readonly speed: Speed | "";
  readonly priority: Priority | "";
  readonly maxCostUsd: string;
  readonly numbers: Readonly<Record<NumberField, string>>;
  readonly format: string;
  readonly normalize: string;
}
export const numberFields = ["duration_seconds", "temperature", "top_k", "top_p", "guidance_scale"] as const;
export type NumberField = (typeof numberFields)[number];

export const emptyForm: Form = {
  name: "",
  model: "",
  speed: "",
  priority: "",
  maxCostUsd: "",
  numbers: { duration_seconds: "", temperature: "", top_k: "", top_p: "", guidance_scale: "" },
  format: "",
  normalize: "",
};

export interface Range {
  readonly least: number;
  readonly most: number;
  readonly usual: number;
}
/** @param longest what the model makes at most, in seconds */
export function rangeOf(field: NumberField, longest: number): Range {
  const { minValue, maxValue } = parametersSchema.shape[field];
  const most = maxValue ?? Infinity;
  return {
    least: minValue ?? 0,
    most: field === "duration_seconds" ? Math.min(most, longest) : most,
    usual: defaultParameters[field],
  };
}

export type Terms =
  | { readonly kind: "terms"; readonly terms: BatchTerms }
  | { readonly kind: "faults"; readonly faults: readonly Fault[] };

export function termsOf(form: Form): Terms {
  const output = {
    ...(form.format !== "" && { format: form.format }),
    ...(form.normalize !== "" && { normalize: form.normalize }),
  };
  const chosen = {
    ...Object.fromEntries(
      numberFields
        .filter((field) => form.numbers[field].trim() !== "")
        .map((field) => [field, Number(form.numbers[field])]),
    ),
    ...(Object.keys(output).length > 0 && { output }),
  };
  const parsed = parameterChoiceSchema.safeParse(chosen);
  if (!parsed.success) return { kind: "faults", faults: faultsOf(parsed.error, parameterChoiceSchema) };
  return {
    kind: "terms",
    terms: {
      ...(form.name.trim() !== "" && { name: form.name.trim() }),
      ...(form.model !== "" && { model: form.model }),
      ...(form.speed !== "" && { speed: form.speed }),
      ...(form.priority !== "" && { priority: form.priority }),
      ...(form.maxCostUsd.trim() !== "" && { max_cost_usd: form.maxCostUsd.trim() }),
      ...(Object.keys(chosen).length > 0 && { defaults: parsed.data }),
    },
  };
}

/** Variations counted one by one. */
export function totalsOf(
  items: readonly ItemRequest[],
  { duration_seconds = defaultParameters.duration_seconds }: ParameterChoice = {},
): TotalsRequest["totals"] {
  let [count, audioSeconds, longest] = [0, 0, 0];
  for (const { variations = 1, duration_seconds: seconds = duration_seconds } of items) {
    count += variations;
    audioSeconds += variations * seconds;
    longest = Math.max(longest, seconds);
  }
  return { items: count, audio_seconds: audioSeconds, longest_seconds: longest };
}

/** What is too large for a body goes by an upload. */
export const fitsOneBody = (count: number, body: string): boolean =>
  count <= limits.inlineItems && new TextEncoder().encode(body).length <= limits.bodyBytes;
