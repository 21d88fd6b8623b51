import { batchIdSchema } from "../../shared/contract/ids.ts";
import { jsonOf } from "../../shared/contract/json.ts";
import { deliveryMessageSchema } from "../../shared/contract/messages.ts";
import { deliver } from "../../shared/webhooks/deliver.ts";
import { startMemoryApi } from "../memory-api/memory-api.ts";
import { makeClips } from "../memory-api/played-worker.ts";
import { describeApiTable } from "./api-table.ts";

const sender = {
  post: () => Promise.resolve({ kind: "answered", status: 204, body: "", retryAfterMs: null } as const),
};

describeApiTable(async () => {
  const api = await startMemoryApi();
  const { world } = api;
  const [read, submit, operate] = await Promise.all([
    api.key("ada", ["read"]),
    api.key("ada", ["read", "submit"]),
    api.key("ada", ["read", "submit", "operate"]),
  ]);
  return {
    url: api.url,
    keys: { read, submit, operate },
    atOnce: 1,
    receiverUrl: "https://example.com/hooks",
    makeClips: (id) => makeClips(world, batchIdSchema.parse(id)),
    deliver: async () => {
      for (const { body } of await world.webhooks.receive({ max: 10, waitSeconds: 0, visibilitySeconds: 30 }))
        await deliver(deliveryMessageSchema.parse(jsonOf(body)), { ...world.ports, sender });
    },
    stop: () => api.stop(),
  };
});
