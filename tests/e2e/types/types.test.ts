import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Bill } from "../../../local/ec2/market/bill.ts";
import { pageSchema } from "../../../shared/contract/api/api.ts";
import { decisionRecordSchema } from "../../../shared/contract/records/fleet-records.ts";
import { stageStore } from "../../../what-if/stage-store.ts";
import { whatIf } from "../../../what-if/what-if.ts";
import {
  api,
  batch,
  clips,
  cloud,
  control,
  ended,
  expectEveryItemOnce,
  machines,
  minutesLater,
  noMachines,
  nowMs,
  submit,
  tick,
  waitUntil,
} from "../world.ts";
import { typesStage } from "./stage.ts";

interface State {
  readonly zones: readonly { readonly zone: string }[];
  readonly instances: readonly { readonly instance_type: string; readonly zone: string }[];
}
const state = async (): Promise<State> => (await control("/state")) as State;

const decisions = async () =>
  pageSchema(decisionRecordSchema).parse((await api("GET", "/v1/decisions")).json).data;

afterAll(async () => {
  await noMachines();
});

test("when the first type is dry in all zones the second is bought, the batch says so, its receipt is the bill, and its record can be played again", async () => {
  for (const { zone } of (await state()).zones)
    await control("/capacity", { zone, instance_type: "g4dn.xlarge", instances: 0 });
  const { id } = await submit(clips(2, 1));
  // The batch shows it until the launcher's next tick; the decision is kept.
  const told = await waitUntil("the reason", async () => {
    const { waiting_reason } = await batch(id);
    const reasons = (await decisions()).flatMap(({ models }) => models).flatMap((model) => model.reasons);
    return [waiting_reason, ...reasons].find(
      (one) => one?.reason === "type" && one.detail.startsWith("g5.xlarge"),
    );
  });
  expect(told.detail).toMatch(
    /^g5\.xlarge in eu-central-1[abc]: [0-9.e-]+ USD per audio minute; g4dn\.xlarge: /,
  );
  expect(told.detail).toContain("no capacity there lately");
  await waitUntil("a machine", async () => (await machines()).length > 0);
  expect(new Set((await state()).instances.map((one) => one.instance_type))).toEqual(new Set(["g5.xlarge"]));

  expect((await ended(id)).outcome).toBe("succeeded");
  await expectEveryItemOnce(id, 2);
  const came = (await decisions()).flatMap(({ launches }) => launches).flatMap(({ instances }) => instances);
  expect(new Set(came.map(({ instance_type }) => instance_type))).toEqual(new Set(["g5.xlarge"]));
  await noMachines();

  await tick("reap");
  // It is written once nothing more is heard of its machines.
  minutesLater(10);
  const receipt = await waitUntil("the receipt", async () => {
    await tick("reap");
    return (await batch(id)).cost.receipt;
  });
  // No other batch was made. EC2 tells the time of its events to the second.
  const bill = (await control("/bill")) as Bill;
  expect(usdByType(receipt.instances)["g5.xlarge"]).toBeCloseTo(
    usdByType(bill.machines)["g5.xlarge"] ?? NaN,
    4,
  );
  expect(Object.keys(usdByType(bill.machines))).toEqual(["g5.xlarge"]);

  // The record of all this is played again, as `what-if --stage local` does.
  const stage = typesStage(join(import.meta.dirname, "../../.."));
  const span = { fromMs: Date.parse((await batch(id)).submitted_at) - 60_000, toMs: nowMs() };
  const played = await whatIf(stageStore("local", stage, cloud), span, { asItWas: stage, changed: stage });
  expect(played.troubles).toEqual([]);
  expect([played.real.clips, played.as_it_was.clips]).toEqual([2, 2]);
  expect(played.real.cost_usd).toBeCloseTo(usdByType(bill.machines)["g5.xlarge"] ?? NaN, 4);
  expect(played.as_it_was.cost_usd).toBeGreaterThan(0);
});

interface Costs {
  readonly instance_type: string | null;
  readonly usd: string | number;
}
function usdByType(machines: readonly Costs[]): Readonly<Record<string, number>> {
  const types = Map.groupBy(machines, ({ instance_type }) => instance_type ?? "unknown");
  return Object.fromEntries(
    [...types].map(([type, own]) => [type, own.reduce((sum, { usd }) => sum + Number(usd), 0)]),
  );
}
