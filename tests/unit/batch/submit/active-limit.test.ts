import { describe, expect, test } from "vitest";
import { ownedBy } from "../../../../shared/batch/progress/owned-by.ts";
import { submitBatch } from "../../../../shared/batch/submit/submit.ts";
import { batchIdOf, type BatchId } from "../../../../shared/contract/ids.ts";
import type { Faults } from "../../../../simulation/memory/faults.ts";
import { allKeys, noonMs, prompts, settings, submitted, world, type World } from "../world.ts";

const limited = {
  ...settings,
  limits: { ...settings.limits, active_batches: 4, active_batches_per_owner: 2 },
};
const key = { keySha256: "a".repeat(64), bodySha256: "b".repeat(64) };
const submit = (at: World, owner: string, idempotency: typeof key | null = null) =>
  submitBatch({ body: prompts(1), owner, idempotency }, at, limited);
const kinds = async (at: World, owners: readonly string[]): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const owner of owners) found.push((await submit(at, owner)).kind);
  return found;
};

describe("a submit", () => {
  test("is refused past the owner's limit of active batches, and another owner's is not", async () => {
    const at = world();
    expect(await kinds(at, ["ada", "ada", "ada", "bob"])).toEqual([
      "accepted",
      "accepted",
      "too_many_active",
      "accepted",
    ]);
    expect(await submit(at, "ada")).toEqual({ kind: "too_many_active", whose: "owner", limit: 2 });
  });

  test("is refused past the stage's limit, whoever submits, and writes nothing", async () => {
    const at = world();
    await kinds(at, ["ada", "ada", "bob", "bob"]);
    const before = await allKeys(at);
    expect(await submit(at, "eve", key)).toEqual({ kind: "too_many_active", whose: "stage", limit: 4 });
    expect(await allKeys(at)).toEqual(before);
  });

  test("is accepted again when a batch has ended", async () => {
    const at = world();
    await kinds(at, ["ada", "ada"]);
    const [active] = (await allKeys(at)).filter((name) => name.startsWith("active/batch_"));
    await at.store.delete(active ?? "");
    expect((await submit(at, "ada")).kind).toBe("accepted");
  });

  test("that was accepted before is answered as before, although the limit is reached now", async () => {
    const at = world();
    expect((await submit(at, "ada", key)).kind).toBe("accepted");
    await kinds(at, ["ada", "bob", "bob"]);
    expect((await submit(at, "ada", key)).kind).toBe("replayed");
  });
});

describe("ownedBy", () => {
  /** Counts the pages that are read of an owner's list. */
  class Pages implements Faults {
    read = 0;
    before(operation: string, prefix: string): void {
      if (operation === "list" && prefix.startsWith("index/")) this.read += 1;
    }
  }
  const entryOf = (id: BatchId, ms: number): string => `index/ada/${String(9_999_999_999_999 - ms)}-${id}`;

  test("finds the owner's among batches of the same moment", async () => {
    const at = world();
    const mine = await Promise.all([1, 2, 3].map(() => submitted(at, prompts(1), "ada")));
    const other = await submitted(at, prompts(1), "bob");
    const ids = [...mine, other].map(({ id }) => id).sort();
    expect([...(await ownedBy("ada", ids, at.store))].sort()).toEqual(mine.map(({ id }) => id).sort());
    expect(await ownedBy("ada", [], at.store)).toEqual(new Set());
  });

  test("reads two pages for an old batch and a new one, however many lie between them", async () => {
    const pages = new Pages();
    const at = world(pages);
    const ids = Array.from({ length: 5000 }, (_, index) => ({
      ms: noonMs + index * 1000,
      id: batchIdOf(at.random.ulid(noonMs + index * 1000)),
    }));
    for (const { id, ms } of ids) await at.store.put(entryOf(id, ms), "{}");
    const asked = [ids[0], ids.at(-1)].flatMap((one) => one?.id ?? []);
    expect((await ownedBy("ada", asked, at.store)).size).toBe(2);
    expect(pages.read).toBe(2);
  });
});
