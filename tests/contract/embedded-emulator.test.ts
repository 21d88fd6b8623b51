/** What the embedded cloud needs of MiniStack beyond the ports' promises: it guards rights and leaves nothing. */
import { IAMClient, CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateBucketCommand, GetObjectCommand, PutBucketPolicyCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Emulator, rootCredentials, startEmulator } from "../../local/cloud/emulator.ts";
import { freePort } from "../../local/cloud/free-port.ts";
import { listenOnLoopback } from "../../local/ec2/loopback-server.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = join(root, ".local", "emulator-test");
const signal = new AbortController().signal;
const region = "eu-central-1";

/** Processes whose command line names the folder, those that have ended but were not waited for left out. */
function processesOf(name: string): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => {
      try {
        return readFileSync(`/proc/${entry}/environ`, "utf8").includes(name);
      } catch {
        return false;
      }
    })
    .map(Number);
}

let emulator: Emulator;
beforeAll(async () => {
  const started = await startEmulator(await freePort(), { root, folder, ec2Url: "http://127.0.0.1:1", signal });
  if (started === null) throw new Error("the emulator did not start");
  emulator = started;
});
afterAll(async () => {
  await emulator.stop();
});
