import { expect, test } from "vitest";
import type { WorkerRecord } from "../../../shared/contract/records/fleet-records.ts";
import { instanceIdSchema } from "../../../shared/contract/ids.ts";
import { machineOf } from "../../../shared/fleet/machines/machine.ts";
import { noRecords } from "../../../shared/fleet/machines/machine-records.ts";
import type { FleetInstance } from "../../../shared/ports.ts";
import { testSettings } from "./settings.ts";
import { heartbeatAt } from "./heartbeat.ts";

const launchedMs = Date.parse("2026-01-01T00:00:00Z");
const nowMs = launchedMs + 60_000;
const instance: FleetInstance = {
  instanceId: instanceIdSchema.parse("i-00000000"),
  state: "running",
  instanceType: "g4dn.xlarge",
  zone: "zone-a",
  market: "spot",
  launchedMs,
  intentId: null,
  model: "small",
  expiresMs: null,
  endedBy: null,
};
const ready = heartbeatAt("2026-01-01T00:00:30Z", { messages_received: 0 });

test.each<
  [name: string, state: FleetInstance["state"], worker: Partial<WorkerRecord> | null, usd: number | null]
>([
  ["that boots is borne by whoever it will serve", "running", null, 0.004],
  ["that waits for its first message is borne by whoever it will serve", "running", {}, 0.004],
  [
    "that leaves with its first clips in hand is borne by those",
    "running",
    { state: "leaving", messages_received: 2 },
    0.004,
  ],
  ["that has served somebody is theirs", "running", { gpu_seconds_by_batch: { a: 1 } }, null],
  ["that leaves and has received nothing is borne by nobody", "running", { state: "leaving" }, null],
  ["that never started and has ended is borne by nobody", "terminated", null, null],
  [
    "that shuts down and has served nobody is borne by nobody",
    "shutting-down",
    { messages_received: 2 },
    null,
  ],
])("what a machine has cost %s", (_name, state, worker, usd) => {
  const records =
    worker === null ? noRecords : { worker: { ...ready, ...worker }, heardMs: nowMs, drain: null };
  const costs = { usdPerHour: 0.24, unservedUsd: 0.004, isEntered: true };
  expect(machineOf({ ...instance, state }, records, costs, nowMs, testSettings).unservedUsd).toBe(usd);
});

test("what a machine has cost that is in no ledger yet is borne by whoever it will serve, though it has served somebody", () => {
  const worker = { ...ready, gpu_seconds_by_batch: { a: 1 } };
  const costs = { usdPerHour: 0.24, unservedUsd: 0.004, isEntered: false };
  const records = { worker, heardMs: nowMs, drain: null };
  expect(machineOf(instance, records, costs, nowMs, testSettings).unservedUsd).toBe(0.004);
});
