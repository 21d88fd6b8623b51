import { describe, expect, test } from "vitest";
import { instanceIdSchema } from "../../../../../shared/contract/ids.ts";
import type { DecisionRecord } from "../../../../../shared/contract/records/fleet-records.ts";
import { answering, collector, type MgbWorld, page, type Script, useMgbWorld } from "../../mgb-world.ts";
import { noMachine } from "../../sample-capacity.ts";
import { decisionAt, somePrices } from "./sample-plan.ts";

let world: MgbWorld;
useMgbWorld((made) => {
  world = made;
});

const [planned, later] = ["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:01.000Z"] as const;
const machine = instanceIdSchema.parse("i-00000001");
/** The dry run comes first, the launch after it. */
const scriptOf = (plan: DecisionRecord, ...decisions: DecisionRecord[]): Script => ({
  "GET /v1/prices": { body: somePrices },
  "GET /v1/capacity": { body: noMachine },
  "POST /v1/launch": [{ body: plan }, { status: 202, body: { triggered: true } }],
  "GET /v1/decisions": page(...decisions),
});
const launchOf = (count: number): DecisionRecord["launches"][number] => ({
  model: "small",
  market: "spot",
  asked: 2,
  answer: "answered",
  instances: Array.from({ length: count }, () => ({
    instance_id: machine,
    instance_type: "g4dn.xlarge",
    zone: "eu-central-1a",
    price_usd_per_hour: 0.21,
  })),
  errors: [
    {
      code: "InsufficientInstanceCapacity",
      message: "none there",
      instance_type: "g4dn.xlarge",
      zone: "eu-central-1b",
    },
  ],
});
const launches = () =>
  world.asked.filter(({ method, path }) => method === "POST" && !path.includes("dry_run"));

describe("launch --dry-run", () => {
  test("shows each zone against the cap, what runs, the plan with its reasons, and what an hour costs", async () => {
    world.script = scriptOf(decisionAt(planned));
    const out = collector(true);
    const { exitCode } = await world.run(["launch", "--dry-run"], { out: out.stream });
    expect(exitCode).toBe(0);
    expect(out.text()).toBe(`g4dn.xlarge, spot, at most 0.40 USD an hour
ZONE           USD/HOUR  AT MOST
eu-central-1a  0.21      0.40, ok
eu-central-1b  0.25      0.40, ok
eu-central-1c  0.45      over 0.40
eu-central-1d  ?         no price

No machine.

small: 6 items open; machines: 0 there, 2 wanted, 2 to launch
  work: 60 s of audio are due by 12:00 UTC
Cost: 0.4454 to 0.5254 USD an hour for 2 machines, with volume and address.
`);
    expect(launches()).toEqual([]);
  });

  test("is one JSON document for a program", async () => {
    world.script = scriptOf(decisionAt(planned));
    const { out } = await world.run(["launch", "--dry-run"]);
    expect(Object.keys(JSON.parse(out) as object)).toEqual(["prices", "capacity", "plan"]);
  });
});

describe("launch", () => {
  test("tells zone by zone what came of it, also of a zone that had none", async () => {
    const decided = decisionAt(later, { launches: [launchOf(2)] });
    world.script = scriptOf(decisionAt(planned), decided);
    const out = collector(true);
    const { exitCode, err } = await world.run(["launch", "--yes"], { out: out.stream });
    expect(exitCode).toBe(0);
    expect(err).toContain("Cost: 0.4454 to 0.5254 USD an hour");
    expect(out.text()).toBe(`ZONE           MACHINE     WHAT CAME OF IT
eu-central-1a  i-00000001  small, g4dn.xlarge, spot, 0.21 USD an hour
eu-central-1a  i-00000001  small, g4dn.xlarge, spot, 0.21 USD an hour
eu-central-1b  none        g4dn.xlarge, InsufficientInstanceCapacity: none there
2 of 2 machines launched. mgb status shows them.
`);
  });

  test.each([
    [1, 3],
    [0, 7],
  ])("of two machines %d came: %d", async (count, exitCode) => {
    world.script = scriptOf(decisionAt(planned), decisionAt(later, { launches: [launchOf(count)] }));
    expect((await world.run(["launch", "--yes"])).exitCode).toBe(exitCode);
  });

  test("does not take an older launch for its own, and gives up after a while with what the launcher says", async () => {
    const old = decisionAt(planned, { launches: [launchOf(2)] });
    const held = decisionAt(later, {}, { reasons: [{ reason: "price", detail: "every zone is over 0.40" }] });
    world.script = scriptOf(decisionAt(planned), held, old);
    const ended = await world.run(["launch", "--yes"]);
    expect(ended.exitCode).toBe(124);
    expect(JSON.parse(ended.out)).toEqual({ planned: 2, launches: [] });
    expect(world.slept.reduce((sum, ms) => sum + ms, 0)).toBe(70_000);
  });

  test.each<[name: string, model: Partial<DecisionRecord["models"][number]>, exitCode: number]>([
    ["there is enough", { have: 2, want: 2, launch: 0 }, 0],
    ["a rule holds it", { have: 0, want: 2, launch: 0 }, 7],
  ])("asks for nothing when %s", async (_name, model, exitCode) => {
    world.script = scriptOf(decisionAt(planned, {}, model));
    expect((await world.run(["launch", "--yes"])).exitCode).toBe(exitCode);
    expect(launches()).toEqual([]);
  });

  test("asks first, and launches nothing without a yes", async () => {
    world.script = scriptOf(decisionAt(planned));
    const ended = await world.run(["launch"], { input: answering("\n") });
    expect(ended.exitCode).toBe(2);
    expect(ended.err).toContain("Launch 2 machines? [y/N]");
    expect(ended.err).toContain("Nothing was launched.");
    expect(launches()).toEqual([]);
  });

  test("launches nothing where nobody can be asked", async () => {
    world.script = scriptOf(decisionAt(planned));
    const ended = await world.run(["launch"]);
    expect(ended.exitCode).toBe(2);
    expect(ended.err).toContain("--yes");
    expect(launches()).toEqual([]);
  });
});
