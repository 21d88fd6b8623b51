import { expect, test } from "vitest";
import { readBoot } from "../../../../worker/agent/lifecycle/boot.ts";
import { Imds } from "../../../../worker/agent/lifecycle/imds.ts";
import { serveMetadata } from "./metadata-server.ts";

const config = {
  stage: "test",
  region: "eu-central-1",
  bucket: "a-bucket",
  events_queue_url: "http://127.0.0.1/events",
  models: [
    {
      id: "tiny-random",
      source: "tiny-random",
      queue_urls: {
        fast: "http://127.0.0.1/f",
        standard: "http://127.0.0.1/s",
        bulk: "http://127.0.0.1/b",
      },
    },
  ],
  visibility_seconds: 30,
  heartbeat_seconds: 1,
  interruption_poll_seconds: 1,
  idle_exit_seconds: 5,
  max_lifetime_seconds: 600,
  waits_to_be_taken: true,
  max_failures_per_item: 3,
  max_interruptions_per_item: 20,
};
const machine: Record<string, string> = {
  "/latest/user-data": `#!/usr/bin/env bash\n#mgb-worker ${JSON.stringify(config)}\necho not for us\n`,
  "/latest/meta-data/instance-id": "i-0aaaaaaaaaaaaa001",
  "/latest/meta-data/placement/availability-zone": "eu-central-1b",
  "/latest/meta-data/tags/instance/mgb:model": "tiny-random",
};

/** No second decides whether an answer comes, where other suites run too. */
const patienceMs = 300_000;
async function serve(paths: Record<string, string>, tokenUses?: number): Promise<Imds> {
  return new Imds(await serveMetadata(paths, tokenUses), patienceMs);
}

test("a machine reads from its metadata who it is and what it was launched for", async () => {
  const boot = await readBoot(await serve(machine), Date.UTC(2026, 10, 23, 12));
  expect(boot.identity).toMatchObject({
    instanceId: "i-0aaaaaaaaaaaaa001",
    zone: "eu-central-1b",
    model: "tiny-random",
  });
  expect(boot.config).toEqual(config);
});

test("a machine without an expiry tag has its whole lifetime from its boot", async () => {
  const boot = await readBoot(await serve(machine), Date.UTC(2026, 10, 23, 12));
  expect(boot.identity.expiresMs).toBe(Date.UTC(2026, 10, 23, 12, 10));
});

test("a machine reads from its tag when it ends", async () => {
  const path = "/latest/meta-data/tags/instance/mgb:expires-at";
  const boot = await readBoot(await serve({ ...machine, [path]: "2026-11-23T17:00:00Z" }), 0);
  expect(boot.identity.expiresMs).toBe(Date.UTC(2026, 10, 23, 17));
});

test("an expired token is replaced", async () => {
  const imds = await serve(machine, 1);
  expect(await imds.zone()).toBe("eu-central-1b");
  expect(await imds.instanceId()).toBe("i-0aaaaaaaaaaaaa001");
});

test("without a notice there is no interruption; a notice has its time", async () => {
  expect(await (await serve(machine)).interruption()).toBeNull();
  const notice = JSON.stringify({ action: "terminate", time: "2026-11-23T18:00:00Z" });
  const doomed = await serve({ ...machine, "/latest/meta-data/spot/instance-action": notice });
  expect(await doomed.interruption()).toEqual({ action: "terminate", atMs: Date.UTC(2026, 10, 23, 18) });
});

test("a rebalance recommendation is read with its time", async () => {
  expect(await (await serve(machine)).rebalanceRecommendedMs()).toBeNull();
  const path = "/latest/meta-data/events/recommendations/rebalance";
  const notice = JSON.stringify({ noticeTime: "2026-11-23T18:00:00Z" });
  expect(await (await serve({ [path]: notice })).rebalanceRecommendedMs()).toBe(Date.UTC(2026, 10, 23, 18));
});

test.each([
  [
    "a tag that names no model of the configuration",
    { "/latest/meta-data/tags/instance/mgb:model": "x" },
    /got x/,
  ],
  ["user data of another program", { "/latest/user-data": "#!/bin/sh" }, /to begin with '#mgb-worker '/],
  [
    "a configuration that is cut off",
    { "/latest/user-data": '#mgb-worker {"stage":' },
    /configuration as JSON/,
  ],
])("%s is reported in words", async (_name, change, message) => {
  await expect(readBoot(await serve({ ...machine, ...change }), 0)).rejects.toThrow(message);
});

test("a metadata service that is not there throws a MetadataError", async () => {
  await expect(new Imds("http://127.0.0.1:1").zone()).rejects.toMatchObject({ name: "MetadataError" });
});
