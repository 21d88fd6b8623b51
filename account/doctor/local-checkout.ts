/** The checkout that the doctor runs in, packaged as a deploy would package it. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { workerChangedSince } from "../../ami/commit.ts";
import { workerVersion } from "../../ami/package.ts";
import { runServerless } from "../../local/cloud/run-serverless.ts";
import { jsonOf } from "../../shared/contract/json.ts";
import { NoAnswer } from "./account.ts";
import type { Checkout, Packaged } from "./checkout.ts";

/** It takes ten seconds where nothing else runs. */
const limitMs = 180_000;

export function localCheckout(root: string, stage: string): Checkout {
  const folder = join(root, ".local", "doctor", stage);
  let made: Promise<Packaged> | null = null;
  return {
    packaged: () =>
      (made ??= told("this checkout cannot be packaged", () => packageStage(root, folder, stage))),
    workerVersion: () => told("the worker cannot be packaged", () => workerVersion(root, folder)),
    workerChangedSince: (commit) =>
      told(`the worker cannot be compared with commit ${commit}`, () => workerChangedSince(root, commit)),
  };
}

async function told<T>(what: string, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (cause) {
    throw new NoAnswer(`${what}: ${(cause as Error).message}`, { cause });
  }
}

async function packageStage(root: string, folder: string, stage: string): Promise<Packaged> {
  await runServerless({
    root,
    folder,
    args: ["package", "--stage", stage],
    environment: {},
    signal: AbortSignal.timeout(limitMs),
  });
  const packaged = join(folder, "service", ".serverless");
  const template = readFileSync(join(packaged, "cloudformation-template-update-stack.json"), "utf8");
  return { template, code: codeIn(template, packaged) };
}

interface FunctionResource {
  readonly Type: string;
  readonly Properties: { readonly FunctionName: string; readonly Code: { readonly S3Key: string } };
}

/** osls names the archive in the bucket as it names it here. */
function codeIn(template: string, packaged: string): ReadonlyMap<string, string> {
  const { Resources } = jsonOf(template) as { Resources: Readonly<Record<string, FunctionResource>> };
  return new Map(
    Object.values(Resources)
      .filter(({ Type }) => Type === "AWS::Lambda::Function")
      .map(({ Properties: { FunctionName, Code } }) => [
        FunctionName,
        createHash("sha256")
          .update(readFileSync(join(packaged, basename(Code.S3Key))))
          .digest("base64"),
      ]),
  );
}
