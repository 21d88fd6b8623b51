/** An account that holds nothing, and a person's clone outside of this folder, in which commands are run. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { root } from "../start-cloud.ts";
import { cloneInto } from "./clone.ts";
import { type AccountOfOne, startEmptyAccount } from "./empty-account.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly account: AccountOfOne;
    /** Where the commands are run. */
    readonly clone: string;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "mgb-account-"));
  const clone = join(folder, "musicgen-batch");
  cloneInto(clone, root);
  const callRecord = join(folder, "calls.jsonl");
  const account = await startEmptyAccount({
    root,
    folder,
    stage: "prod",
    region: "eu-central-1",
    callRecord,
  });
  const { stop, ...described } = account;
  project.provide("account", described);
  project.provide("clone", clone);
  project.provide("callRecord", callRecord);
  return async () => {
    await stop();
    if (project.vitest.state.getCountOfFailedTests() === 0) rmSync(folder, { recursive: true, force: true });
  };
}
