/** Shows webhook endpoints and their deliveries. */
import type { ListPorts, RecordPorts } from "../../../shared/records/records.ts";
import { listDeliveries } from "../../../shared/webhooks/deliveries.ts";
import { readEndpoints, webhookView } from "../../../shared/webhooks/endpoints.ts";
import { pageOf } from "../page.ts";
import type { Handler } from "../route.ts";
import { webhookOf } from "./own-webhook.ts";

type Ports = Pick<RecordPorts, "store" | "clock">;

/** `GET /v1/webhooks`: all of them, for there are few. */
export const getWebhooks =
  ({ store, clock }: Ports): Handler<"GET /v1/webhooks"> =>
  async ({ caller }) => {
    const endpoints = await readEndpoints(store, caller.owner);
    return pageOf(
      endpoints.map((endpoint) => ({ cursor: endpoint.id, value: webhookView(endpoint, clock.nowMs()) })),
      null,
    );
  };

/** `GET /v1/webhooks/{id}` */
export const getWebhook =
  ({ store, clock }: Ports): Handler<"GET /v1/webhooks/{id}"> =>
  async (request) => {
    const lookup = await webhookOf(store, request);
    return lookup.kind === "not_found"
      ? lookup.response
      : { status: 200, body: webhookView(lookup.endpoint, clock.nowMs()) };
  };

/** `GET /v1/webhooks/{id}/deliveries` */
export const getDeliveries =
  (ports: ListPorts): Handler<"GET /v1/webhooks/{id}/deliveries"> =>
  async (request) => {
    const lookup = await webhookOf(ports.store, request);
    if (lookup.kind === "not_found") return lookup.response;
    const { cursor, limit } = request.query;
    const { deliveries, next } = await listDeliveries(ports, request.caller.owner, lookup.endpoint.id, {
      after: cursor,
      limit,
    });
    return pageOf(
      deliveries.map((delivery) => ({ cursor: delivery.id, value: delivery })),
      next,
    );
  };
