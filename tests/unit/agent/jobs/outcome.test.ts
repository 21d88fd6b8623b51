import { expect, test } from "vitest";
import type { EngineCheckpoint, EngineReady } from "../../../../shared/contract/engine-protocol.ts";
import type { Answer, Outcome } from "../../../../worker/agent/jobs/outcome.ts";
import { outcomeOf, outcomeOfDeath, outcomeOfWithdrawal } from "../../../../worker/agent/jobs/outcome.ts";

const engine: EngineReady = {
  type: "ready",
  model: "tiny-random",
  revision: "1",
  device: "cpu",
  device_name: "a processor",
  dtype: "float32",
  slots: 2,
  sample_rate: 32_000,
  engine_version: "1",
  guessed_audio_seconds_per_second: null,
};
type Judged = Parameters<typeof outcomeOfWithdrawal>[0];
const begun: Judged = { wish: "make", progress: { from: 0, step: 50, steps: 503 }, resumePath: null };
const unbegun: Judged = { ...begun, progress: null };

const failed = (code: Extract<Answer, { type: "failed" }>["code"], retryable = false): Answer => ({
  type: "failed",
  id: "item",
  code,
  detail: "why",
  retryable,
});
const saved = (steps: number): EngineCheckpoint => ({
  type: "checkpoint",
  id: "item",
  path: "/tmp/item.checkpoint",
  step: steps,
  gpu_seconds: 1,
  steps,
});
const ended = (code: "bad_request" | "numeric" | "engine_error"): Outcome => ({
  kind: "ended",
  outcome: "failed",
  error: { code, detail: "why" },
});

test.each<[name: string, job: Judged, answer: Answer, expected: Outcome]>([
  ["a clip that was saved is interrupted", begun, saved(50), { kind: "interrupted", left: saved(50) }],
  ["a clip that was not begun is released: that is no interruption", unbegun, saved(0), { kind: "released" }],
  [
    "a clip that resumed and made no step of its own is interrupted",
    begun,
    saved(0),
    { kind: "interrupted", left: saved(0) },
  ],
  [
    "a temporary failure is tried again",
    begun,
    failed("numeric", true),
    { kind: "failed", code: "numeric", detail: "why" },
  ],
  ["a request that the engine refuses fails the item", begun, failed("bad_request"), ended("bad_request")],
  ["a clip with numbers that are not finite fails the item", begun, failed("numeric"), ended("numeric")],
  [
    "a failure of another kind ends the item as the engine's error",
    begun,
    failed("internal"),
    ended("engine_error"),
  ],
  [
    "a clip that cannot go on from its checkpoint is tried from the beginning",
    { ...begun, resumePath: "/tmp/item.checkpoint" },
    failed("internal"),
    { kind: "failed", code: "internal", detail: "why" },
  ],
  [
    "a clip that its owner canceled ends as canceled",
    { ...begun, wish: "cancel" },
    failed("canceled"),
    { kind: "ended", outcome: "canceled", error: null },
  ],
  [
    "a clip that this worker is not to begin is released",
    { ...unbegun, wish: "release" },
    failed("canceled"),
    { kind: "released" },
  ],
])("%s", (_name, job, answer, expected) => {
  expect(outcomeOf(job, answer, engine)).toEqual(expected);
});

test.each<[name: string, inEngine: number, isBlameless: boolean, expected: Outcome]>([
  ["one clip alone has failed", 1, false, { kind: "failed", code: "engine_died", detail: "signal SIGSEGV" }],
  ["of two clips none is blamed", 2, false, { kind: "interrupted", left: null }],
  ["one clip of a worker that leaves is not blamed", 1, true, { kind: "interrupted", left: null }],
])("when the engine dies, %s", (_name, inEngine, isBlameless, expected) => {
  expect(outcomeOfDeath("signal SIGSEGV", inEngine, isBlameless)).toEqual(expected);
});

test("a waiting job that is withdrawn ends as canceled or is released, as was wished", () => {
  expect(outcomeOfWithdrawal({ ...unbegun, wish: "cancel" })).toEqual({
    kind: "ended",
    outcome: "canceled",
    error: null,
  });
  expect(outcomeOfWithdrawal({ ...unbegun, wish: "release" })).toEqual({ kind: "released" });
});
