/** A batch that cannot be queued twice: its request and key are on disk until the API has answered. */
import { createHash, randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { decodeTime } from "ulid";
import type { BatchView } from "../shared/contract/api/api.ts";
import { ApiProblem } from "./connection/api-client.ts";
import { CommandError } from "./errors.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Surroundings } from "./surroundings.ts";

/** The API knows an `Idempotency-Key` for seven days (serverless/resources/bucket.yml). The last one is kept clear. */
const knownForMs = 6 * 86_400_000;

/** A request that was about to be sent, with all that it names, such as its upload. */
interface Pending<T> {
  readonly key: string;
  readonly request: T;
}

interface Steps<T> {
  /** Makes the request, and uploads what it names. The key is drawn before. */
  readonly prepare: (idempotencyKey: string) => Promise<T>;
  readonly send: (request: T, idempotencyKey: string) => Promise<BatchView>;
  /** Is told when an earlier run has not been answered. */
  readonly say: (line: string) => void;
}

/**
 * The same command, run again after a crash, sends the very request of the first, and gets the same batch. If the API
 * refuses it because its upload is gone, nothing was made of it, and it is prepared anew.
 * @param what all that is asked for, as the API's address and the file's items
 * @throws CommandError when an earlier request is so old that nobody knows what became of it
 */
export async function submitOnce<T>(
  { environment, clock, random }: Surroundings,
  what: readonly unknown[],
  { prepare, send, say }: Steps<T>,
): Promise<BatchView> {
  const path = pendingPath(environment, what);
  const earlier = readPending<T>(path);
  if (earlier !== null) {
    if (clock.nowMs() - decodeTime(earlier.key) > knownForMs)
      throw unknownOutcome(path, ` on ${new Date(decodeTime(earlier.key)).toISOString().slice(0, 10)}`);
    say(
      "An earlier run of this was not answered. It is sent again as it was, so that nothing is queued twice.",
    );
    try {
      return await untilAnswered(path, earlier, send);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
  const key = random.ulid(clock.nowMs());
  const request = await prepare(key);
  return untilAnswered(path, keep(path, { key, request }), send);
}

async function untilAnswered<T>(
  path: string,
  { key, request }: Pending<T>,
  send: Steps<T>["send"],
): Promise<BatchView> {
  try {
    const batch = await send(request, key);
    rmSync(path, { force: true });
    return batch;
  } catch (error) {
    // A refusal is an answer, too: nothing of it is queued.
    if (error instanceof ApiProblem && !error.problem.retryable) rmSync(path, { force: true });
    throw error;
  }
}

/** No batch has that key, and its upload, or what its clips continue, is not there any more. */
const isGone = (error: unknown): boolean =>
  error instanceof ApiProblem && ["not_found", "invalid_input"].includes(error.problem.code);

const unknownOutcome = (path: string, when: string): CommandError =>
  new CommandError(
    `This was sent${when} and not answered. Nobody knows any more whether it became a batch, ` +
      "so sending it again might make every clip twice.\n" +
      `Look for it with mgb ls. If it is not there: delete ${path}, and run this again.`,
    exitCodes.failed,
  );

function pendingPath(environment: Surroundings["environment"], what: readonly unknown[]): string {
  const state = environment["XDG_STATE_HOME"] ?? join(environment["HOME"] ?? homedir(), ".local", "state");
  const hash = createHash("sha256").update(JSON.stringify(what)).digest("hex");
  return join(state, "mgb", "pending", hash);
}

/** Null: there is none. What is there was written whole, by this program or (the key alone) by an earlier version. */
function readPending<T>(path: string): Pending<T> | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Pending<T>;
  } catch (error) {
    if (error instanceof SyntaxError) throw unknownOutcome(path, " by an earlier version of mgb");
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Written whole or not at all. @returns another's, if one runs at the same time and was first */
function keep<T>(path: string, own: Pending<T>): Pending<T> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const part = `${path}.${randomUUID()}`;
  writeFileSync(part, JSON.stringify(own), { mode: 0o600 });
  try {
    linkSync(part, path);
    return own;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return readPending<T>(path) ?? own;
  } finally {
    rmSync(part, { force: true });
  }
}
