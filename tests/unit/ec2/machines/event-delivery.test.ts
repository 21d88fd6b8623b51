import { expect, test } from "vitest";
import { EventDelivery } from "../../../../local/ec2/machines/event-delivery.ts";
import { eventOf, type Ec2Event } from "../../../../local/ec2/machines/events.ts";
import { VirtualClock } from "../../../../simulation/memory/virtual-clock.ts";
import { sampleMachine } from "../sample-machine.ts";

const stateEvent = (state: "pending" | "running"): Ec2Event =>
  eventOf({ kind: "state", state }, sampleMachine(), "eu-central-1", Date.parse("2026-11-23T12:00:00.900Z"));

test("a state change has the shape that EventBridge hands to a rule's target", () => {
  expect(stateEvent("running")).toEqual({
    version: "0",
    id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    "detail-type": "EC2 Instance State-change Notification",
    source: "aws.ec2",
    account: "000000000000",
    time: "2026-11-23T12:00:00Z",
    region: "eu-central-1",
    resources: ["arn:aws:ec2:eu-central-1:000000000000:instance/i-0123456789abcdef0"],
    detail: { "instance-id": "i-0123456789abcdef0", state: "running" },
  });
});

test("events arrive in their order, and one that is not taken comes again before the next", async () => {
  const taken: (string | undefined)[] = [];
  const log: string[] = [];
  const clock = new VirtualClock();
  let failures = 1;
  const delivery = new EventDelivery(
    (event) => {
      if (failures-- > 0) return Promise.reject(new Error("cold"));
      taken.push(event.detail["state"]);
      return Promise.resolve();
    },
    (line) => log.push(line),
    clock,
  );
  delivery.send(stateEvent("pending"));
  delivery.send(stateEvent("running"));
  await clock.advance(999);
  expect(taken).toEqual([]);
  await clock.advance(1);
  expect(taken).toEqual(["pending", "running"]);
  expect(log).toEqual(["EC2 Instance State-change Notification was not taken (1 of 3): cold"]);
});

test("an event that is never accepted is dropped after three attempts, and stopping drops the rest", async () => {
  const asked: (string | undefined)[] = [];
  const log: string[] = [];
  const clock = new VirtualClock();
  const delivery = new EventDelivery(
    (event) => {
      asked.push(event.detail["state"]);
      return Promise.reject(new Error("gone"));
    },
    (line) => log.push(line),
    clock,
  );
  delivery.send(stateEvent("pending"));
  delivery.send(stateEvent("running"));
  await clock.advance(2000);
  expect(asked).toEqual(["pending", "pending", "pending", "running"]);
  delivery.stop();
  await clock.advance(10_000);
  expect(asked).toHaveLength(4);
  expect(log).toHaveLength(4);
});
