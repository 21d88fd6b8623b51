// A backend: submits a batch, waits for its end, and saves the clips.
import { mkdir, writeFile } from "node:fs/promises";
import { createApiClient, dataOf, untilEnded } from "musicgen-batch";

const { MGB_API_URL: apiUrl = "", MGB_API_KEY: key = "" } = process.env;
const api = createApiClient({ apiUrl, key });

// The order's own id: sent again after a crash, it makes no second batch.
const header = { "Idempotency-Key": process.argv[2] ?? "order-1" };
const items = ["slow piano", "fast drums"].map((prompt, index) => ({ custom_id: `track-${index}`, prompt }));
const submitted = await dataOf(api.POST("/v1/batches", { params: { header }, body: { items } }));
if (!("id" in submitted)) throw new Error("only a dry run is answered with an estimate");

const batch = await untilEnded(api, submitted.id);

const of = { params: { path: { id: batch.id } } };
const results = await dataOf(api.GET("/v1/batches/{id}/results", { ...of, parseAs: "text" }));
await mkdir("clips", { recursive: true });
for (const line of results.trim().split("\n")) {
  /** @type {import("musicgen-batch").Schemas["Result"]} */
  const { item_id: id, custom_id, audio, error } = JSON.parse(line);
  if (audio === null) console.error(`${custom_id}: ${error?.detail}`);
  else {
    const init = /** @type {const} */ ({ params: { path: { id } }, parseAs: "arrayBuffer" });
    const clip = await dataOf(api.GET("/v1/items/{id}/audio", init));
    await writeFile(`clips/${custom_id}.${audio.format}`, Buffer.from(clip));
  }
}
console.log(`${batch.outcome}, ${batch.cost.accrued_usd} USD`);
