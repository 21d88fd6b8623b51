/** The expand function dies at any of its calls, before or after what the call does, also several times in a row. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { itemRecordSchema } from "../../../../shared/contract/records/batch-records.ts";
import type { BatchId } from "../../../../shared/contract/ids.ts";
import type { Faults } from "../../../../simulation/memory/faults.ts";
import { jobsIn, progressOf, world, type World } from "../world.ts";
import { batchNow, expanded, submittedUpload } from "./upload-world.ts";

class Died extends Error {}

/** Once it has struck, nothing works until it is mended. */
class Crash implements Faults {
  #left = Infinity;
  #when: "before" | "after" = "before";
  #isDead = false;

  plan(calls: number, when: "before" | "after"): void {
    this.#left = calls;
    this.#when = when;
    this.#isDead = false;
  }
  mend(): void {
    this.plan(Infinity, "before");
  }
  before(): void {
    if (this.#isDead) throw new Died();
    this.#left -= 1;
    if (this.#left < 0 && this.#when === "before") this.#die();
  }
  after(): void {
    if (this.#left < 0 && this.#when === "after") this.#die();
  }
  #die(): never {
    this.#isDead = true;
    throw new Died();
  }
}

/** 260 lines of 5 variations each: every chunk but the last ends within a line. @param bad the number of a bad line */
const fileOf = (bad: number | null): string =>
  Array.from({ length: 260 }, (_, line) =>
    line + 1 === bad ? "{" : JSON.stringify({ custom_id: `clip-${line}`, prompt: "p", variations: 5 }),
  ).join("\n");

async function expandedWithCrashes(
  at: World,
  crash: Crash,
  id: BatchId,
  deaths: readonly { calls: number; when: "before" | "after" }[],
): Promise<void> {
  for (const { calls, when } of deaths) {
    crash.plan(calls, when);
    await at.clock.runUntil(expanded(at, id).catch(() => null));
    await at.clock.advance(21_000);
  }
  crash.mend();
  await at.clock.runUntil(expanded(at, id));
}

const deaths = fc.array(
  fc.record({
    calls: fc.integer({ min: 0, max: 90 }),
    when: fc.constantFrom("before" as const, "after" as const),
  }),
  { minLength: 1, maxLength: 3 },
);

test("whenever an expansion dies, the next run goes on, and every item is queued as it is stored", async () => {
  await fc.assert(
    fc.asyncProperty(deaths, async (planned) => {
      const crash = new Crash();
      const at = world(crash);
      const batch = await submittedUpload(at, fileOf(null));
      await expandedWithCrashes(at, crash, batch.id, planned);
      expect((await batchNow(at, batch.id)).total).toBe(1300);
      expect(await progressOf(at, batch)).toMatchObject({ total: 1300, ended_at: null });
      expect((await progressOf(at, batch)).sent_at).not.toBeNull();
      const stored = await itemsOf(at, batch.id);
      expect(stored.map(({ index, custom_id }) => [index, custom_id])).toEqual(
        Array.from({ length: 1300 }, (_, index) => [
          index,
          `clip-${Math.floor(index / 5)}-${(index % 5) + 1}`,
        ]),
      );
      const jobs = jobsIn(at);
      expect(new Set(jobs.map(({ index }) => index)).size).toBe(1300);
      for (const { index, seed } of jobs) expect(seed).toBe(stored[index]?.seed);
    }),
    { numRuns: 25 },
  );
});

test("whenever an expansion with a bad line dies, nothing is queued, and the batch ends as invalid", async () => {
  await fc.assert(
    fc.asyncProperty(deaths, fc.integer({ min: 1, max: 260 }), async (planned, bad) => {
      const crash = new Crash();
      const at = world(crash);
      const batch = await submittedUpload(at, fileOf(bad));
      await expandedWithCrashes(at, crash, batch.id, planned);
      expect((await batchNow(at, batch.id)).input_errors?.first.map(({ line }) => line)).toEqual([bad]);
      expect((await progressOf(at, batch)).ended_empty).toBe("invalid");
      expect(jobsIn(at)).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

async function itemsOf(at: World, id: BatchId) {
  const { objects } = await at.store.list(`batches/${id}/items/`);
  const chunks = await Promise.all(objects.map(({ key }) => at.store.get(key)));
  return chunks
    .flatMap((chunk) => (chunk?.body ?? "").split("\n"))
    .filter((line) => line !== "")
    .map((line) => itemRecordSchema.parse(JSON.parse(line)));
}
