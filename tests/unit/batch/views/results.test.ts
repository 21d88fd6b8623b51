import { expect, test } from "vitest";
import { readProgress } from "../../../../shared/batch/progress/batch-files.ts";
import { foldEvents } from "../../../../shared/batch/progress/fold.ts";
import { readResults } from "../../../../shared/batch/views/results.ts";
import type { Faults } from "../../../../simulation/memory/faults.ts";
import { finished, of } from "../events.ts";
import { prompts, submitted, world } from "../world.ts";

test("1,000 results are one read", async () => {
  const reads: string[] = [];
  const faults: Faults = {
    before: (operation, key) => {
      if (operation === "get") reads.push(key);
    },
  };
  const at = world(faults);
  const batch = await submitted(at, prompts(1000));
  const events = Array.from({ length: 1000 }, (_, index) => of(batch.id, finished(index, 9)));
  await foldEvents(events, at);
  const progress = await readProgress(at.store, batch);
  reads.length = 0;
  const results = await readResults(at.store, progress, 0, 1000);
  expect(results.map(({ index }) => index)).toEqual(Array.from({ length: 1000 }, (_, index) => index));
  expect(reads).toEqual([`batches/${batch.id}/manifest/0.jsonl`]);
});
