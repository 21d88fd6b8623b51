import { expect, test } from "vitest";
import { redriveDeadLetters } from "../../../../shared/batch/reconcile/dead-letters.ts";
import { PlannedFaults } from "../../../../simulation/memory/faults.ts";
import { StoreError } from "../../../../shared/ports.ts";
import { jobsIn, settings, submitted, world, type World } from "../world.ts";

const minuteMs = 60_000;
const look = (at: World) => redriveDeadLetters(at, settings.worker, at.clock.nowMs() + minuteMs);
const bodies = (at: World): string[] =>
  at.jobQueues
    .of("small", "standard")
    .contents()
    .map(({ body }) => body);
const bury = (at: World, ...letters: string[]) =>
  at.jobQueues.deadLetters.send(letters.map((body) => ({ body })));
const sentAgain = (at: World): number[] =>
  jobsIn(at)
    .filter(({ resent }) => resent)
    .map(({ index }) => index);

test("deals with each letter by itself: what fails stays for a later tick, the others are done", async () => {
  const faults = new PlannedFaults();
  const at = world(faults);
  await submitted(at);
  const [first = "", second = ""] = bodies(at);
  await bury(at, first, second, "nonsense");
  faults.beforeNext("exists", /000000/, () => {
    throw new StoreError("no answer", "key", { cause: null });
  });
  await look(at);
  expect(sentAgain(at)).toEqual([1]);
  expect(at.jobQueues.deadLetters.contents().map(({ body }) => body)).toEqual([first]);
  await at.clock.advance(3 * minuteMs);
  await look(at);
  expect(sentAgain(at)).toEqual([1, 0]);
  expect(at.jobQueues.deadLetters.contents()).toEqual([]);
});

test("an empty queue costs one request", async () => {
  const asked: string[] = [];
  const at = world({ before: (operation) => void asked.push(operation) });
  await look(at);
  expect(asked).toEqual(["depth"]);
});

test("a hundred letters are a tick's work, and the rest waits for the next", async () => {
  const at = world();
  await bury(at, ...Array.from({ length: 103 }, () => "nonsense"));
  await look(at);
  expect(at.jobQueues.deadLetters.contents()).toHaveLength(3);
  await look(at);
  expect(at.jobQueues.deadLetters.contents()).toEqual([]);
});

test("no letter is begun that the function has no time to finish", async () => {
  const at = world();
  await bury(at, "nonsense");
  await redriveDeadLetters(at, settings.worker, at.clock.nowMs());
  expect(at.jobQueues.deadLetters.contents()).toHaveLength(1);
});
