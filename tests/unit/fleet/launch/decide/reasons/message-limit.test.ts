/** Work that no machine receives: how many machines are bought for it, and what is said. */
import { describe, expect, test } from "vitest";
import { batchIdOf, instanceIdSchema, intentIdSchema } from "../../../../../../shared/contract/ids.ts";
import type { UnusedEnd } from "../../../../../../shared/contract/records/fleet-records.ts";
import { messageLimit } from "../../../../../../shared/fleet/launch/decide/reasons/message-limit.ts";
import type { Observation } from "../../../../../../shared/fleet/launch/decide/observation.ts";
import { aMachine, nothingSeen, unmeasured } from "../../../observation.ts";
import type { Machine } from "../../../../../../shared/fleet/machines/phase.ts";
import type { OpenWork } from "../../../../../../shared/interlock/open-work.ts";

const nowMs = Date.parse("2026-01-01T12:00:00Z");
const batchId = batchIdOf("01JZZZZZZZZZZZZZZZZZZZZZZZ");
const five: OpenWork = {
  batchId,
  model: "small",
  speed: "fast",
  submittedMs: nowMs - 86_400_000,
  deadlineMs: nowMs,
  openItems: 5,
  openAudioSeconds: 50,
  budget: null,
};
const machine = (change: Partial<Machine> = {}): Machine => ({
  ...aMachine,
  launchedMs: nowMs - 300_000,
  messagesReceived: 0,
  ...change,
});
const quiet: Observation = {
  ...nothingSeen,
  nowMs,
  work: [five],
  queues: { small: { visible: 0, inFlight: 0 } },
};
/** Machines that left without a message, the last of them a minute ago. */
const unused = (count: number, end: UnusedEnd = "looked"): Observation["measured"] => ({
  small: {
    ...unmeasured,
    unused: Array.from({ length: count }, (_, place) => ({
      instance_id: instanceIdSchema.parse(`i-0000000${place}`),
      left_at: "2026-01-01T11:59:00.000Z",
      end,
    })),
  },
});
const shows = (visible: number, inFlight = 0): Observation["queues"] => ({ small: { visible, inFlight } });
const most = (change: Partial<Observation>): number =>
  messageLimit("small", [five], { ...quiet, ...change }).most;
const reasonFor = (change: Partial<Observation>) => messageLimit("small", [five], { ...quiet, ...change });

describe("how many more machines may look for messages", () => {
  test.each<[name: string, change: Partial<Observation>, most: number]>([
    ["two while the queues show nothing: their counts are approximate", {}, 2],
    ["one when one looks already", { machines: [machine({ phase: "booting" })] }, 1],
    ["one when one that is ready has received nothing", { machines: [machine()] }, 1],
    [
      "two when the one that is ready has received messages",
      { machines: [machine({ messagesReceived: 3 })] },
      2,
    ],
    [
      "one when one is told to leave before it has received anything: it may look before it hears of it",
      { machines: [machine({ phase: "leaving", messagesReceived: null })] },
      1,
    ],
    [
      "two when messages show and the one without any is told to leave: it is no obstacle to another",
      { queues: shows(2), machines: [machine({ phase: "leaving" })] },
      2,
    ],
    ["two when the one that looks is for another model", { machines: [machine({ model: "large" })] }, 2],
    [
      "none when two are launched and not listed yet",
      {
        coming: [
          {
            intentId: intentIdSchema.parse("intent_01HZZZZZZZZZZZZZZZZZZZZZZZ"),
            open: true,
            model: "small",
            market: "spot",
            instanceType: "g4dn.xlarge",
            askedMs: nowMs,
            unseen: 2,
          },
        ],
      },
      0,
    ],
    ["one after one has left without a message", { measured: unused(1) }, 1],
    ["none after two have left without a message", { measured: unused(2) }, 0],
    [
      "none when one has left and one leaves without a message",
      { measured: unused(1), machines: [machine({ phase: "leaving", unusedEnd: "looked" })] },
      0,
    ],
    [
      "one when the one that left is told twice",
      {
        measured: unused(1),
        machines: [
          machine({ instanceId: instanceIdSchema.parse("i-00000000"), phase: "ended", unusedEnd: "looked" }),
        ],
      },
      1,
    ],
    ["as many as there are messages", { queues: shows(3) }, 3],
    ["two for a single message: there may be more", { queues: shows(1) }, 2],
    [
      "as many as there are messages, though two have left without one",
      { queues: shows(5), measured: unused(2) },
      5,
    ],
    ["as many as there are messages that come back, when no machine has them", { queues: shows(0, 3) }, 3],
    [
      "none when two have left without one, and the messages that are there cannot be received yet",
      { queues: shows(0, 3), measured: unused(2) },
      0,
    ],
    [
      "as many as there are messages, once one can be received again",
      { queues: shows(1, 2), measured: unused(3) },
      3,
    ],
    [
      "two when all messages are in the hands of a machine",
      { queues: shows(0, 3), machines: [machine({ messagesReceived: 3 })] },
      2,
    ],
    ["two when the queues do not answer", { queues: {} }, 2],
    [
      "none when they do not answer and two have left without a message",
      { queues: {}, measured: unused(2) },
      0,
    ],
    [
      "none when four have left and the queues still show messages",
      { queues: shows(9), measured: unused(4) },
      0,
    ],
    [
      "as many as there are messages, though six have died: they may not have looked",
      { queues: shows(9), measured: unused(6, "died") },
      9,
    ],
    [
      "as many as come back, though the two that had them have died",
      { queues: shows(0, 3), measured: unused(2, "died") },
      3,
    ],
    [
      "as many as there are messages, though one dies after three have left",
      { queues: shows(9), measured: unused(3), machines: [machine({ phase: "silent", unusedEnd: "died" })] },
      9,
    ],
    [
      "none when two have died and the queues show nothing: a message would show",
      { measured: unused(2, "died") },
      0,
    ],
    [
      "none when one has died and one dies, and the queues show nothing",
      { measured: unused(1, "died"), machines: [machine({ phase: "silent", unusedEnd: "died" })] },
      0,
    ],
  ])("%s", (_name, change, expected) => {
    expect(most(change)).toBe(expected);
  });

  test.each<[left: number, shown: Observation["queues"], notYet: string, again: string]>([
    [4, shows(9), "2026-01-01T12:38:59Z", "2026-01-01T12:39:00Z"],
    [5, shows(9), "2026-01-01T13:18:59Z", "2026-01-01T13:19:00Z"],
    [20, shows(9), "2026-01-01T17:58:59Z", "2026-01-01T17:59:00Z"],
    [2, {}, "2026-01-01T12:08:59Z", "2026-01-01T12:09:00Z"],
  ])(
    "after %d have left against the counts, one looks again later and later",
    (left, queues, notYet, again) => {
      const held = { measured: unused(left), queues };
      expect(most({ ...held, nowMs: Date.parse(notYet) })).toBe(0);
      expect(most({ ...held, nowMs: Date.parse(again) })).toBe(1);
      expect(most({ ...held, nowMs: Date.parse(again), machines: [machine({ phase: "booting" })] })).toBe(0);
    },
  );

  test("messages that cannot be received yet are waited for, however many machines found none, and no alarm is raised", () => {
    expect(reasonFor({ queues: shows(0, 3), measured: unused(6) })).toEqual({
      reason: "few_messages",
      most: 0,
      detail:
        "6 machines started, received no message and left; the queues show 3 messages, and 5 items are open (oldest batch: batch_01JZZZZZZZZZZZZZZZZZZZZZZZ): a machine that is gone took the messages, and another one comes when they can be received again",
    });
  });

  test("empty queues are not looked into again, however long it is", () => {
    expect(most({ measured: unused(2), nowMs: nowMs + 30 * 86_400_000 })).toBe(0);
  });
});

describe("what is said", () => {
  test.each<[name: string, change: Partial<Observation>, reason: string, detail: string]>([
    [
      "while machines look",
      {},
      "few_messages",
      "the queues show 0 messages: enough for 2 new machines at most",
    ],
    [
      "while the queues do not answer",
      { queues: {} },
      "few_messages",
      "the queues do not answer: enough for 2 new machines at most",
    ],
    [
      "of empty queues",
      { measured: unused(2) },
      "no_messages",
      `2 machines started, received no message and left; the queues are empty, but 5 items are open (oldest batch: ${batchId}): look in the reap function's log for messages that could not be sent, or cancel the batch`,
    ],
    [
      "of messages that no machine receives",
      { queues: shows(1), measured: unused(4) },
      "no_messages",
      `4 machines started, received no message and left; the queues show 1 message, and 5 items are open (oldest batch: ${batchId}): check which queues the workers may read; the next machine tries at 12:39 UTC`,
    ],
    [
      "of queues that do not answer",
      { queues: {}, measured: unused(2) },
      "no_messages",
      `2 machines started, received no message and left; the queues do not answer, and 5 items are open (oldest batch: ${batchId}): check which queues the workers may read; the next machine tries at 12:09 UTC`,
    ],
  ])("%s", (_name, change, reason, detail) => {
    expect(reasonFor(change)).toMatchObject({ reason, detail });
  });
});
