import { expect, test } from "vitest";
import type { CapacityView } from "../../../shared/contract/api/api.ts";
import { noMachine, someWorker, someZone } from "../cli/sample-capacity.ts";
import { usdPerHour, waitingFor } from "../../../web/pages/now/waiting.ts";

type Capacity = Parameters<typeof waitingFor>[0];
const until = "2026-01-01T12:00:00.000Z";
const decision = (model: string, detail: string, open_items = 3): CapacityView["decisions"][number] => ({
  model,
  instance_type: "g4dn.xlarge",
  open_items,
  open_audio_seconds: 30,
  work_seconds: 3,
  audio_seconds_per_second: 10,
  boot_seconds: 100,
  have: 0,
  want: 1,
  launch: 0,
  launched: 0,
  reasons: [{ reason: "work", detail }],
});
/** The launcher has looked. */
const calm: Capacity = { ...noMachine, at: until };

test.each<[name: string, change: Partial<Capacity>, sentence: string, isHeld: boolean]>([
  ["nothing is open", {}, "Nothing waits.", false],
  ["no tick has looked", { at: null }, "The launcher has not looked yet; it looks every minute.", false],
  [
    "a stop holds all",
    { closed: true, decisions: [decision("small", "a machine boots")] },
    "Stopped by an operator: nothing is launched and nothing is taken until a start.",
    true,
  ],
  [
    "the breaker is open",
    { breaker: { until, reason: "unauthorized", detail: "EC2 refuses the launcher" } },
    "No machine is launched: EC2 refuses the launcher",
    true,
  ],
  [
    "the account's limit is reached",
    { quotas: [{ market: "spot", until, detail: "4 vCPUs of spot" }] },
    "The AWS account's limit is reached: 4 vCPUs of spot",
    true,
  ],
  ["one model has work", { decisions: [decision("small", "a machine boots")] }, "a machine boots", false],
  [
    "two models have work",
    {
      decisions: [decision("small", "a machine boots"), decision("large", "no price"), decision("x", "y", 0)],
    },
    "small: a machine boots large: no price",
    false,
  ],
])("the page says in one sentence what all waits for: %s", (_name, change, sentence, isHeld) => {
  expect(waitingFor({ ...calm, ...change })).toMatchObject({ sentence, isHeld });
});

test("an hour costs the highest price of each machine's zone, and the highest of all where the zone is not known yet", () => {
  const zones = [
    someZone({ zone: "a", price_usd_per_hour: "0.16" }),
    someZone({ zone: "b", price_usd_per_hour: "0.20" }),
  ];
  const instances = { ready: 1, booting: 1, ended: 7 };
  expect(usdPerHour({ ...noMachine, zones, workers: [someWorker({ zone: "a" })], instances })).toBeCloseTo(
    0.36,
  );
  expect(usdPerHour(noMachine)).toBe(0);
  expect(usdPerHour({ ...noMachine, instances: { booting: 1 } })).toBeNull();
});
