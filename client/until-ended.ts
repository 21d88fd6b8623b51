/** Waits for the end of a batch. */
import { ApiProblem } from "./api-problem.ts";
import { dataOf, type MusicgenBatch, type Schemas } from "./create-client.ts";

const longestWaitSeconds = 25;
const patienceMs = 5000;
/** So many passing problems in a row are no passing problem. */
const mostProblems = 10;

/**
 * By few requests, each of which the API answers when the batch has changed, or after 25 s.
 * @throws ApiProblem, and the signal's reason
 */
export async function untilEnded(
  api: MusicgenBatch,
  id: string,
  signal?: AbortSignal,
): Promise<Schemas["Batch"]> {
  let known: string | null = null;
  for (let problems = 0; ;) {
    const look: Look = await lookAt(api, id, known, signal).catch(passing);
    problems = look.kind === "problem" ? problems + 1 : 0;
    if (look.kind === "problem" && problems === mostProblems) throw look.problem;
    if (look.kind === "changed" && look.batch.ended_at !== null) return look.batch;
    if (look.kind === "changed") known = look.etag;
    await sleep(look.waitMs);
    signal?.throwIfAborted();
  }
}

type Look = { readonly waitMs: number } & (
  | { readonly kind: "changed"; readonly batch: Schemas["Batch"]; readonly etag: string | null }
  | { readonly kind: "unchanged" }
  | { readonly kind: "problem"; readonly problem: ApiProblem }
);

async function lookAt(
  api: MusicgenBatch,
  id: string,
  known: string | null,
  signal: AbortSignal | undefined,
): Promise<Look> {
  const header = known === null ? {} : { "If-None-Match": known };
  const params = { path: { id }, query: { wait: longestWaitSeconds }, header };
  const asked = api.GET("/v1/batches/{id}", { params, ...(signal !== undefined && { signal }) });
  const { status, headers } = (await asked).response;
  // Where too many wait already, it is answered at once and asks for patience.
  const waitMs = headers.has("retry-after") ? patienceMs : 0;
  if (status === 304) return { kind: "unchanged", waitMs };
  return { kind: "changed", batch: await dataOf(asked), etag: headers.get("etag"), waitMs };
}

function passing(error: unknown): Look {
  if (!(error instanceof ApiProblem) || !error.problem.retryable) throw error;
  return { kind: "problem", problem: error, waitMs: Math.max(error.retryAfterMs, patienceMs) };
}

const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
