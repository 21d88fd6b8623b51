import { expect, test } from "vitest";
import { jobsIn, progressOf, world } from "../world.ts";
import { batchNow, expanded, linesOf, submittedUpload } from "./upload-world.ts";

test("a batch of an upload is validated first, and has its items when they are queued", async () => {
  const at = world();
  const batch = await submittedUpload(at, linesOf(2500));
  expect(at.expander.asked).toEqual([batch.id]);
  expect(batch.total).toBe(0);
  expect(jobsIn(at)).toEqual([]);
  expect(await expanded(at, batch.id)).toBe("queued");
  expect((await batchNow(at, batch.id)).total).toBe(2500);
  expect((await progressOf(at, batch)).total).toBe(2500);
  const jobs = jobsIn(at).toSorted((one, other) => one.index - other.index);
  expect(jobs.map(({ prompt }) => prompt)).toEqual(
    Array.from({ length: 2500 }, (_, index) => `prompt ${index}`),
  );
  expect(at.launcher.count).toBe(1);
});
