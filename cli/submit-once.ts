/** A submit that cannot queue twice: its key is on disk until the API has answered. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { BatchView } from "../shared/contract/api/api.ts";
import type { BatchRequest } from "../shared/contract/api/batch-request.ts";
import { type ApiClient, ApiProblem } from "./connection/api-client.ts";
import type { Surroundings } from "./surroundings.ts";

/** The same request, run again after a crash, finds the key of the first and gets the same batch. */
export async function submitOnce(
  { environment, clock, random, signal }: Surroundings,
  apiUrl: string,
  client: ApiClient,
  request: BatchRequest,
): Promise<BatchView> {
  const path = pendingPath(environment, apiUrl, request);
  const key = keptKey(path, random.ulid(clock.nowMs()));
  try {
    const batch = await client.submitBatch(request, key, signal);
    rmSync(path, { force: true });
    return batch;
  } catch (error) {
    // A refusal is an answer, too: nothing of it is queued.
    if (error instanceof ApiProblem && !error.problem.retryable) rmSync(path, { force: true });
    throw error;
  }
}

function pendingPath(
  environment: Surroundings["environment"],
  apiUrl: string,
  request: BatchRequest,
): string {
  const state = environment["XDG_STATE_HOME"] ?? join(environment["HOME"] ?? homedir(), ".local", "state");
  const hash = createHash("sha256")
    .update(`${apiUrl}\n${JSON.stringify(request)}`)
    .digest("hex");
  return join(state, "mgb", "pending", hash);
}

/** @param fresh is kept when there is none yet */
function keptKey(path: string, fresh: string): string {
  mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(path, fresh, { flag: "wx", mode: 0o600 });
    return fresh;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return readFileSync(path, "utf8");
  }
}
