/** Turns the items of a request into clips, each with a seed. */
import type { ItemRecord } from "../../contract/records/batch-records.ts";
import type { ContinueFrom } from "../../contract/api/continuation.ts";
import type { BatchRequest, ItemRequest } from "../../contract/api/batch-request.ts";
import {
  defaultParameters,
  type Output,
  type ParameterChoice,
  type Parameters,
} from "../../contract/api/parameters.ts";
import type { Random } from "../../ports.ts";
import { seedOfVariation } from "./variation-seed.ts";

type OutputChoice = ParameterChoice["output"];

/** One clip as requested, before its seed is drawn. */
export interface Clip {
  /** The index in the request's `items` that it comes from. */
  readonly requestIndex: number;
  readonly customId: string | null;
  readonly prompt: string;
  readonly seed: number | null;
  readonly parameters: Parameters;
  readonly reuse: boolean;
  readonly continueFrom?: ContinueFrom | undefined;
}

/** The clips of a request. An item with `variations` becomes that many clips, told apart by `-1`, `-2`, … */
export const clipsOf = (request: BatchRequest): readonly Clip[] =>
  request.items.flatMap((item, requestIndex) => {
    const { custom_id: customId, variations = 1 } = item;
    const parameters = parametersOf(request.defaults, item);
    return Array.from({ length: variations }, (_, variation) => ({
      requestIndex,
      customId: customId === undefined ? null : customIdOf(customId, variations, variation),
      prompt: item.prompt,
      seed: item.seed === undefined ? null : seedOfVariation(item.seed, variation),
      parameters,
      continueFrom: item.continue_from,
      // A drawn seed is hardly ever asked for again, and keeping a clip for reuse costs a write.
      reuse: request.reuse ?? item.seed !== undefined,
    }));
  });

/**
 * Seeds that the user did not give are drawn now and stored, so that every clip can be made again.
 *
 * @param from the index of the first of them in the batch
 */
export const itemsOf = (clips: readonly Clip[], random: Random, from = 0): readonly ItemRecord[] =>
  clips.map(({ customId, prompt, seed, parameters, reuse, continueFrom }, place) => ({
    index: from + place,
    custom_id: customId,
    prompt,
    seed: seed ?? Math.floor(random.next() * (Number.MAX_SAFE_INTEGER + 1)),
    parameters,
    reuse,
    ...(continueFrom === undefined ? {} : { continue_from: continueFrom }),
  }));

/** What the user called an item, for each of its clips. @param variation from 0 */
export const customIdOf = (id: string, variations: number, variation: number): string =>
  variations === 1 ? id : `${id}-${variation + 1}`;

function parametersOf(defaults: ParameterChoice | undefined, item: ItemRequest): Parameters {
  const chosen = { ...withoutUndefined(defaults ?? {}), ...withoutUndefined(item) };
  return {
    duration_seconds: chosen.duration_seconds ?? defaultParameters.duration_seconds,
    temperature: chosen.temperature ?? defaultParameters.temperature,
    top_k: chosen.top_k ?? defaultParameters.top_k,
    top_p: chosen.top_p ?? defaultParameters.top_p,
    guidance_scale: chosen.guidance_scale ?? defaultParameters.guidance_scale,
    ...(chosen.extend_stride === undefined ? {} : { extend_stride: chosen.extend_stride }),
    output: outputOf(defaults?.output, item.output),
  };
}

function outputOf(usual: OutputChoice, own: OutputChoice): Output {
  const { format, normalize, fade_out_seconds } = defaultParameters.output;
  const onlyNew = own?.only_new ?? usual?.only_new;
  return {
    ...(onlyNew === undefined ? {} : { only_new: onlyNew }),
    format: own?.format ?? usual?.format ?? format,
    normalize: own?.normalize ?? usual?.normalize ?? normalize,
    fade_out_seconds: own?.fade_out_seconds ?? usual?.fade_out_seconds ?? fade_out_seconds,
  };
}

const withoutUndefined = (choice: ParameterChoice): ParameterChoice =>
  Object.fromEntries(Object.entries(choice).filter(([, value]) => value !== undefined));
