/** What a stage looks like at work: machines, a queue, batches of several states, and clips that can be heard. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { foldEvents } from "../../shared/batch/progress/fold.ts";
import { batchViewSchema } from "../../shared/contract/api/api.ts";
import { batchIdSchema, itemIdOf, type BatchId } from "../../shared/contract/ids.ts";
import { batchKeys } from "../../shared/contract/records/keys.ts";
import { advanced, finished, of, result, started } from "../unit/batch/events.ts";
import type { DashboardUnderTest } from "./dashboard.ts";

const clips = join(import.meta.dirname, "..", "..", "examples", "clips");

export async function submitBatch(
  { api }: Pick<DashboardUnderTest, "api">,
  owner: string,
  body: object,
): Promise<BatchId> {
  const answer = await fetch(`${api.url}/v1/batches`, {
    method: "POST",
    headers: { "x-api-key": await api.key(owner, ["submit"]), "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return batchIdSchema.parse(batchViewSchema.parse(await answer.json()).id);
}

/** Ends items, each as the letter says: `s`, `f`; `r` runs, and `q` stays queued. */
export async function playItems(
  { api }: Pick<DashboardUnderTest, "api">,
  id: BatchId,
  letters: string,
): Promise<void> {
  const { world } = api;
  for (const [index, letter] of letters.split("").entries()) {
    if (letter === "r")
      await foldEvents([of(id, started(index, 5)), of(id, advanced(index, 6, 120))], world.ports);
    if (letter !== "s" && letter !== "f") continue;
    const made = result(index, letter === "s" ? "succeeded" : "failed");
    const key = `batches/${id}/audio/${index}-1.wav`;
    const audio = made.audio === null ? null : { ...made.audio, key };
    if (audio !== null) await world.store.put(key, "a clip");
    const record = { ...made, batch_id: id, item_id: itemIdOf(id, index), audio };
    await world.store.create(batchKeys.result(id, index), JSON.stringify(record));
    await foldEvents([of(id, finished(index, 30, record))], world.ports);
  }
}

/** The store in memory holds text: clips come from the examples. */
export async function serveClips(context: BrowserContext): Promise<void> {
  const body = readFileSync(join(clips, "lofi.ogg"));
  await context.route("**/bucket/**/audio/**", (route) =>
    route.fulfill({ body, contentType: "audio/ogg", headers: { "accept-ranges": "bytes" } }),
  );
}
