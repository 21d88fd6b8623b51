/** A batch that cannot be queued twice: its key is on disk until the API has answered. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { BatchView } from "../shared/contract/api/api.ts";
import { ApiProblem } from "./connection/api-client.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * The same request, run again after a crash, finds the key of the first and gets the same batch.
 * @param what all that is asked for, as the API's address and the request
 * @param ask under an `Idempotency-Key`
 */
export async function submitOnce(
  { environment, clock, random }: Surroundings,
  what: readonly unknown[],
  ask: (idempotencyKey: string) => Promise<BatchView>,
): Promise<BatchView> {
  const path = pendingPath(environment, what);
  const key = keptKey(path, random.ulid(clock.nowMs()));
  try {
    const batch = await ask(key);
    rmSync(path, { force: true });
    return batch;
  } catch (error) {
    // A refusal is an answer, too: nothing of it is queued.
    if (error instanceof ApiProblem && !error.problem.retryable) rmSync(path, { force: true });
    throw error;
  }
}

function pendingPath(environment: Surroundings["environment"], what: readonly unknown[]): string {
  const state = environment["XDG_STATE_HOME"] ?? join(environment["HOME"] ?? homedir(), ".local", "state");
  const hash = createHash("sha256").update(JSON.stringify(what)).digest("hex");
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
    const kept = readFileSync(path, "utf8");
    if (kept !== "") return kept;
    // The crash came before the key was written, so nothing was sent with it.
    writeFileSync(path, fresh, { mode: 0o600 });
    return fresh;
  }
}
