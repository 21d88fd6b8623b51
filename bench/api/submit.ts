/** A submit of 1,000 items, against the calls that it makes, made by the bare SDK in the same order. */
import { inParallel } from "../../shared/flow/in-parallel.ts";
import { median, rounded } from "../numbers.ts";
import { type Call, mostAtOnce, type Recorder, wavesOf } from "./recorder.ts";
import type { Stage } from "./stage.ts";

export interface SubmitCost {
  readonly items: number;
  readonly runs: number;
  readonly submit_ms: number;
  readonly bare_sdk_ms: number;
  readonly ratio: number;
  readonly aws_requests: Readonly<Record<string, number>>;
}

const items = 1000;
const runs = 9;
const body = { items: Array.from({ length: items }, (_, index) => ({ prompt: `prompt ${index}` })) };

export async function submitCost(stage: Stage, recorder: Recorder): Promise<SubmitCost> {
  const pairs: { readonly submitMs: number; readonly bareMs: number; readonly calls: readonly Call[] }[] = [];
  // The first pair connects and compiles, and is not counted.
  for (let run = 0; run <= runs; run += 1) {
    const { value, ms, calls } = await recorder.during(() => stage.call("POST /v1/batches", { body }));
    if (value.statusCode !== 202) throw new Error(`expected 202, got ${value.body ?? ""}`);
    const bareMs = await bare(calls, run);
    if (run > 0) pairs.push({ submitMs: ms, bareMs, calls });
  }
  const [submitMs, bareMs] = [
    median(pairs.map((pair) => pair.submitMs)),
    median(pairs.map((pair) => pair.bareMs)),
  ];
  return {
    items,
    runs,
    submit_ms: rounded(submitMs),
    bare_sdk_ms: rounded(bareMs),
    ratio: Math.round((100 * submitMs) / bareMs) / 100,
    aws_requests: countsOf(pairs[0]?.calls ?? []),
  };
}

/** As many at once as the submit had, and to objects of its own. @returns how long it took */
async function bare(calls: readonly Call[], run: number): Promise<number> {
  const began = performance.now();
  for (const wave of wavesOf(calls))
    await inParallel(wave, mostAtOnce(wave), async ({ input, again }) => {
      const key = input["Key"];
      const isWrite = typeof key === "string" && "Body" in input;
      // That there is no such object is an answer, too.
      await again(isWrite ? { ...input, Key: `bare-${run}/${key}` } : input).catch(() => undefined);
    });
  return performance.now() - began;
}

export const countsOf = (calls: readonly Call[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(calls, ({ name }) => name)].map(([name, own]) => [name, own.length]));
