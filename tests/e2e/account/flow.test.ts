/**
 * From an account that holds nothing to a clip and back, by a person's commands. Who plays what is told in
 * decision 69.
 */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type ApiProxy, startApiProxy } from "../../../local/cloud/api-proxy.ts";
import { batchViewSchema } from "../../../shared/contract/api/api.ts";
import { apiAddress, type Ended, everything, loginWith, mgb } from "./person.ts";

const { ec2Control, region } = inject("account");
const clone = inject("clone");
let before: ReadonlySet<string>;
let proxy: ApiProxy | null = null;
beforeAll(async () => {
  before = await everything();
});
afterAll(async () => {
  await setPrices(null);
  await proxy?.stop();
});

/** Ended as it should; otherwise the test's message has all that it said. */
function expectEnd(ended: Ended, exitCode = 0): Ended {
  expect(ended.exitCode, `${ended.out}\n${ended.err}`).toBe(exitCode);
  return ended;
}
const done = async (...args: readonly string[]): Promise<Ended> => expectEnd(await mgb(...args));
const stage = ["--stage", "prod"];

/** A machine without work stays, so that it can be looked at and stopped however slow these commands are. */
function keepMachines(): void {
  const path = join(clone, "config", "prod.json");
  const config = JSON.parse(readFileSync(path, "utf8")) as object;
  writeFileSync(path, JSON.stringify({ ...config, worker: { idle_exit_seconds: 3600 } }, null, 2));
}

/** In every zone, from now on; null: they move by themselves again. */
async function setPrices(usd: number | null): Promise<void> {
  for (const zone of ["a", "b", "c"])
    await fetch(`${ec2Control}/price`, {
      method: "POST",
      body: JSON.stringify({ zone: `${region}${zone}`, usd }),
    });
}

interface Finding {
  readonly check: string;
  readonly outcome: string;
}
/** What the doctor wants mended, once it could look at the image: AWS has ten seconds for an answer. */
async function faultsOfTheStage(): Promise<readonly string[]> {
  let findings: readonly Finding[] = [];
  await until(async () => {
    const { out } = await mgb("doctor", ...stage, "--json");
    ({ findings } = JSON.parse(out) as { findings: readonly Finding[] });
    return findings.some(({ check, outcome }) => check === "worker image" && outcome !== "unknown");
  });
  return findings.filter(({ outcome }) => outcome === "fault").map(({ check }) => check);
}

const planOf = ({ out }: Ended) =>
  (
    JSON.parse(out) as {
      plan: { models: readonly { launch: number; reasons: readonly { reason: string }[] }[] };
    }
  ).plan.models[0];
const machinesIn = ({ out }: Ended) => (JSON.parse(out) as { data: readonly object[] }).data.length;

/** Asks again until it is so. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  await expect.poll(isSo, { timeout: 300_000, interval: 1_000 }).toBe(true);
}

/** Twenty commands, each a process of its own: where other suites have the processors they take ten times as long. */
const timeout = 1_800_000;

test(
  "commands alone lead from an empty account to a clip, and back to an account that holds the audio and nothing else",
  { timeout },
  async () => {
    await done("init", ...stage, "--bucket", "clips-of-ada", "--email", "ada@example.com");
    keepMachines();
    expect(await faultsOfTheStage()).toEqual(["worker image"]);

    const built = await done("ami", "build", ...stage, "--bucket", "builds-of-ada");
    const [, image = ""] = /Next: npm run mgb -- ami use --stage prod (ami-\w+)/.exec(built.out) ?? [];
    await done("ami", "use", ...stage, image);
    expect((await done("ami", "ls", ...stage)).out).toContain(`${image}  musicgen-worker-v1  available`);
    expect(await faultsOfTheStage()).toEqual([]);

    const deployed = await done("deploy", ...stage, "--yes");
    expect(deployed.err).toContain("It is not deployed yet. ");
    expect(deployed.out).toContain("make the first API key: npm run mgb -- keys create --stage prod");
    const { key } = JSON.parse((await done("keys", "create", ...stage)).out) as { key: string };
    proxy = await startApiProxy(await apiAddress());
    expectEnd(await loginWith(key, proxy.url));

    expect(planOf(await done("launch", "--dry-run"))).toMatchObject({
      launch: 0,
      reasons: [{ reason: "no_work" }],
    });
    await setPrices(0.9);
    const submitted = await done("submit", "--prompt", "lo-fi with piano", "--speed", "fast", "--yes");
    const batch = batchViewSchema.parse(JSON.parse(submitted.out));
    expect(planOf(await done("launch", "--dry-run"))?.launch).toBe(0);
    await setPrices(0.2);
    // The launcher's own minute may have come first: then there is nothing left to launch.
    await done("launch", "--yes");
    await until(async () => machinesIn(await done("ps")) === 1);

    await done("watch", batch.id);
    const ended = batchViewSchema.parse(JSON.parse((await done("get", batch.id)).out));
    expect(ended.outcome).toBe("succeeded");
    const { fetched } = JSON.parse((await done("pull", batch.id, "--out", "clips")).out) as {
      fetched: readonly string[];
    };
    expect(fetched.map((path) => statSync(resolve(clone, path)).size > 10_000)).toEqual([true]);

    // A machine may start from it at any time.
    expect(expectEnd(await mgb("ami", "rm", ...stage, image), 2).err).toContain("that stage is deployed");
    expect(JSON.parse((await done("stop", "--yes")).out)).toMatchObject({
      state: "stopped",
      instances_left: 0,
    });
    expect((await done("destroy", ...stage, "--yes")).out).toContain("Nothing of stage prod runs in");
    await done("ami", "rm", ...stage, image);
    const left = [...(await everything())].filter((thing) => !before.has(thing));
    expect(left).toEqual(["bucket builds-of-ada", "bucket clips-of-ada"]);
  },
);
