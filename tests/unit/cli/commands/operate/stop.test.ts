import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { stopViewSchema, type StopView } from "../../../../../shared/contract/api/api.ts";
import { fleetKeys } from "../../../../../shared/contract/records/keys.ts";
import { latchRecordSchema } from "../../../../../shared/contract/records/fleet-records.ts";
import { launchTick } from "../../../../../shared/fleet/launch/launch-tick.ts";
import { FleetError, StoreError } from "../../../../../shared/ports.ts";
import { readRecord } from "../../../../../shared/records/records.ts";
import { World } from "../../../fleet/world.ts";
import { listAudit } from "../../../../../shared/audit/list-audit.ts";
import { awsOf, deployed } from "../../deployed-stage.ts";
import { answering, collector, type MgbWorld, useMgbWorld } from "../../mgb-world.ts";

let world: MgbWorld;
useMgbWorld((made) => {
  world = made;
});

const view = (change: Partial<StopView> = {}): StopView => ({
  id: null,
  state: "stopped",
  requested_at: null,
  verified_at: null,
  reopened_at: null,
  instances_terminated: 1,
  instances_left: 0,
  messages_left: 4,
  cost_per_hour_usd: "0.00",
  steps: [{ at: "2026-01-01T00:00:00.000Z", step: "latch", ok: true, detail: "closed" }],
  ...change,
});

describe("stop", () => {
  test("names what it would end, and ends it when 'stop' is typed", async () => {
    world.script = { "POST /v1/stop": { status: 202, body: view() } };
    const out = collector(true);
    const ended = await world.run(["stop"], { out: out.stream, input: answering("stop\n") });
    expect(ended.exitCode).toBe(0);
    expect(ended.err).toContain(`This ends every machine of ${world.url}. Type 'stop' to go on:`);
    expect(out.text()).toBe(`Stopped: 0 machines left, 0.00 USD an hour.
  2026-01-01T00:00:00.000Z ok      latch: closed
4 messages kept in the queues.
mgb start starts the service again.
`);
  });

  test("does not speak of another start before the stage is destroyed, and no help or completion names that option", async () => {
    world.script = { "POST /v1/stop": { status: 202, body: view() } };
    const out = collector(true);
    await world.run(["stop", "--yes", "--before-destroy"], { out: out.stream });
    expect(out.text()).toBe(`Stopped: 0 machines left, 0.00 USD an hour.
  2026-01-01T00:00:00.000Z ok      latch: closed
4 messages in the queues, which go with the stage.
`);
    for (const args of [
      ["stop", "--help"],
      ["completion", "bash"],
    ])
      expect((await world.run(args)).out).not.toContain("--before-destroy");
  });

  test("ends nothing for another word", async () => {
    const ended = await world.run(["stop"], { input: answering("yes\n") });
    expect(ended.exitCode).toBe(2);
    expect(ended.err).toContain("Nothing was stopped.");
    expect(world.asked).toEqual([]);
  });

  test("says how to stop without an API that does not answer", async () => {
    const environment = { HOME: world.folder, MGB_API_URL: "http://127.0.0.1:1", MGB_API_KEY: "k" };
    const ended = await world.run(["stop", "--yes"], { environment });
    expect(ended.exitCode).toBe(1);
    expect(ended.err).toContain("mgb stop --aws --stage <name>");
  });

  test.each([[["stop", "--aws"]], [["stop", "--stage", "prod"]]])(
    "%j is a mistake: each needs the other",
    async (args: string[]) => {
      expect((await world.run([...args, "--yes"])).exitCode).toBe(2);
    },
  );
});

describe("stop --aws", () => {
  const args = ["stop", "--aws", "--stage", "prod", "--yes"];

  /** A stage with machines, and the surroundings in which it is stopped. */
  async function running(listDelayMs = 0) {
    deployed(world.folder);
    const fleetWorld = new World({ listDelayMs });
    fleetWorld.demand(10_000);
    await fleetWorld.clock.runUntil(launchTick(fleetWorld.ports, fleetWorld.stage));
    const { store, fleet, clock, random } = fleetWorld;
    const around = {
      ...awsOf({ bucket: () => store, fleet: () => fleet }),
      environment: {},
      folder: join(world.folder, "docs"),
      clock,
      random,
    };
    const run = () => fleetWorld.clock.runUntil(world.run(args, around));
    return { fleetWorld, around, run };
  }

  test("closes the latch, ends the machines and shows the proof, without the API and without a key", async () => {
    const { fleetWorld, run } = await running();
    expect(await fleetWorld.alive()).toHaveLength(2);
    const ended = await run();
    expect(ended).toMatchObject({ exitCode: 0, err: "" });
    const shown = stopViewSchema.parse(JSON.parse(ended.out));
    expect(shown).toMatchObject({ state: "stopped", instances_terminated: 2, instances_left: 0 });
    expect(await fleetWorld.alive()).toEqual([]);
    const latch = await readRecord(fleetWorld.store, fleetKeys.latch, latchRecordSchema);
    expect(latch?.value).toMatchObject({ closed: true, changed_by: "mgb stop --aws" });
    const { records } = await listAudit(fleetWorld, {}, { after: undefined, limit: 10 });
    expect(records).toMatchObject([{ action: "stop", by: { kind: "aws_credentials" }, outcome: "done" }]);
    expect(world.asked).toEqual([]);
  });

  test("goes on when the bucket does not answer: the machines end, and no proof is reported", async () => {
    const { fleetWorld, run } = await running();
    const noAnswer = () => Promise.reject(new StoreError("no answer", "key", { cause: null }));
    Object.assign(fleetWorld.store, { get: noAnswer, list: noAnswer, create: noAnswer, replace: noAnswer });
    const ended = await run();
    expect(await fleetWorld.alive()).toEqual([]);
    expect(ended.exitCode).toBe(124);
  });

  test("with credentials of another account ends with 4, and says so at once", async () => {
    const { fleetWorld, run } = await running();
    const denied = (): never => {
      throw new StoreError("AccessDenied", "key", { cause: null, isRefusal: true });
    };
    fleetWorld.store.get = denied;
    fleetWorld.store.create = denied;
    fleetWorld.fleet.list = () => Promise.reject(new FleetError("AuthFailure"));
    const ended = await run();
    expect(ended.exitCode).toBe(4);
    expect(ended.err).toContain("AWS answered no step");
    expect(ended.err).toContain("AuthFailure");
    expect(ended.err).toContain("aws sts get-caller-identity");
  });
});
