/** Prompts are user data: whatever goes wrong, no log line has one, not even the beginning of one. */
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { apiHandler } from "../../functions/http/api.ts";
import { submitRoutes } from "../../functions/http/submit/submit-routes.ts";
import { foldMessages } from "../../functions/queues/fold-messages.ts";
import { reconcile } from "../../shared/batch/reconcile/reconcile.ts";
import { redriveDeadLetters } from "../../shared/batch/reconcile/dead-letters.ts";
import type { RecordingLog } from "../../simulation/memory/recording-log.ts";
import { WorkerWorld } from "./agent/worker-world.ts";
import { settings, submitted, world, type World } from "./batch/world.ts";
import { apiEvent, lambdaContext } from "./http/api-event.ts";

const word = "zanzibar";
const prompt = `${word} ${word} ${word}`;
const body = { items: [{ prompt }, { prompt }] };
const linesOf = ({ entries }: RecordingLog): string => inspect(entries, { depth: 20, maxStringLength: null });
/** JSON that is broken at the prompt: a parser may quote what stands there. */
const broken = (text: string): string => text.replace(`"${word}`, word);

const post = (at: World, text: string) =>
  apiHandler(submitRoutes(at, settings), at.log)(apiEvent("POST /v1/batches", { body: text }), lambdaContext);
const sightOf = (at: World) => ({
  queueDepths: new Map([["small", { visible: 0, inFlight: 0 }]]),
  liveInstances: new Set<never>(),
  nowMs: at.clock.nowMs(),
});

test.each<[name: string, act: (at: World) => Promise<unknown>]>([
  ["a submit", (at) => post(at, JSON.stringify(body))],
  ["a submit whose JSON is broken", (at) => post(at, broken(JSON.stringify(body)))],
  ["a submit that is refused", (at) => post(at, JSON.stringify({ items: [{ prompt: `${prompt}\uffff` }] }))],
  [
    "a batch whose items cannot be read",
    async (at) => {
      const batch = await submitted(at, body);
      const key = `batches/${batch.id}/items/0.jsonl`;
      await at.store.put(key, broken((await at.store.get(key))?.body ?? ""));
      await at.jobQueues.of("small", "standard").receive({ max: 10, waitSeconds: 0, visibilitySeconds: 900 });
      await at.clock.advance(600_000);
      await reconcile(at, sightOf(at), Infinity).catch(() => undefined);
      expect(at.log.entries).not.toEqual([]);
    },
  ],
  [
    "a dead letter that is broken",
    async (at) => {
      await at.jobQueues.deadLetters.send([{ body: broken(JSON.stringify(body)) }]);
      await redriveDeadLetters(at, settings.worker, Infinity);
      expect(at.log.entries).not.toEqual([]);
    },
  ],
  [
    "an event that is none",
    async (at) => {
      const record = { messageId: "m", body: broken(JSON.stringify(body)) };
      await foldMessages(at)({ Records: [record] } as never);
      expect(at.log.entries).not.toEqual([]);
    },
  ],
])("%s logs no prompt", async (_name, act) => {
  const at = world();
  await act(at);
  expect(linesOf(at.log)).not.toContain(word.slice(0, 4));
});

test.each<[name: string, text: (job: string) => string]>([
  ["a job", (job) => job],
  ["a job that is broken", broken],
  ["a job that does not fit its schema", (job) => job.replace('"seed":', '"seed":"x","was":')],
])("a worker that receives %s logs no prompt", async (_name, textOf) => {
  const at = new WorkerWorld({
    engine: { mishap: () => ({ kind: "fails", code: "bad_request", retryable: false }) },
  });
  await at.writeBatch(1);
  await at.jobs.standard.send([{ body: textOf(JSON.stringify(at.message({ prompt }))) }]);
  await at.clock.runUntil(at.worker().left);
  expect(at.log.entries).not.toEqual([]);
  expect(linesOf(at.log)).not.toContain(word.slice(0, 4));
});
