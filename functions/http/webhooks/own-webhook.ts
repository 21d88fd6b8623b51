/** Finds the webhook endpoint of a path: the caller's own only, whatever scopes the caller has. */
import { mostWebhooks } from "../../../shared/contract/api/webhooks.ts";
import { webhookIdSchema } from "../../../shared/contract/ids.ts";
import type { WebhookEndpoint } from "../../../shared/contract/records/webhook-records.ts";
import type { ObjectStore } from "../../../shared/ports.ts";
import { findEndpoint } from "../../../shared/webhooks/endpoints.ts";
import { notFound, type NotFound } from "../read/visible-batch.ts";
import { problem } from "../responses.ts";
import type { ApiRequest } from "../route.ts";

export type WebhookLookup = { readonly kind: "found"; readonly endpoint: WebhookEndpoint } | NotFound;

export async function webhookOf(
  store: ObjectStore,
  { params, caller }: Pick<ApiRequest, "params" | "caller">,
): Promise<WebhookLookup> {
  const id = webhookIdSchema.safeParse(params["id"]);
  const endpoint = id.success ? await findEndpoint(store, caller.owner, id.data) : null;
  return endpoint === null ? noWebhook() : { kind: "found", endpoint };
}

export const noWebhook = (): NotFound => notFound("webhook");

export const tooManyWebhooks = problem(
  "conflict",
  `you have ${mostWebhooks} webhooks, the maximum; delete one first`,
);
