import { describe, expect, test } from "vitest";
import { batchIdOf, itemIdOf } from "../../../../shared/contract/ids.ts";
import { Timesheet } from "../../../../worker/agent/jobs/timesheet.ts";

const batch = batchIdOf("01JZZZZZZZZZZZZZZZZZZZZZZZ");
const other = batchIdOf("01JZZZZZZZZZZZZZZZZZZZZZZY");
const clip = (index: number) => itemIdOf(batch, index);

/** With two slots, ready at second 0. */
function sheet(): Timesheet {
  const made = new Timesheet();
  made.ready(2, 0);
  return made;
}

describe("a worker's time", () => {
  test("is shared equally by the clips that have a slot", () => {
    const made = sheet();
    made.begin(clip(0), batch, 1_000);
    made.begin(clip(1), other, 5_000);
    expect(made.end(clip(0), 9_000)).toBe(6);
    expect(made.end(clip(1), 12_000)).toBe(5);
    expect(made.told(15_000)).toEqual({
      gpu_seconds_by_batch: { [batch]: 6, [other]: 5 },
      idle_seconds: 4,
      interrupted_seconds: 0,
    });
  });

  test("is not spent on a clip that waits for a slot", () => {
    const made = sheet();
    for (const index of [0, 1, 2]) made.begin(clip(index), batch, 0);
    expect(made.end(clip(0), 10_000)).toBe(5);
    expect(made.end(clip(2), 14_000)).toBe(2);
    expect(made.end(clip(1), 16_000)).toBe(9);
  });

  test("counts for a clip that is still being made", () => {
    const made = sheet();
    made.begin(clip(0), batch, 0);
    expect(made.told(3_000).gpu_seconds_by_batch).toEqual({ [batch]: 3 });
    expect(made.end(clip(0), 4_000)).toBe(4);
    expect(made.told(4_000).gpu_seconds_by_batch).toEqual({ [batch]: 4 });
  });

  test("is interrupted, and not idle, when EC2 takes the machine", () => {
    const made = sheet();
    made.begin(clip(0), batch, 2_000);
    made.taken(5_000);
    made.end(clip(0), 8_000);
    expect(made.told(20_000)).toEqual({
      gpu_seconds_by_batch: { [batch]: 6 },
      idle_seconds: 2,
      interrupted_seconds: 12,
    });
  });

  test("counts from the moment it is ready", () => {
    const made = new Timesheet();
    expect(made.told(60_000).idle_seconds).toBe(0);
    made.ready(2, 60_000);
    expect(made.told(61_000).idle_seconds).toBe(1);
  });
});
