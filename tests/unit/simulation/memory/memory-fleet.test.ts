import { expect, test } from "vitest";
import type { InstanceId } from "../../../../shared/contract/ids.ts";
import { intentIdOf } from "../../../../shared/contract/ids.ts";
import { PlannedFaults } from "../../../../simulation/memory/faults.ts";
import type { MachineEvent } from "../../../../simulation/memory/memory-fleet.ts";
import { MemoryFleet } from "../../../../simulation/memory/memory-fleet.ts";
import { SeededRandom } from "../../../../simulation/memory/seeded-random.ts";
import { VirtualClock } from "../../../../simulation/memory/virtual-clock.ts";
import type { LaunchRequest } from "../../../../shared/ports.ts";
import { FleetError } from "../../../../shared/ports.ts";

const request: LaunchRequest = {
  intentId: intentIdOf("01JZZZZZZZZZZZZZZZZZZZZZZZ"),
  clientToken: "token",
  count: 1,
  model: "small",
  market: "spot",
  pools: [
    {
      instanceType: "g4dn.xlarge",
      zone: "a",
      subnetId: "subnet-a",
      priceUsdPerHour: 0.2,
      bidUsdPerHour: null,
    },
  ],
  tags: {},
  expiresAt: "2026-01-01T06:00:00.000Z",
};
const noAnswer = (): never => {
  throw new FleetError("no answer");
};

function setUp() {
  const clock = new VirtualClock();
  const faults = new PlannedFaults();
  const random = new SeededRandom(3);
  const zones = [{ zone: "a", priceUsdPerHour: 0.2, capacity: 1 }];
  const fleet = new MemoryFleet({ clock, random, faults, zones, pendingMs: 20_000 });
  const events: MachineEvent[] = [];
  fleet.watch((event) => {
    events.push(event);
  });
  const states = async (): Promise<string[]> => (await fleet.list()).map((machine) => machine.state);
  const launchOne = async (): Promise<InstanceId> => {
    const outcome = await fleet.launch(request);
    const [machine] = outcome.kind === "answered" ? outcome.launched : [];
    if (machine === undefined) throw new Error("expected a machine");
    return machine.instanceId;
  };
  return { clock, faults, fleet, events, states, launchOne };
}

test("an interrupted machine runs until its notice is over, and then ends", async () => {
  const { clock, fleet, events, states, launchOne } = setUp();
  const id = await launchOne();
  await clock.advance(60_000);
  fleet.interrupt(id, 120_000);
  const endsMs = clock.nowMs() + 120_000;
  expect(events.at(-1)).toEqual({ kind: "interruption_notice", instanceId: id, endsMs });
  await clock.advance(119_999);
  expect(await states()).toEqual(["running"]);
  await clock.advance(1);
  expect(await states()).toEqual(["shutting-down"]);
  await clock.advance(5_000);
  expect(await states()).toEqual(["terminated"]);
});

test("a machine that is ended during its notice ends at once", async () => {
  const { clock, fleet, events, states, launchOne } = setUp();
  const id = await launchOne();
  fleet.interrupt(id);
  await fleet.terminate([id]);
  expect(await states()).toEqual(["shutting-down"]);
  expect(events.at(-1)).toEqual({ kind: "terminating", instanceId: id });
  await clock.advance(5_000);
  expect(await states()).toEqual(["terminated"]);
});

test("a pool has room again when its machine is gone, and the machine is forgotten an hour later", async () => {
  const { clock, fleet, states, launchOne } = setUp();
  const id = await launchOne();
  const second = { ...request, clientToken: "second" };
  expect(await fleet.launch(second)).toMatchObject({ launched: [], errors: [{ zone: "a" }] });
  fleet.shutDown(id);
  await clock.advance(5_000);
  expect(await fleet.launch({ ...request, clientToken: "third" })).toMatchObject({
    launched: [{ zone: "a" }],
  });
  await clock.advance(3_600_001);
  expect(await states()).toEqual(["running"]);
});

test("a launch whose answer is lost is unknown, and asking again with its token finds it done", async () => {
  const { faults, fleet, states } = setUp();
  faults.afterNext("launch", /token/, noAnswer);
  expect(await fleet.launch(request)).toEqual({ kind: "unknown", detail: "no answer" });
  expect(await fleet.launch(request)).toMatchObject({ kind: "answered", launched: [{ zone: "a" }] });
  expect(await states()).toEqual(["pending"]);
});

test("a launch that never arrived is unknown too, and asking again makes it", async () => {
  const { faults, fleet, states } = setUp();
  faults.beforeNext("launch", /token/, noAnswer);
  expect((await fleet.launch(request)).kind).toBe("unknown");
  expect(await states()).toEqual([]);
  expect((await fleet.launch(request)).kind).toBe("answered");
});

test("a refusal strikes one launch, and uses up no token", async () => {
  const { fleet } = setUp();
  const error = {
    code: "VcpuLimitExceeded",
    message: "",
    zone: null,
    instanceType: null,
    errorClass: "market_quota",
  } as const;
  fleet.refuseNextLaunch(error);
  expect(await fleet.launch(request)).toEqual({ kind: "refused", error });
  expect((await fleet.launch(request)).kind).toBe("answered");
});

test("a machine that cannot be ended is reported as such, and the others end", async () => {
  const { faults, fleet, states, launchOne } = setUp();
  const id = await launchOne();
  faults.beforeNext("terminate", new RegExp(id), noAnswer);
  expect(await fleet.terminate([id])).toEqual([{ instanceId: id, kind: "failed", detail: "no answer" }]);
  expect(await states()).toEqual(["pending"]);
});
