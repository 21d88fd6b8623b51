import { describe, expect, test } from "vitest";
import { foldEvents } from "../../../../shared/batch/progress/fold.ts";
import { reconcile } from "../../../../shared/batch/reconcile/reconcile.ts";
import type { BatchRecord, ResultRecord } from "../../../../shared/contract/records/batch-records.ts";
import { fleetKeys } from "../../../../shared/contract/records/keys.ts";
import { halfAnHour } from "../../billing/ledger-entry.ts";
import { finished, of, one, result } from "../events.ts";
import { allKeys, prompts, submitted, world, type World } from "../world.ts";

const resultOf = (batch: BatchRecord, index: number): ResultRecord => {
  const made = result(index, index === 2 ? "failed" : "succeeded");
  return {
    ...made,
    audio: made.audio === null ? null : { ...made.audio, key: `batches/${batch.id}/audio/${index}-1.wav` },
  };
};
/** Two clips and a failure, committed and told, with the audio of the clips. */
async function make(at: World, batch: BatchRecord): Promise<void> {
  const made = [0, 1, 2].map((index) => resultOf(batch, index));
  for (const { audio } of made) if (audio !== null) await at.store.put(audio.key, "audio");
  await foldEvents(
    made.map((record) => of(batch.id, finished(record.index, 50, record))),
    at,
  );
}
const look = (at: World) =>
  reconcile(at, { queueDepths: new Map(), liveInstances: new Set([one]), nowMs: at.clock.nowMs() }, Infinity);
const put = async (at: World, batch: BatchRecord, ...names: readonly string[]): Promise<void> => {
  for (const name of names) await at.store.put(`batches/${batch.id}/${name}`, "x");
};
const left = async (at: World, batch: BatchRecord): Promise<readonly string[]> =>
  (await allKeys(at))
    .filter((key) => /\/(audio|checkpoints)\//.test(key))
    .map((key) => key.slice(`batches/${batch.id}/`.length));

describe("at the end of a batch", () => {
  test("audio that no result names and checkpoints are removed, and the clips stay", async () => {
    const at = world();
    const batch = await submitted(at, prompts(3));
    await put(
      at,
      batch,
      "audio/0-2.wav",
      "audio/1-1.flac",
      "audio/2-1.wav",
      "checkpoints/0",
      "checkpoints/2",
    );
    await make(at, batch);
    await look(at);
    expect(await left(at, batch)).toEqual(["audio/0-1.wav", "audio/1-1.wav"]);
  });

  test("what an attempt that lost leaves later is removed when its machine's account is closed", async () => {
    const at = world();
    const batch = await submitted(at, prompts(3));
    await make(at, batch);
    await look(at);
    await put(at, batch, "audio/1-2.wav", "checkpoints/1");
    const entry = { ...halfAnHour, gpu_seconds_by_batch: { [batch.id]: 30 } };
    const ledger = { v: 1, day: "2026-01-01", instances: { [one]: entry } };
    await at.store.put(fleetKeys.ledger("2026-01-01"), JSON.stringify(ledger));
    await at.store.put(`active/receipt-due/${batch.id}/${one}`, "{}");
    await look(at);
    expect(await left(at, batch)).toEqual(["audio/0-1.wav", "audio/1-1.wav"]);
  });

  test("no audio is removed when a result cannot be found", async () => {
    const at = world();
    const batch = await submitted(at, prompts(3));
    await put(at, batch, "audio/0-2.wav", "checkpoints/0");
    await make(at, batch);
    await at.store.delete(`batches/${batch.id}/manifest/0.jsonl`);
    await look(at);
    expect(await left(at, batch)).toEqual(["audio/0-1.wav", "audio/0-2.wav", "audio/1-1.wav"]);
  });
});

test("nothing is removed while items are open", async () => {
  const at = world();
  const batch = await submitted(at, prompts(4));
  await put(at, batch, "audio/0-2.wav", "checkpoints/3");
  await make(at, batch);
  await at.store.put(`active/receipt-due/${batch.id}/${one}`, "{}");
  await look(at);
  expect(await left(at, batch)).toHaveLength(4);
});
