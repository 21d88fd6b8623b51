import { expect, test } from "vitest";
import * as z from "zod";
import type { Faults } from "../../../simulation/memory/faults.ts";
import { PlannedFaults } from "../../../simulation/memory/faults.ts";
import { MemoryStore } from "../../../simulation/memory/memory-store.ts";
import { SeededRandom } from "../../../simulation/memory/seeded-random.ts";
import { VirtualClock } from "../../../simulation/memory/virtual-clock.ts";
import { StoreError } from "../../../shared/ports.ts";
import {
  ContentionError,
  createRecord,
  readRecord,
  RecordError,
  updateRecord,
} from "../../../shared/records/records.ts";

const counterSchema = z.strictObject({ v: z.literal(1), count: z.int() });
type Counter = z.infer<typeof counterSchema>;
const countUp = (current: Counter | null): Counter => ({ v: 1, count: (current?.count ?? 0) + 1 });
const lost = (): never => {
  throw new StoreError("no answer", "counter", { cause: new Error("socket hang up") });
};

function setUp(faults: Faults = {}) {
  const clock = new VirtualClock();
  const store = new MemoryStore({ clock, faults });
  const ports = { store, clock, random: new SeededRandom(7) };
  return {
    store,
    clock,
    update: (change: (current: Counter | null) => Counter | null): Promise<Counter | null> =>
      clock.runUntil(updateRecord(ports, "counter", counterSchema, change)),
    ports,
    read: async (): Promise<Counter | undefined> =>
      (await readRecord(store, "counter", counterSchema))?.value,
  };
}

test("a record that is not there reads as null", async () => {
  const { store } = setUp();
  expect(await readRecord(store, "counter", counterSchema)).toBeNull();
});

test.each([
  ["text that is not JSON", "{"],
  ["a record of a newer version", '{"v":2,"count":1}'],
  ["a record with a field that nobody knows", '{"v":1,"count":1,"more":true}'],
])("%s is an error, not a guess", async (_name, body) => {
  const { store } = setUp();
  await store.put("counter", body);
  await expect(readRecord(store, "counter", counterSchema)).rejects.toThrow(RecordError);
});

test("the first update makes the record, the second one changes it", async () => {
  const { update, read } = setUp();
  expect(await update(countUp)).toEqual({ v: 1, count: 1 });
  expect(await update(countUp)).toEqual({ v: 1, count: 2 });
  expect(await read()).toEqual({ v: 1, count: 2 });
});

test("an update that wants no change writes nothing and answers what is there", async () => {
  const { update, read } = setUp();
  expect(await update(() => null)).toBeNull();
  await update(countUp);
  expect(await update(() => null)).toEqual({ v: 1, count: 1 });
  expect(await read()).toEqual({ v: 1, count: 1 });
});

test("no update is lost among eight writers at the same time", async () => {
  const { ports, clock, read } = setUp();
  const writers = Array.from({ length: 8 }, () => updateRecord(ports, "counter", counterSchema, countUp));
  await clock.runUntil(Promise.all(writers));
  expect(await read()).toEqual({ v: 1, count: 8 });
});

test.each(["create", "replace"])(
  "a change whose %s landed and whose answer was lost is made once",
  async (operation) => {
    const faults = new PlannedFaults();
    const { update, read } = setUp(faults);
    if (operation === "replace") await update(countUp);
    faults.afterNext(operation, /counter/, lost);
    const before = operation === "replace" ? 1 : 0;
    expect(await update(countUp)).toEqual({ v: 1, count: before + 1 });
    expect(await read()).toEqual({ v: 1, count: before + 1 });
    expect(faults.left).toBe(0);
  },
);

test("a replacement that never reached the store is made again", async () => {
  const faults = new PlannedFaults();
  const { update, read } = setUp(faults);
  await update(countUp);
  faults.beforeNext("replace", /counter/, lost);
  expect(await update(countUp)).toEqual({ v: 1, count: 2 });
  expect(await read()).toEqual({ v: 1, count: 2 });
});

test("a store that takes no replacement for long is what failed, and not a race", async () => {
  const { store, update } = setUp({
    before: (operation) => {
      if (operation === "replace") lost();
    },
  });
  await store.put("counter", '{"v":1,"count":1}');
  await expect(update(countUp)).rejects.toThrow(StoreError);
});

test("a creation that never reached the store is an error: nothing tells that it can be made again", async () => {
  const faults = new PlannedFaults().beforeNext("create", /counter/, lost);
  const { store } = setUp(faults);
  await expect(createRecord(store, "counter", { v: 1, count: 1 })).rejects.toThrow(StoreError);
});

test("a creation without an answer, where another writer's record stands, did not win", async () => {
  const faults = new PlannedFaults();
  const { store } = setUp(faults);
  faults.beforeNext("create", /counter/, async () => {
    await store.put("counter", '{"v":1,"count":40}');
    lost();
  });
  expect(await createRecord(store, "counter", { v: 1, count: 1 })).toEqual({ kind: "exists" });
});

test("a writer that always loses the race gives up with an error", async () => {
  let others = 0;
  const { store, update } = setUp({
    before: async (operation) => {
      if (operation !== "replace") return;
      others += 1;
      await store.put("counter", JSON.stringify({ v: 1, count: 100 + others }));
    },
  });
  await store.put("counter", '{"v":1,"count":1}');
  await expect(update(countUp)).rejects.toThrow(ContentionError);
  expect(others).toBe(12);
});

test("an error that is not the store's passes through untouched", async () => {
  const { update } = setUp();
  await expect(
    update(() => {
      throw new RangeError("a fault of ours");
    }),
  ).rejects.toThrow(RangeError);
});
