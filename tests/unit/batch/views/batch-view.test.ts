import { describe, expect, test } from "vitest";
import { noCost } from "../../../../shared/billing/receipts/batch-cost.ts";
import { batchView, type BatchFacts } from "../../../../shared/batch/views/batch-view.ts";
import { applyEvents } from "../../../../shared/batch/progress/apply-events.ts";
import { emptyProgress } from "../../../../shared/batch/progress/progress.ts";
import { batchViewSchema, type BatchView } from "../../../../shared/contract/api/api.ts";
import type {
  BatchRecord,
  ControlRecord,
  TerminalOutcome,
} from "../../../../shared/contract/records/batch-records.ts";
import type {
  DecisionReason,
  DecisionRecord,
  LatchRecord,
} from "../../../../shared/contract/records/fleet-records.ts";
import { stopIdOf } from "../../../../shared/contract/ids.ts";
import type { ItemEvent } from "../../../../shared/contract/messages.ts";
import { someEstimate } from "../../billing/ledger-entry.ts";
import { at, batchId, finished, result, started } from "../events.ts";

const batch: BatchRecord = {
  v: 1,
  id: batchId,
  owner: "ada",
  name: null,
  model: "small",
  speed: "standard",
  priority: "normal",
  total: 2,
  audio_seconds: 20,
  submitted_at: at(0),
  deadline_at: at(900),
  expires_at: null,
  max_cost_usd: null,
  estimate: someEstimate,
  upload_id: null,
  input_errors: null,
  retain_days: null,
  deleted_at: null,
  retry_of: null,
  webhook: null,
  metadata: {},
};
const canceling: ControlRecord = {
  v: 1,
  cancel: "drain",
  canceled_at: at(9),
  canceled_items: [],
  max_cost_usd: null,
  held: null,
  at: at(9),
};
const held: ControlRecord = {
  ...canceling,
  cancel: null,
  held: { since: at(8), detail: "0.0501 USD is spent" },
};
const closed: LatchRecord = {
  v: 1,
  closed: true,
  stop_id: stopIdOf("01KDVDNG00ZZZZZZZZZZZZZZZZ"),
  changed_at: at(90),
  changed_by: "ada",
};
const decided = (...reasons: DecisionReason[]): DecisionRecord => ({
  v: 1,
  at: at(60),
  models: [
    {
      model: "small",
      instance_type: "g4dn.xlarge",
      open_items: 2,
      open_audio_seconds: 20,
      work_seconds: 1,
      audio_seconds_per_second: 28,
      boot_seconds: 215,
      have: 0,
      want: 1,
      launch: 0,
      launched: 0,
      reasons: reasons.map((reason) => ({ reason, detail: `because of ${reason}` })),
    },
  ],
  launches: [],
  drained: [],
  prices: [],
  instances: {},
  spent_usd: { day: 0, month: 0 },
});
const view = (events: readonly ItemEvent[], change: Partial<BatchFacts> = {}): BatchView => {
  const empty = emptyProgress(batchId, 2);
  const progress = applyEvents(empty, events) ?? empty;
  const facts = { progress, control: null, snapshot: null, latch: null, cost: noCost, ...change };
  return batchViewSchema.parse(batchView(batch, facts));
};
const ends = (...outcomes: TerminalOutcome[]) =>
  outcomes.map((outcome, index) => finished(index, 10 + index, result(index, outcome)));

describe("batchView", () => {
  test.each<[name: string, events: ItemEvent[], change: Partial<BatchFacts>, status: string]>([
    ["nothing has begun", [], {}, "queued"],
    ["an item runs", [started(0, 1)], {}, "running"],
    ["an item has run and none does", [...ends("succeeded")], {}, "running"],
    ["it is being canceled", [started(0, 1)], { control: canceling }, "canceling"],
    ["the service was stopped before anything began", [], { latch: closed }, "stopped"],
    ["the service was stopped while an item ran", [started(0, 1)], { latch: closed }, "stopped"],
    [
      "it was canceled and the service stopped",
      [started(0, 1)],
      { latch: closed, control: canceling },
      "canceling",
    ],
    ["all have ended and the service is stopped", ends("succeeded", "failed"), { latch: closed }, "ended"],
    ["the service goes on after a stop", [started(0, 1)], { latch: { ...closed, closed: false } }, "running"],
    [
      "all have ended, though it was canceled",
      ends("succeeded", "canceled"),
      { control: canceling },
      "ended",
    ],
  ])("the status when %s is right", (_name, events, change, status) => {
    expect(view(events, change).status).toBe(status);
  });

  test.each<[outcomes: [TerminalOutcome, TerminalOutcome], outcome: string]>([
    [["succeeded", "succeeded"], "succeeded"],
    [["succeeded", "failed"], "partial"],
    [["succeeded", "canceled"], "partial"],
    [["failed", "canceled"], "failed"],
    [["canceled", "expired"], "canceled"],
    [["expired", "expired"], "expired"],
  ])("items that ended %s make a batch", (outcomes, outcome) => {
    expect(view(ends(...outcomes))).toMatchObject({ outcome, progress: 1 });
  });

  test("has no outcome before its end", () => {
    expect(view(ends("succeeded")).outcome).toBeNull();
  });

  test.each<[name: string, reasons: DecisionReason[], shown: string | null]>([
    ["the last reason that holds a launch back", ["work", "cooling", "price"], "price"],
    ["what bound the number even when machines were launched", ["max_instances", "work"], "max_instances"],
    ["nothing when the fleet launches", ["work"], null],
    ["nothing when the fleet saw no work yet", ["no_work"], null],
    ["that machines boot", ["booting"], "booting"],
    ["which machine type is bought while nothing holds the fleet", ["work", "type"], "type"],
    ["what holds the fleet, whichever type would be bought", ["price", "type"], "price"],
    ["nothing when it is another batch whose budget is spent", ["budget_batch"], null],
    ["what holds the fleet, whatever other batch's budget is spent", ["budget_batch", "price"], "price"],
  ])("waits for %s", (_name, reasons, shown) => {
    expect(view([], { snapshot: decided(...reasons) }).waiting_reason?.reason ?? null).toBe(shown);
  });

  test("says that an operator stopped the service, even while items still run", () => {
    const facts = { latch: closed, snapshot: decided("work", "price"), control: held };
    expect(view([started(0, 1), started(1, 1)], facts).waiting_reason).toEqual({
      reason: "latch",
      detail: "an operator stopped the service; open items are kept and continue after a start",
      at: at(90),
    });
    expect(view(ends("succeeded", "failed"), { latch: closed }).waiting_reason).toBeNull();
  });

  test("shows that its own budget holds it before any reason of the fleet", () => {
    const { waiting_reason } = view([], { control: held, snapshot: decided("work", "price") });
    expect(waiting_reason).toEqual({ reason: "budget_batch", detail: "0.0501 USD is spent", at: at(8) });
  });

  test("shows what it may cost as its owner said last", () => {
    expect(view([]).cost.max_usd).toBeNull();
    expect(view([], { control: { ...held, max_cost_usd: "0.07" } }).cost.max_usd).toBe("0.07");
  });

  test("waits for nothing once all its items run, or when the decision is about another model", () => {
    const snapshot = decided("price");
    expect(view([started(0, 1), started(1, 1)], { snapshot }).waiting_reason).toBeNull();
    const [plan] = snapshot.models;
    const other = { ...snapshot, models: plan === undefined ? [] : [{ ...plan, model: "large" }] };
    expect(view([], { snapshot: other }).waiting_reason).toBeNull();
  });
});
