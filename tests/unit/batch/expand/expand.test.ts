import { describe, expect, test } from "vitest";
import { batchView } from "../../../../shared/batch/views/batch-view.ts";
import { cancelBatch } from "../../../../shared/batch/orders/cancel.ts";
import { deleteBatch } from "../../../../shared/batch/orders/delete-batch.ts";
import { readState } from "../../../../shared/batch/progress/batch-files.ts";
import { noCost } from "../../../../shared/billing/receipts/batch-cost.ts";
import type { BatchView } from "../../../../shared/contract/api/api.ts";
import { itemIdOf, type BatchId } from "../../../../shared/contract/ids.ts";
import { batchKeys, uploadKeys } from "../../../../shared/contract/records/keys.ts";
import { reconcile } from "../../../../shared/batch/reconcile/reconcile.ts";
import { openWork } from "../../../../shared/batch/views/open-work.ts";
import { changeControl } from "../../../../shared/interlock/control.ts";
import { LauncherError } from "../../../../shared/ports.ts";
import { PlannedFaults } from "../../../../simulation/memory/faults.ts";
import {
  allKeys,
  jobsIn,
  noonMs,
  progressOf,
  prompts,
  stopService,
  submitted,
  world,
  type World,
} from "../world.ts";
import { result } from "../events.ts";
import { batchNow, expanded, linesOf, submittedUpload, uploaded } from "./upload-world.ts";

async function viewOf(at: World, id: BatchId): Promise<BatchView> {
  const state = await readState(at.store, id);
  if (state === null) throw new Error("expected a batch");
  return batchView(state.batch, { ...state, snapshot: null, latch: null, cost: noCost });
}

/** Lines that are all alike but for their number, with one of them in place of another. */
const withLine = (line: number, text: string, count = 40): string =>
  linesOf(count)
    .split("\n")
    .map((own, place) => (place === line - 1 ? text : own))
    .join("\n");

test("a batch of an upload is validated first, and has its items when they are queued", async () => {
  const at = world();
  const batch = await submittedUpload(at, linesOf(2500));
  expect(at.expander.asked).toEqual([batch.id]);
  expect((await viewOf(at, batch.id)).status).toBe("validating");
  expect(jobsIn(at)).toEqual([]);
  expect(await expanded(at, batch.id)).toBe("queued");
  const view = await viewOf(at, batch.id);
  expect([view.status, view.counts.queued, view.audio_seconds.total]).toEqual(["queued", 2500, 25_000]);
  expect(view.cost.estimate).not.toBeNull();
  const jobs = jobsIn(at).toSorted((one, other) => one.index - other.index);
  expect(jobs.map(({ prompt }) => prompt)).toEqual(
    Array.from({ length: 2500 }, (_, index) => `prompt ${index}`),
  );
  expect(at.launcher.count).toBe(1);
});

test("what is queued is open work, and what is still checked is none: no machine is launched for it", async () => {
  const at = world();
  const batch = await submittedUpload(at, linesOf(1200));
  expect(await openWork(at)).toEqual([]);
  await expanded(at, batch.id);
  expect(await openWork(at)).toMatchObject([{ batchId: batch.id, openItems: 1200 }]);
});

test("a second run of an expansion that has ended sends nothing", async () => {
  const at = world();
  const batch = await submittedUpload(at, linesOf(1200));
  await expanded(at, batch.id);
  expect(await expanded(at, batch.id)).toBe("nothing");
  expect(jobsIn(at)).toHaveLength(1200);
});

test("a second run beside the first does nothing: the first wrote a moment ago", async () => {
  const at = world();
  const batch = await submittedUpload(at, linesOf(1200));
  const runs = Promise.all([expanded(at, batch.id), expanded(at, batch.id)]);
  const both = await at.clock.runUntil(runs);
  expect(both.toSorted()).toEqual(["nothing", "queued"]);
  expect(jobsIn(at)).toHaveLength(1200);
});

test("a run that was replaced while it read does not end the batch because the other has deleted the file", async () => {
  const faults = new PlannedFaults();
  const at = world(faults);
  const batch = await submittedUpload(at, linesOf(10));
  faults.beforeNext("getRange", /uploads/, () => at.clock.sleep(60_000));
  const replaced = expanded(at, batch.id);
  await at.clock.advance(21_000);
  expect(await expanded(at, batch.id)).toBe("queued");
  expect(await at.clock.runUntil(replaced)).toBe("superseded");
  expect(await viewOf(at, batch.id)).toMatchObject({ status: "queued", input_errors: null, ended_at: null });
  expect(jobsIn(at)).toHaveLength(10);
});

test("a run that was replaced does not end the batch because it was canceled after its items were queued", async () => {
  const faults = new PlannedFaults();
  const at = world(faults);
  const batch = await submittedUpload(at, linesOf(10));
  faults.beforeNext("get", /control\.json/, () => at.clock.sleep(60_000));
  const replaced = expanded(at, batch.id);
  await at.clock.advance(21_000);
  expect(await expanded(at, batch.id)).toBe("queued");
  await changeControl(at, batch.id, () => ({ cancel: "drain" }));
  expect(await at.clock.runUntil(replaced)).toBe("superseded");
  expect(await viewOf(at, batch.id)).toMatchObject({ status: "canceling", ended_at: null });
});

test("defaults and variations count as in a body, and a variation that is cut off by a chunk is whole", async () => {
  const at = world();
  const lines = Array.from({ length: 300 }, (_, line) =>
    JSON.stringify({ custom_id: `clip-${line}`, prompt: "p", seed: line, variations: 7 }),
  );
  const batch = await submittedUpload(at, lines.join("\n"), { defaults: { duration_seconds: 3 } });
  await expanded(at, batch.id);
  expect(await batchNow(at, batch.id)).toMatchObject({ total: 2100, audio_seconds: 6300 });
  const jobs = jobsIn(at).toSorted((one, other) => one.index - other.index);
  expect(jobs[999]?.custom_id).toBe("clip-142-6");
  expect(jobs[1000]?.custom_id).toBe("clip-142-7");
  expect(new Set(jobs.map(({ custom_id }) => custom_id)).size).toBe(2100);
});

describe("a bad line", () => {
  test("37 ends the batch as invalid, and nothing of it is queued or left", async () => {
    const at = world();
    const batch = await submittedUpload(at, withLine(37, '{"prompt":""}', 2000));
    expect(await expanded(at, batch.id)).toBe("invalid");
    const view = await viewOf(at, batch.id);
    expect([view.status, view.outcome]).toEqual(["ended", "invalid"]);
    expect(view.input_errors).toEqual({
      count: 1,
      first: [{ line: 37, pointer: "/prompt", detail: "must not be empty" }],
    });
    expect(jobsIn(at)).toEqual([]);
    const left = await allKeys(at);
    expect(left.filter((key) => /items|\.jsonl|^active\/batch/.test(key))).toEqual([]);
  });

  test("after a thousand good ones takes their chunk with it", async () => {
    const at = world();
    const batch = await submittedUpload(at, withLine(1500, "{", 2000));
    await expanded(at, batch.id);
    expect((await allKeys(at)).filter((key) => key.includes("/items/"))).toEqual([]);
    expect((await viewOf(at, batch.id)).input_errors?.first[0]?.line).toBe(1500);
  });

  test("of which there are many is counted, and the first hundred are listed", async () => {
    const at = world();
    const batch = await submittedUpload(at, '{"prompt":1}\n'.repeat(300));
    await expanded(at, batch.id);
    const { input_errors: errors } = await viewOf(at, batch.id);
    expect(errors?.count).toBe(300);
    expect(errors?.first.map(({ line }) => line)).toEqual(Array.from({ length: 100 }, (_, line) => line + 1));
  });

  test.each<[name: string, line: string, pointer: string, detail: RegExp]>([
    ["is not JSON", "a calm piano", "", /^is not a JSON object on one line: /],
    ["is a JSON list", '[{"prompt":"p"}]', "", /expected object/],
    ["begins a list that goes on below", "[", "", /^is not a JSON object on one line: /],
    ["has an unknown field", '{"prompt":"p","temprature":1}', "/temprature", /did you mean 'temperature'/],
    ["has a field that cannot be kept", '{"prompt":"p","__proto__":{}}', "", /__proto__/],
    ["is too long for the model", '{"prompt":"p","duration_seconds":40}', "/duration_seconds", /at most 30/],
    [
      "is longer than a line may be",
      `{"prompt":"${"x".repeat(70_000)}"}`,
      "",
      /^is longer than 65536 bytes$/,
    ],
    ["has a prompt with half a character", '{"prompt":"\\ud83c"}', "/prompt", /must be whole/],
  ])("that %s is a fault at its place", async (_name, line, pointer, detail) => {
    const at = world();
    const batch = await submittedUpload(at, withLine(37, line));
    await expanded(at, batch.id);
    expect((await viewOf(at, batch.id)).input_errors).toEqual({
      count: 1,
      first: [{ line: 37, pointer, detail: expect.stringMatching(detail) as string }],
    });
  });

  test("that is not UTF-8 is a fault, and the lines around it are not", async () => {
    const at = world();
    const latin1 = Buffer.from('{"prompt":"caf\xe9"}', "latin1");
    const file = Buffer.concat([Buffer.from(linesOf(36)), latin1, Buffer.from(`\n${linesOf(3)}`)]);
    const batch = await submittedUpload(at, file);
    await expanded(at, batch.id);
    expect((await viewOf(at, batch.id)).input_errors).toEqual({
      count: 1,
      first: [{ line: 37, pointer: "", detail: "is not UTF-8; save the file as UTF-8" }],
    });
  });

  test("whose id an earlier line has, also one of its variations, is a fault", async () => {
    const at = world();
    const first = '{"custom_id":"a","variations":2,"prompt":"p"}\n{"custom_id":"b","prompt":"p"}\n';
    const batch = await submittedUpload(
      at,
      `${first}{"custom_id":"a-2","prompt":"p"}\n{"custom_id":"b","prompt":"p"}\n`,
    );
    await expanded(at, batch.id);
    expect((await viewOf(at, batch.id)).input_errors?.first).toEqual([
      {
        line: 3,
        pointer: "/custom_id",
        detail: "must be unique in the batch; an earlier line has 'a-2' already",
      },
      {
        line: 4,
        pointer: "/custom_id",
        detail: "must be unique in the batch; an earlier line has 'b' already",
      },
    ]);
  });

  test("is not an item below 50,000 blank lines: a client leaves those blank that its table has for something else", async () => {
    const at = world();
    const batch = await submittedUpload(at, `${"\n".repeat(50_000)}${linesOf(1)}`);
    await expanded(at, batch.id);
    expect(await batchNow(at, batch.id)).toMatchObject({ input_errors: null, total: 1 });
  });

  test("is a line beyond 250,000, blank ones counted", async () => {
    const at = world();
    const batch = await submittedUpload(at, `${"\n".repeat(250_000)}${linesOf(1)}`);
    await expanded(at, batch.id);
    expect((await batchNow(at, batch.id)).input_errors?.first).toEqual([
      { line: 250_001, pointer: "", detail: "the file has more than 250000 lines; the rest was not checked" },
    ]);
  });

  test("is what a file with nothing but blank lines has", async () => {
    const at = world();
    const batch = await submittedUpload(at, "\n \r\n\t\n");
    await expanded(at, batch.id);
    expect((await viewOf(at, batch.id)).input_errors).toEqual({
      count: 1,
      first: [{ line: 3, pointer: "", detail: "the file has no items" }],
    });
  });

  test("is the first one that is too many", async () => {
    const at = world();
    const batch = await submittedUpload(at, '{"prompt":"p","variations":8}\n'.repeat(6251));
    await expanded(at, batch.id);
    expect((await viewOf(at, batch.id)).input_errors?.first).toEqual([
      { line: 6251, pointer: "", detail: "the file has more than 50000 items; the rest was not checked" },
    ]);
  });
});

test("a byte order mark, CRLF, blank lines and no break at the end are fine, and lines count as an editor counts", async () => {
  const at = world();
  const file = '\ufeff{"prompt":"one"}\r\n\r\n{"prompt":"two"}\r\n  \n{"prompt":"three 🎵"}';
  const batch = await submittedUpload(at, file);
  expect(await expanded(at, batch.id)).toBe("queued");
  expect(jobsIn(at).map(({ prompt }) => prompt)).toEqual(["one", "two", "three 🎵"]);
});

describe("while it is expanded", () => {
  test("a batch that is canceled before its check ends without an item", async () => {
    const at = world();
    const batch = await submittedUpload(at, linesOf(1200));
    await cancelBatch(batch, "drain", at);
    expect((await viewOf(at, batch.id)).status).toBe("canceling");
    expect(await expanded(at, batch.id)).toBe("unwanted");
    expect((await viewOf(at, batch.id)).outcome).toBe("canceled");
    expect(jobsIn(at)).toEqual([]);
  });

  test("a batch that expires before its check ends as expired", async () => {
    const at = world();
    const batch = await submittedUpload(at, linesOf(10), { expires_in_seconds: 60 });
    await at.clock.advance(61_000);
    await expanded(at, batch.id);
    expect((await viewOf(at, batch.id)).outcome).toBe("expired");
  });

  test("a batch that is canceled between two chunks sends no more, and the reconciler ends all of it", async () => {
    const faults = new PlannedFaults();
    const at = world(faults);
    const batch = await submittedUpload(at, linesOf(2500));
    faults.afterNext("replace", /expand\.json/, () => undefined);
    faults.beforeNext("get", /items\/1\.jsonl/, async () => {
      await cancelBatch(await batchNow(at, batch.id), "drain", at);
    });
    expect(await expanded(at, batch.id)).toBe("unwanted");
    expect(jobsIn(at)).toHaveLength(2000);
    await reconcile(at, { queueDepths: new Map(), liveInstances: new Set(), nowMs: noonMs }, Infinity);
    expect(await viewOf(at, batch.id)).toMatchObject({ outcome: "canceled", counts: { canceled: 2500 } });
  });

  test("a stop lets the check go on and sends nothing; after the start the reconciler resumes it", async () => {
    const at = world();
    const batch = await submittedUpload(at, linesOf(1200));
    await stopService(at);
    expect(await expanded(at, batch.id)).toBe("stopped");
    expect(jobsIn(at)).toEqual([]);
    expect((await batchNow(at, batch.id)).total).toBe(1200);
    at.expander.asked.length = 0;
    const observed = { queueDepths: new Map(), liveInstances: new Set<never>(), nowMs: noonMs + 600_000 };
    await reconcile(at, observed, Infinity);
    expect(at.expander.asked).toEqual([]);
    await at.store.delete("fleet/latch.json");
    await reconcile(at, observed, Infinity);
    expect(at.expander.asked).toEqual([batch.id]);
    expect(await expanded(at, batch.id)).toBe("queued");
    expect(jobsIn(at)).toHaveLength(1200);
  });

  test("a batch that its budget holds waits, and goes on when the reconciler finds it free", async () => {
    const at = world();
    const batch = await submittedUpload(at, linesOf(1200), { max_cost_usd: "1" });
    const held = { since: new Date(noonMs).toISOString(), detail: "spent" };
    await changeControl(at, batch.id, () => ({ held }));
    expect(await expanded(at, batch.id)).toBe("held");
    await changeControl(at, batch.id, () => ({ held: null }));
    expect(await expanded(at, batch.id)).toBe("queued");
  });

  test("a run without time left ends after a chunk, and the next one goes on there", async () => {
    const at = world();
    const batch = await submittedUpload(at, linesOf(3500));
    expect(await expanded(at, batch.id, 0)).toBe("no_time");
    expect(await expanded(at, batch.id)).toBe("queued");
    expect(jobsIn(at)).toHaveLength(3500);
  });

  test("a batch cannot be deleted; an invalid one can, and its faults go with it", async () => {
    const at = world();
    const batch = await submittedUpload(at, "{");
    expect(await deleteBatch(batch, at)).toEqual({ kind: "open" });
    await expanded(at, batch.id);
    const invalid = await batchNow(at, batch.id);
    expect((await deleteBatch(invalid, at)).kind).toBe("deleted");
    expect((await batchNow(at, batch.id)).input_errors).toBeNull();
  });

  test("an invalid batch whose run died as it ended is deleted with what was noted of its lines", async () => {
    const faults = new PlannedFaults();
    const at = world(faults);
    const batch = await submittedUpload(at, "{");
    faults.afterNext("replace", /progress\.json/, () => new Promise(() => undefined));
    void expanded(at, batch.id);
    await at.clock.advance(1_000);
    const observed = { queueDepths: new Map(), liveInstances: new Set<never>(), nowMs: noonMs };
    await reconcile(at, observed, Infinity);
    expect((await viewOf(at, batch.id)).outcome).toBe("invalid");
    expect((await deleteBatch(await batchNow(at, batch.id), at)).kind).toBe("deleted");
    for (let tick = 0; tick < 3; tick += 1) await reconcile(at, observed, Infinity);
    expect(await at.store.exists(batchKeys.expansion(batch.id))).toBe(false);
  });

  test("a file that was changed after its submit is not read", async () => {
    const at = world();
    const batch = await submittedUpload(at, linesOf(3));
    at.store.upload(uploadKeys.file(batch.upload_id ?? ("" as never)), Buffer.from(linesOf(4)));
    await expanded(at, batch.id);
    expect((await viewOf(at, batch.id)).input_errors?.first[0]?.detail).toBe(
      "the uploaded file was changed after its submit; upload it again",
    );
  });

  test("a full queue gets four fifths of what it may hold, so that a small batch has room, and the rest later", async () => {
    const at = world();
    const batch = await submittedUpload(at, linesOf(3000));
    const small = { queued_items: 2000 };
    expect(await expanded(at, batch.id, Infinity, small)).toBe("queue_full");
    expect(jobsIn(at)).toHaveLength(1000);
    await submitted(at, prompts(1));
    expect((await progressOf(at, batch)).sent_at).toBeNull();
    expect(await expanded(at, batch.id)).toBe("queued");
    expect(jobsIn(at)).toHaveLength(3001);
  });
});

test("lines continue items and uploads, and one that cannot is a fault of its line", async () => {
  const at = world();
  const audio = await uploaded(at, "RIFF and so on");
  const continuing = (upload_id: string) =>
    `${JSON.stringify({ prompt: "x", duration_seconds: 20, continue_from: { upload_id, end: 12 } })}\n`;
  const batch = await submittedUpload(at, linesOf(2) + continuing(audio) + continuing(audio));
  await expanded(at, batch.id);
  expect((await batchNow(at, batch.id)).total).toBe(4);
  expect((await at.store.get(batchKeys.source(batch.id, audio)))?.body).toBe("RIFF and so on");
  const other = continuing("upload_01KDVDNG00AAAAAAAAAAAAAAAA");
  const bad = await submittedUpload(at, linesOf(2) + continuing(audio) + other);
  await expanded(at, bad.id);
  expect((await batchNow(at, bad.id)).input_errors).toEqual({
    count: 1,
    first: [
      { line: 4, pointer: "/continue_from", detail: "names no upload of yours; an upload is kept for a day" },
    ],
  });
});

test("an upload is queued although the launcher cannot be woken: its schedule looks soon", async () => {
  const faults = new PlannedFaults().beforeNext("trigger", /launcher/, () => {
    throw new LauncherError("it is not there");
  });
  const at = world(faults);
  const batch = await submittedUpload(at, linesOf(1500));
  expect(await expanded(at, batch.id)).toBe("queued");
  expect(jobsIn(at)).toHaveLength(1500);
});

test("500 lines that continue clips of one batch take a read each, and one for the batch in each 1,000 lines", async () => {
  const asked: string[] = [];
  const at = world({
    before: (operation, key) => {
      if (operation === "get") asked.push(key);
    },
  });
  const made = await submitted(at, prompts(500));
  const items = Array.from({ length: 500 }, (_, index) => itemIdOf(made.id, index));
  for (const [index, item_id] of items.entries()) {
    const own = { ...result(index), batch_id: made.id, item_id, codes: "c29tZSBjb2Rlcw==" };
    await at.store.create(batchKeys.result(made.id, index), JSON.stringify(own));
  }
  const lines = items.map((item_id) =>
    JSON.stringify({ prompt: "x", duration_seconds: 20, continue_from: { item_id } }),
  );
  const batch = await submittedUpload(at, lines.join("\n"));
  asked.length = 0;
  await expanded(at, batch.id);
  expect((await batchNow(at, batch.id)).total).toBe(500);
  const own = asked.filter((key) => key.startsWith(`batches/${made.id}/`));
  expect(own.filter((key) => key.includes("/results/"))).toHaveLength(500);
  expect(own).toHaveLength(501);
});
