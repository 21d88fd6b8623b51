import { describe, expect, test } from "vitest";
import { readResult } from "../../../../shared/batch/progress/batch-files.ts";
import { countsOf } from "../../../../shared/batch/progress/progress.ts";
import { hideBatch } from "../../../../shared/batch/orders/delete-batch.ts";
import { redrive } from "../../../../shared/batch/reconcile/redrive.ts";
import { attemptsRecordSchema, type BatchRecord } from "../../../../shared/contract/records/batch-records.ts";
import { result } from "../events.ts";
import { jobsIn, progressOf, settings, submitted, world, type World } from "../world.ts";

const letter = (at: World, index = 0, id = "message-1") => ({
  id,
  body: at.jobQueues.of("small", "standard").contents()[index]?.body ?? "",
});
const look = (at: World, dead: { id: string; body: string }) => redrive(dead, at, settings.worker);
const attemptsOf = async (at: World, batch: BatchRecord) =>
  attemptsRecordSchema.parse(
    JSON.parse((await at.store.get(`batches/${batch.id}/attempts/0.json`))?.body ?? "null"),
  );

describe("redrive", () => {
  test("sends an item with attempts left again and counts the failure once for each letter", async () => {
    const at = world();
    const batch = await submitted(at);
    const dead = letter(at);
    expect(await look(at, dead)).toEqual({ kind: "sent_again" });
    expect(await look(at, dead)).toEqual({ kind: "sent_again" });
    expect((await attemptsOf(at, batch)).failures.map(({ code }) => code)).toEqual(["dead_letter"]);
    expect(
      jobsIn(at)
        .filter(({ resent }) => resent)
        .map(({ index }) => index),
    ).toEqual([0, 0]);
  });

  test("fails an item at its third letter, with the reason", async () => {
    const at = world();
    const batch = await submitted(at);
    for (const id of ["m1", "m2"]) await look(at, letter(at, 0, id));
    expect(await look(at, letter(at, 0, "m3"))).toEqual({ kind: "failed" });
    expect(await readResult(at.store, batch.id, 0)).toMatchObject({
      outcome: "failed",
      error: {
        code: "too_many_failures",
        detail:
          "3 attempts failed, the last with dead_letter: its message m3 was received too often without an outcome",
      },
    });
    expect(countsOf(await progressOf(at, batch))).toMatchObject({ failed: 1, queued: 2 });
  });

  test("fails an item that was interrupted too often, and says how often", async () => {
    const at = world();
    const batch = await submitted(at);
    const attempts = { v: 1, failures: [], interruptions: 21, interrupted_steps: 900, spent: [] };
    await at.store.put(`batches/${batch.id}/attempts/0.json`, JSON.stringify(attempts));
    expect(await look(at, letter(at))).toEqual({ kind: "failed" });
    expect(await readResult(at.store, batch.id, 0)).toMatchObject({
      error: { code: "interruption_limit" },
      interruptions: 21,
    });
  });

  test("sends an item that was interrupted as often as it may be again", async () => {
    const at = world();
    const batch = await submitted(at);
    const attempts = { v: 1, failures: [], interruptions: 20, interrupted_steps: 900, spent: [] };
    await at.store.put(`batches/${batch.id}/attempts/0.json`, JSON.stringify(attempts));
    expect(await look(at, letter(at))).toEqual({ kind: "sent_again" });
  });

  test("fails an item whose message is malformed but names it", async () => {
    const at = world();
    const batch = await submitted(at);
    expect(await look(at, { id: "m", body: JSON.stringify({ batch_id: batch.id, index: 2 }) })).toEqual({
      kind: "failed",
    });
    expect(await readResult(at.store, batch.id, 2)).toMatchObject({ error: { code: "malformed_message" } });
  });

  test("drops the message of an item that has its result, and the result stays", async () => {
    const at = world();
    const batch = await submitted(at);
    const made = { ...result(0), batch_id: batch.id };
    await at.store.create(`batches/${batch.id}/results/000000.json`, JSON.stringify(made));
    expect(await look(at, letter(at))).toEqual({ kind: "dropped", why: "has_result" });
    expect(await readResult(at.store, batch.id, 0)).toEqual(made);
  });

  test.each<[name: string, body: (batch: BatchRecord) => string, why: string]>([
    ["text", () => "hello", "not_an_item"],
    ["JSON that names nothing", () => '{"batch_id":"x","index":0}', "not_an_item"],
    ["an item past the end", ({ id }) => JSON.stringify({ batch_id: id, index: 3 }), "no_such_item"],
    [
      "an item of no batch",
      () => '{"batch_id":"batch_01KDVDNG00ZZZZZZZZZZZZZZZZ","index":0}',
      "no_such_item",
    ],
  ])("drops %s", async (_name, body, why) => {
    const at = world();
    const batch = await submitted(at);
    expect(await look(at, { id: "m", body: body(batch) })).toEqual({ kind: "dropped", why });
  });

  test("drops a letter of a deleted batch, and writes nothing of it", async () => {
    const at = world();
    const batch = await submitted(at);
    const dead = letter(at);
    await hideBatch(batch, at);
    expect(await look(at, dead)).toEqual({ kind: "dropped", why: "no_such_item" });
    expect(await at.store.exists(`batches/${batch.id}/attempts/0.json`)).toBe(false);
  });
});
