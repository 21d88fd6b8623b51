/** Sends a test event, or an earlier event again. */
import type { WebhookEvent } from "../../../shared/contract/api/webhook-events.ts";
import { redeliverRequestSchema } from "../../../shared/contract/api/webhooks.ts";
import type { WebhookEndpoint } from "../../../shared/contract/records/webhook-records.ts";
import type { RecordPorts } from "../../../shared/records/records.ts";
import { readDelivery } from "../../../shared/webhooks/deliveries.ts";
import { firstDelivery } from "../../../shared/webhooks/tell.ts";
import type { TellPorts } from "../../../shared/webhooks/webhook-ports.ts";
import { parsedBody } from "../parsed-body.ts";
import { problem, type ApiResponse } from "../responses.ts";
import type { Handler } from "../route.ts";
import { webhookOf } from "./own-webhook.ts";

/** `POST /v1/webhooks/{id}/test` */
export const postTest =
  (ports: TellPorts & RecordPorts): Handler<"POST /v1/webhooks/{id}/test"> =>
  async (request) => {
    const lookup = await webhookOf(ports.store, request);
    if (lookup.kind === "not_found") return lookup.response;
    const { endpoint } = lookup;
    const nowMs = ports.clock.nowMs();
    const event: WebhookEvent = {
      id: `${endpoint.id}:test:${ports.random.ulid(nowMs)}`,
      body: {
        type: "webhook.test",
        timestamp: new Date(nowMs).toISOString(),
        data: { webhook_id: endpoint.id },
      },
    };
    return send(endpoint, request.caller.owner, event, ports);
  };

/** `POST /v1/webhooks/{id}/redeliver`: the same event with the same id, as often as is asked for. */
export const postRedeliver =
  (ports: TellPorts): Handler<"POST /v1/webhooks/{id}/redeliver"> =>
  async (request) => {
    const asked = parsedBody(
      redeliverRequestSchema,
      request.body,
      '{"delivery_id"}, the id of a line of GET /v1/webhooks/{id}/deliveries',
    );
    if (asked.kind === "refused") return asked.response;
    const lookup = await webhookOf(ports.store, request);
    if (lookup.kind === "not_found") return lookup.response;
    const { owner } = request.caller;
    const earlier = await readDelivery(ports.store, owner, lookup.endpoint.id, asked.value.delivery_id);
    return earlier === null
      ? problem("not_found", "no such delivery; they are kept for 30 days")
      : send(lookup.endpoint, owner, earlier.event, ports);
  };

async function send(
  { id, disabled }: WebhookEndpoint,
  owner: string,
  event: WebhookEvent,
  ports: TellPorts,
): Promise<ApiResponse> {
  if (disabled !== null)
    return problem("conflict", "the webhook is disabled, so nothing is sent to it; enable it first");
  await ports.webhooks.send([firstDelivery(owner, id, event, ports.clock.nowMs())]);
  return { status: 202, body: { event_id: event.id } };
}
