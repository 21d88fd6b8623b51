import { describe, expect, test } from "vitest";
import type {
  DrainRecord,
  ReapReason,
  WorkerRecord,
} from "../../../../shared/contract/records/fleet-records.ts";
import { instanceIdSchema, intentIdSchema } from "../../../../shared/contract/ids.ts";
import { reasonToEnd, verdict } from "../../../../shared/fleet/reap/reasons-to-end.ts";
import type { FleetInstance } from "../../../../shared/ports.ts";
import { testSettings } from "../settings.ts";
import { heartbeatAt } from "../heartbeat.ts";

const nowMs = 1_800_000_000_000;
const secondsAgo = (seconds: number): string => new Date(nowMs - seconds * 1000).toISOString();
const id = instanceIdSchema.parse("i-0123456789abcdef0");

/** Launched ten minutes ago, six hours to live. */
const instance: FleetInstance = {
  instanceId: id,
  state: "running",
  instanceType: "g4dn.xlarge",
  zone: "zone-a",
  market: "spot",
  launchedMs: nowMs - 600_000,
  intentId: intentIdSchema.parse("intent_01HZZZZZZZZZZZZZZZZZZZZZZZ"),
  model: "small",
  expiresMs: nowMs + 6 * 3_600_000,
  endedBy: null,
};
/** Busy, with a heartbeat a moment ago. */
const worker = heartbeatAt(secondsAgo(1), {
  instance_id: id,
  state: "busy",
  booted_at: secondsAgo(500),
  ready_at: secondsAgo(450),
  idle_since: null,
  items_running: 2,
});
interface Case {
  readonly instance?: Partial<FleetInstance>;
  readonly worker?: Partial<WorkerRecord> | null;
  /** How long ago it was told to leave, in seconds. */
  readonly drained?: number;
  /** How long ago it was told that a budget pays for it no longer, in seconds. */
  readonly unpaid?: number;
  /** How long ago EC2 gave notice of an interruption, in seconds. */
  readonly interrupted?: number;
  /** How long ago the store took its last heartbeat. */
  readonly silentSeconds?: number;
  readonly known?: boolean;
  readonly latched?: boolean;
}

function drainOf({ drained, unpaid, interrupted }: Case): DrainRecord | null {
  const order = { v: 1, instance_id: id, detail: "of a test" } as const;
  if (drained !== undefined) return { ...order, reason: "price", ordered_at: secondsAgo(drained) };
  if (unpaid !== undefined)
    return { ...order, reason: "budget_day", within_seconds: 60, ordered_at: secondsAgo(unpaid) };
  if (interrupted === undefined) return null;
  return {
    ...order,
    reason: "interruption",
    ordered_at: secondsAgo(interrupted),
    ends_at: secondsAgo(interrupted - 120),
  };
}

describe("why a machine should end", () => {
  test.each<[name: string, change: Case, expected: ReapReason | null]>([
    ["a busy worker stays", {}, null],
    [
      "a worker that has just become idle stays",
      { worker: { state: "idle", idle_since: secondsAgo(10) } },
      null,
    ],
    [
      "a worker that should have left a minute ago is idle",
      { worker: { state: "idle", idle_since: secondsAgo(76) } },
      "idle",
    ],
    [
      "an idle worker that does not say since when stays",
      { worker: { state: "idle", idle_since: null } },
      null,
    ],
    [
      "a machine without a heartbeat that may still boot is not idle",
      { instance: { launchedMs: nowMs - 599_000 }, worker: null },
      null,
    ],
    [
      "a machine without a heartbeat past the boot deadline is broken",
      { instance: { launchedMs: nowMs - 601_000 }, worker: null },
      "boot_deadline",
    ],
    [
      "a worker that still loads its model past the boot deadline is broken",
      { instance: { launchedMs: nowMs - 601_000 }, worker: { state: "booting", ready_at: null } },
      "boot_deadline",
    ],
    ["a ready worker may be silent for a minute", { silentSeconds: 60 }, null],
    ["a ready worker that is silent for longer is dead", { silentSeconds: 61 }, "no_heartbeat"],
    [
      "a worker that was idle when it fell silent is dead, not idle",
      { worker: { state: "idle", idle_since: secondsAgo(500) }, silentSeconds: 400 },
      "no_heartbeat",
    ],
    [
      "a worker whose clock is three minutes behind lives while its record changes",
      { worker: { heartbeat_at: secondsAgo(180) } },
      null,
    ],
    [
      "a worker whose clock is three minutes ahead and whose record does not change is dead",
      { worker: { heartbeat_at: secondsAgo(-120) }, silentSeconds: 61 },
      "no_heartbeat",
    ],
    [
      "a worker whose clock is three minutes ahead has idled for as long as it says by that clock",
      { worker: { state: "idle", idle_since: secondsAgo(-100), heartbeat_at: secondsAgo(-179) } },
      "idle",
    ],
    [
      "a worker whose clock is three minutes behind is not idle for longer because of that",
      { worker: { state: "idle", idle_since: secondsAgo(185), heartbeat_at: secondsAgo(181) } },
      null,
    ],
    ["a draining worker is left to finish", { worker: { state: "draining", reason: "rebalance" } }, null],
    [
      "a draining worker that fell silent is dead",
      { worker: { state: "draining", reason: "rebalance" }, silentSeconds: 61 },
      "no_heartbeat",
    ],
    [
      "a worker that leaves and gives signs of life waits for EC2 to take it",
      { worker: { state: "leaving", reason: "interruption" } },
      null,
    ],
    [
      "a worker that said goodbye and is still there is ended",
      { worker: { state: "leaving", reason: "idle" }, silentSeconds: 61 },
      "draining_done",
    ],
    ["a busy worker that was told to leave is left to finish", { drained: 899 }, null],
    ["a worker that was told to leave and does not is ended", { drained: 901 }, "drain_deadline"],
    // 30 s to hear of it, 60 s for what is in hand, 30 s to shut down.
    ["a worker that a budget pays for no longer has two minutes to leave", { unpaid: 119 }, null],
    ["a worker that has not left by then is ended", { unpaid: 121 }, "over_budget"],
    [
      "a machine that boots still, and that a budget pays for no longer, is ended then too",
      { instance: { launchedMs: nowMs - 300_000 }, worker: null, unpaid: 121 },
      "over_budget",
    ],
    [
      "a booting machine that was told to leave may still come up and hear it",
      { instance: { launchedMs: nowMs - 599_000 }, worker: null, drained: 60 },
      null,
    ],
    [
      "a machine that was told to leave and never came up is broken, not leaving",
      { instance: { launchedMs: nowMs - 601_000 }, worker: null, drained: 60 },
      "boot_deadline",
    ],
    [
      "a machine that never came up is left to EC2, which is about to take it",
      { instance: { launchedMs: nowMs - 601_000 }, worker: null, interrupted: 60 },
      null,
    ],
    [
      "an idle worker that was told to leave is not idle but leaving",
      { worker: { state: "idle", idle_since: secondsAgo(500) }, drained: 60 },
      null,
    ],
    // EC2 charges no hours of what it takes within the first one, and all of what we end.
    [
      "a worker that a budget pays for no longer is left to EC2, of whose notice it has told",
      { worker: { state: "leaving", reason: "interruption" }, unpaid: 121 },
      null,
    ],
    [
      "it is ended when EC2 has not taken it in time",
      { worker: { state: "leaving", reason: "interruption" }, unpaid: 301 },
      "over_budget",
    ],
    [
      "a machine past its first hour costs until EC2 takes it, and is ended",
      {
        instance: { launchedMs: nowMs - 3_500_000 },
        worker: { state: "leaving", reason: "interruption" },
        unpaid: 121,
      },
      "over_budget",
    ],
    [
      "an interrupted machine whose worker is dead is left to EC2",
      { silentSeconds: 61, interrupted: 60 },
      null,
    ],
    [
      "an interrupted machine whose worker said goodbye is left to EC2",
      { worker: { state: "leaving", reason: "idle" }, silentSeconds: 61, interrupted: 60 },
      null,
    ],
    [
      "a dead worker whose machine EC2 did not take is ended",
      { silentSeconds: 300, interrupted: 181 },
      "no_heartbeat",
    ],
    ["an orphan that EC2 takes back is left to it", { known: false, interrupted: 60 }, null],
    ["a stop ends what EC2 would take back free of charge", { latched: true, interrupted: 60 }, "stopped"],
    [
      "a lifetime ends what EC2 would take back free of charge",
      { instance: { expiresMs: nowMs }, interrupted: 60 },
      "max_lifetime",
    ],
    ["a machine that only stopped is ended for good", { instance: { state: "stopped" } }, "draining_done"],
    ["a machine past its lifetime ends, however busy", { instance: { expiresMs: nowMs } }, "max_lifetime"],
    [
      "a machine without an expiry tag has the configured lifetime",
      { instance: { expiresMs: null, launchedMs: nowMs - 6 * 3_600_000 } },
      "max_lifetime",
    ],
    ["a machine of ours that nobody launched is an orphan", { known: false }, "orphan"],
    ["a stop ends what is busy", { latched: true }, "stopped"],
    ["a stop ends what nobody launched", { latched: true, known: false }, "stopped"],
    ["what shuts down already is left alone", { instance: { state: "shutting-down" }, latched: true }, null],
    ["what has ended is left alone", { instance: { state: "terminated" }, worker: null }, null],
  ])("%s", (_name, change, expected) => {
    const judged = {
      instance: { ...instance, ...change.instance },
      worker: change.worker === null ? null : { ...worker, ...change.worker },
      heardMs: change.worker === null ? null : nowMs - (change.silentSeconds ?? 1) * 1000,
      drain: drainOf(change),
      known: change.known ?? true,
    };
    expect(reasonToEnd(judged, change.latched ?? false, nowMs, testSettings)).toBe(expected);
  });
});

describe("the two steps", () => {
  const now = new Date(nowMs).toISOString();

  test("a reason that is new is only marked", () => {
    expect(verdict(new Map([[id, "idle"]]), {}, nowMs)).toEqual({
      marks: { [id]: { reason: "idle", at: now } },
      terminate: [],
    });
  });
  test("a reason that still holds at a later tick ends the machine", () => {
    const mark = { reason: "idle" as const, at: secondsAgo(60) };
    expect(verdict(new Map([[id, "idle"]]), { [id]: mark }, nowMs)).toEqual({
      marks: { [id]: mark },
      terminate: [id],
    });
  });
  test("a tick that overlaps the marking one ends nothing", () => {
    const mark = { reason: "idle" as const, at: secondsAgo(5) };
    expect(verdict(new Map([[id, "idle"]]), { [id]: mark }, nowMs).terminate).toEqual([]);
  });
  test("another reason begins anew", () => {
    const mark = { reason: "idle" as const, at: secondsAgo(60) };
    expect(verdict(new Map([[id, "no_heartbeat"]]), { [id]: mark }, nowMs)).toEqual({
      marks: { [id]: { reason: "no_heartbeat", at: now } },
      terminate: [],
    });
  });
  test("a reason that no longer holds takes its mark with it", () => {
    const mark = { reason: "idle" as const, at: secondsAgo(60) };
    expect(verdict(new Map(), { [id]: mark }, nowMs)).toEqual({ marks: {}, terminate: [] });
  });
  test.each(["stopped", "over_budget"] as const)(
    "a machine that is %s is ended at the first look",
    (reason) => {
      expect(verdict(new Map([[id, reason]]), {}, nowMs).terminate).toEqual([id]);
    },
  );
});
