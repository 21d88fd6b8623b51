import { execFile } from "node:child_process";
import { uptime } from "node:os";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { serveMetadata } from "../agent/lifecycle/metadata-server.ts";

const run = promisify(execFile);

const tag = "/latest/meta-data/tags/instance/mgb:expires-at";

/** @returns what it said; it has then told the machine to power off. */
async function live(endpoint: string, longestSeconds: number): Promise<string> {
  const { stdout } = await run("ami/image/bin/lifetime", [], {
    env: {
      PATH: process.env["PATH"],
      AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint,
      MGB_LONGEST_SECONDS: String(longestSeconds),
      MGB_POWER_OFF: "echo powered off",
    },
  });
  return stdout;
}
const longAfterBoot = Math.ceil(uptime()) + 86_400;

test("a machine powers off at the time that its tag names", async () => {
  const endpoint = await serveMetadata({ [tag]: "2026-01-01T00:00:00.000Z" });
  expect(await live(endpoint, longAfterBoot)).toBe(
    "lifetime: this machine ends at 2026-01-01T00:00:00.000Z\nlifetime: over\npowered off\n",
  );
});

test("a machine whose tag cannot be read powers off a fixed time after its boot", async () => {
  const endpoint = await serveMetadata({});
  expect(await live(endpoint, Math.ceil(uptime()) + 1)).toBe("lifetime: over\npowered off\n");
});

test("a tag that is no time counts as none", async () => {
  const endpoint = await serveMetadata({ [tag]: "tomorrow-ish" });
  expect(await live(endpoint, Math.ceil(uptime()) + 1)).toBe("lifetime: over\npowered off\n");
});
