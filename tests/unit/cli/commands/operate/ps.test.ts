import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { instanceIdSchema } from "../../../../../shared/contract/ids.ts";
import { FleetError, type TaggedMachine } from "../../../../../shared/ports.ts";
import { awsOf, deployed } from "../../deployed-stage.ts";
import { collector, type MgbWorld, useMgbWorld } from "../../mgb-world.ts";
import { noMachine } from "../../sample-capacity.ts";

let world: MgbWorld;
useMgbWorld((made) => {
  world = made;
});

const machine = (change: Partial<TaggedMachine> = {}): TaggedMachine => ({
  instanceId: instanceIdSchema.parse("i-00000001"),
  state: "running",
  zone: "eu-central-1a",
  market: "spot",
  launchedMs: Date.parse("2026-01-01T00:00:00.000Z"),
  intentId: null,
  model: "small",
  expiresMs: null,
  endedBy: null,
  region: "eu-central-1",
  instanceType: "g4dn.xlarge",
  stage: "prod",
  ...change,
});
const machinesIn = (byRegion: Readonly<Record<string, readonly TaggedMachine[] | FleetError>>) =>
  awsOf({
    regions: () => Promise.resolve(Object.keys(byRegion)),
    machines: (region) => {
      const told = byRegion[region] ?? [];
      return told instanceof FleetError ? Promise.reject(told) : Promise.resolve(told);
    },
  });

test("ps lists the machines that the API knows", async () => {
  world.script = { "GET /v1/capacity": { body: { ...noMachine, instances: { booting: 2 } } } };
  const out = collector(true);
  expect((await world.run(["ps"], { out: out.stream })).exitCode).toBe(0);
  expect(out.text()).toBe("No machine has told of itself yet: 2 booting.\n");
});

test("ps does not count a machine that has ended", async () => {
  world.script = { "GET /v1/capacity": { body: { ...noMachine, instances: { ended: 2 } } } };
  const out = collector(true);
  await world.run(["ps"], { out: out.stream });
  expect(out.text()).toBe("No machine.\n");
});

test("ps --boot shows how long each phase of a boot took, and a dash for what is not over", async () => {
  const worker = {
    instance_id: "i-0123456789abcdef0",
    zone: "eu-central-1a",
    model: "small",
    state: "booting",
    reason: null,
    items_running: 0,
    slots: 0,
    boot: {
      kernel_seconds: 9.14,
      agent_seconds: 0.5,
      first_heartbeat_seconds: 1,
      imports_seconds: null,
      weights_seconds: null,
      self_test_seconds: null,
    },
    heartbeat_at: "2026-01-01T00:00:00.000Z",
    told_seconds_ago: 1,
  };
  const workers = [worker, { ...worker, instance_id: "i-00000002", boot: null }];
  world.script = { "GET /v1/capacity": { body: { ...noMachine, workers } } };
  const out = collector(true);
  await world.run(["ps", "--boot"], { out: out.stream });
  expect(
    out
      .text()
      .split("\n")
      .map((line) => line.trim().split(/ +/)),
  ).toEqual([
    ["MACHINE", "KERNEL", "AGENT", "HEARTBEAT", "IMPORTS", "WEIGHTS", "SELF-TEST", "SUM"],
    ["i-0123456789abcdef0", "9.1", "0.5", "1.0", "-", "-", "-", "10.6"],
    ["i-00000002", "-", "-", "-", "-", "-", "-", "-"],
    [""],
  ]);
  expect((await world.run(["ps", "--boot", "--aws"])).exitCode).toBe(2);
});

describe("ps --aws", () => {
  test("lists the machines of every stage in every region, and none that has ended", async () => {
    const forgotten = machine({
      stage: "old-test",
      zone: "us-east-1b",
      region: "us-east-1",
      market: "on_demand",
    });
    const around = machinesIn({
      "eu-central-1": [machine(), machine({ state: "terminated" })],
      "us-east-1": [forgotten],
    });
    const out = collector(true);
    const { exitCode } = await world.run(["ps", "--aws"], { ...around, out: out.stream });
    expect(exitCode).toBe(0);
    expect(out.text().split("\n").slice(0, 3)).toEqual([
      "STAGE     MACHINE     STATE    ZONE           AGE   TYPE",
      "prod      i-00000001  running  eu-central-1a  60 s  g4dn.xlarge, spot",
      "old-test  i-00000001  running  us-east-1b     60 s  g4dn.xlarge, on demand",
    ]);
    expect(out.text()).toContain("mgb stop --aws --stage");
    expect(world.asked).toEqual([]);
  });

  test("a region that does not answer hides no machine of another, and the end is 3", async () => {
    const around = machinesIn({ "eu-central-1": [machine()], "us-east-1": new FleetError("no answer") });
    const ended = await world.run(["ps", "--aws"], around);
    expect(ended.exitCode).toBe(3);
    expect((JSON.parse(ended.out) as { data: unknown[] }).data).toHaveLength(1);
    expect(ended.err).toContain("no answer");
  });

  test("without right credentials ends with 4 and says where to look", async () => {
    const ended = await world.run(["ps", "--aws"], machinesIn({ "eu-central-1": new FleetError("denied") }));
    expect(ended.exitCode).toBe(4);
    expect(ended.err).toContain("aws sts get-caller-identity");
    const regions = () => Promise.reject(new FleetError("denied"));
    const unlisted = await world.run(["ps", "--aws"], awsOf({ regions }));
    expect(unlisted.exitCode).toBe(4);
    expect(unlisted.err).toContain("--region");
  });

  test("looks in the regions that are named alone, or for one stage in its own", async () => {
    deployed(world.folder);
    const asked: string[] = [];
    const around = awsOf({
      machines: (region) => {
        asked.push(region);
        return Promise.resolve([machine(), machine({ stage: "other" })]);
      },
    });
    await world.run(["ps", "--aws", "--region", "us-west-2", "--region", "sa-east-1"], around);
    const folder = join(world.folder, "docs");
    const ended = await world.run(["ps", "--aws", "--stage", "prod"], { ...around, folder });
    expect(asked).toEqual(["us-west-2", "sa-east-1", "eu-central-1"]);
    expect((JSON.parse(ended.out) as { data: { stage: string }[] }).data.map(({ stage }) => stage)).toEqual([
      "prod",
    ]);
  });

  test("its options without it are a mistake", async () => {
    expect((await world.run(["ps", "--region", "us-east-1"])).exitCode).toBe(2);
  });
});
