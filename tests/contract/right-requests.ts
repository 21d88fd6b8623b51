/** One right request of each route at least, in an order in which each has something to tell. */
import type { ApiUnderTest, Ask } from "./api-under-test.ts";

export async function rightRequests(ask: Ask, api: ApiUnderTest): Promise<void> {
  await askAboutTheApi(ask);
  await askForKeys(ask);
  await askForWebhooks(ask, api);
  await askForOpenBatch(ask);
  await askForClips(ask, api);
  await askToOperate(ask);
}

type Json = Readonly<Record<string, string>>;

const batchOf = async (ask: Ask, body: object, query = ""): Promise<string> =>
  ((await ask("POST /v1/batches", { query, body: JSON.stringify(body) })).json as Json)["id"] ?? "";
const itemOf = (batchId: string): string => `${batchId.replace("batch", "item")}_0`;

async function askAboutTheApi(ask: Ask): Promise<void> {
  for (const route of [
    "GET /v1",
    "GET /healthz",
    "GET /openapi.json",
    "GET /docs",
    "GET /v1/models",
    "GET /v1/stage",
    "GET /v1/usage",
    "GET /v1/capacity",
    "GET /v1/decisions",
    "GET /v1/prices",
    "POST /v1/uploads",
    "POST /v1/estimates",
  ] as const)
    await ask(route);
}

async function askForKeys(ask: Ask): Promise<void> {
  const made = (await ask("POST /v1/keys")).json as Json;
  await ask("GET /v1/keys", { query: "?limit=1" });
  await ask("DELETE /v1/keys/{id}", { id: made["id"] ?? "" });
}

async function askForWebhooks(ask: Ask, { receiverUrl, deliver }: ApiUnderTest): Promise<void> {
  const body = JSON.stringify({ url: receiverUrl, events: ["fleet.stopped"] });
  const id = ((await ask("POST /v1/webhooks", { body })).json as Json)["id"] ?? "";
  await ask("GET /v1/webhooks");
  await ask("GET /v1/webhooks/{id}", { id });
  await ask("PATCH /v1/webhooks/{id}", { id, body: '{"description": "for the table"}' });
  await ask("POST /v1/webhooks/{id}/rotate", { id });
  await ask("POST /v1/webhooks/{id}/test", { id });
  await deliver(id);
  const { data } = (await ask("GET /v1/webhooks/{id}/deliveries", { id })).json as { data: Json[] };
  const again = JSON.stringify({ delivery_id: data[0]?.["id"] });
  await ask("POST /v1/webhooks/{id}/redeliver", { id, body: again });
  await ask("DELETE /v1/webhooks/{id}", { id });
}

async function askForOpenBatch(ask: Ask): Promise<void> {
  const item = { prompt: "a calm piano", duration_seconds: 1 };
  const batch = { speed: "economy", items: [item, item] };
  await batchOf(ask, batch, "?dry_run=true");
  const id = await batchOf(ask, batch);
  await ask("GET /v1/batches", { query: "?limit=1" });
  await ask("GET /v1/batches/{id}", { id });
  await ask("POST /v1/batches/{id}/budget", { id, body: '{"max_cost_usd": "5.00"}' });
  await ask("GET /v1/items/{id}", { id: itemOf(id) });
  await ask("POST /v1/items/{id}/cancel", { id: itemOf(id) });
  await ask("POST /v1/batches/{id}/cancel", { id, body: '{"mode": "abort"}' });
  const child = (await ask("POST /v1/batches/{id}/retry", { id })).json as Json;
  await ask("POST /v1/batches/{id}/cancel", { id: child["id"] ?? "", body: '{"mode": "drain"}' });
}

async function askForClips(ask: Ask, { makeClips }: ApiUnderTest): Promise<void> {
  const id = await batchOf(ask, { speed: "fast", items: [{ prompt: "a fast drum", duration_seconds: 1 }] });
  await makeClips(id);
  await ask("GET /v1/batches/{id}/items", { id });
  await ask("GET /v1/batches/{id}/states", { id });
  await ask("GET /v1/batches/{id}/results", { id });
  await ask("GET /v1/batches/{id}/events", { id });
  await ask("GET /v1/items/{id}/audio", { id: itemOf(id) });
  await ask("GET /v1/items/{id}/audio", { id: itemOf(id), query: "?redirect=false" });
  await ask("DELETE /v1/batches/{id}", { id });
}

async function askToOperate(ask: Ask): Promise<void> {
  await ask("POST /v1/launch", { query: "?dry_run=true" });
  await ask("POST /v1/launch");
  await ask("POST /v1/stop");
  await ask("GET /v1/stop");
  await ask("GET /v1/audit");
  await ask("POST /v1/start");
}
