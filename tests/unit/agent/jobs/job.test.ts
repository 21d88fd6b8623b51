import { expect, test } from "vitest";
import { attemptNumber } from "../../../../worker/agent/jobs/job.ts";
import { WorkerWorld, instanceId, otherInstanceId } from "../worker-world.ts";

test("attempts on two machines at once, or one after another, have different numbers", () => {
  const message = new WorkerWorld().message();
  const submitMs = Date.parse(message.submitted_at);
  const numbers = [
    attemptNumber(message, submitMs + 5_000, instanceId),
    attemptNumber(message, submitMs + 5_000, otherInstanceId),
    attemptNumber(message, submitMs + 5_001, instanceId),
  ];
  expect(new Set(numbers).size).toBe(3);
  expect(numbers[2]).toBeGreaterThan(numbers[1] ?? Infinity);
});

test("an attempt on a machine whose clock is behind has no negative number", () => {
  const message = new WorkerWorld().message();
  expect(attemptNumber(message, Date.parse(message.submitted_at) - 9_000, instanceId)).toBe(0x001);
});
