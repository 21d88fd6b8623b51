/** Makes, changes and deletes webhook endpoints, and rotates their secrets. */
import type { Fault } from "../../../shared/contract/api/problem.ts";
import { webhookChangeSchema, webhookRequestSchema } from "../../../shared/contract/api/webhooks.ts";
import type { RecordPorts } from "../../../shared/records/records.ts";
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  rotateSecret,
  webhookView,
  type WithSecret,
} from "../../../shared/webhooks/endpoints.ts";
import { receiverFault } from "../../../shared/webhooks/receiver.ts";
import type { Resolve } from "../../../shared/webhooks/webhook-ports.ts";
import { parsedBody } from "../parsed-body.ts";
import { problem, type ApiResponse } from "../responses.ts";
import type { Handler } from "../route.ts";
import { noWebhook, tooManyWebhooks, webhookOf } from "./own-webhook.ts";

export interface RegistrationPorts extends RecordPorts {
  readonly resolve: Resolve;
}
/** @see StageConfig.insecure_webhooks */
export interface ReceiverTerms {
  readonly insecure_webhooks: boolean;
}

/** `POST /v1/webhooks`. The answer that is kept for a repeated `Idempotency-Key` does not contain the secret. */
export const postWebhook =
  (ports: RegistrationPorts, terms: ReceiverTerms): Handler<"POST /v1/webhooks"> =>
  async ({ body, caller }) => {
    const asked = parsedBody(webhookRequestSchema, body, '{"url", "events", "description"}');
    if (asked.kind === "refused") return asked.response;
    const fault = await receiverFault(asked.value.url, ports.resolve, terms.insecure_webhooks);
    if (fault !== null) return badReceiver(fault);
    const made = await createEndpoint(asked.value, caller.owner, ports);
    return made === null ? tooManyWebhooks : shownOnce(201, made, ports);
  };

/** `PATCH /v1/webhooks/{id}` */
export const patchWebhook =
  (ports: RegistrationPorts, terms: ReceiverTerms): Handler<"PATCH /v1/webhooks/{id}"> =>
  async (request) => {
    const asked = parsedBody(
      webhookChangeSchema,
      request.body,
      '{"url", "events", "description", "enabled"}',
    );
    if (asked.kind === "refused") return asked.response;
    const lookup = await webhookOf(ports.store, request);
    if (lookup.kind === "not_found") return lookup.response;
    const { url } = asked.value;
    const fault = url === undefined ? null : await receiverFault(url, ports.resolve, terms.insecure_webhooks);
    if (fault !== null) return badReceiver(fault);
    const changed = await changeEndpoint(lookup.endpoint.id, request.caller.owner, asked.value, ports);
    return changed === null
      ? noWebhook().response
      : { status: 200, body: webhookView(changed, ports.clock.nowMs()) };
  };

/** `DELETE /v1/webhooks/{id}` */
export const deleteWebhook =
  (ports: RecordPorts): Handler<"DELETE /v1/webhooks/{id}"> =>
  async (request) => {
    const lookup = await webhookOf(ports.store, request);
    if (lookup.kind === "not_found") return lookup.response;
    await deleteEndpoint(lookup.endpoint.id, request.caller.owner, ports);
    return { status: 200, body: { id: lookup.endpoint.id } };
  };

/** `POST /v1/webhooks/{id}/rotate` */
export const postRotate =
  (ports: RecordPorts): Handler<"POST /v1/webhooks/{id}/rotate"> =>
  async (request) => {
    const lookup = await webhookOf(ports.store, request);
    if (lookup.kind === "not_found") return lookup.response;
    const rotated = await rotateSecret(lookup.endpoint.id, request.caller.owner, ports);
    return rotated === null ? noWebhook().response : shownOnce(200, rotated, ports);
  };

function shownOnce(status: 200 | 201, { endpoint, secret }: WithSecret, { clock }: RecordPorts): ApiResponse {
  const view = webhookView(endpoint, clock.nowMs());
  return {
    status,
    headers: { "cache-control": "no-store" },
    body: { ...view, secret },
    repeatedBody: { ...view, secret: null },
  };
}

const invalid = (detail: string, faults: readonly Fault[]): ApiResponse =>
  problem("invalid_input", detail, faults);

const badReceiver = (detail: string): ApiResponse =>
  invalid("the stage sends no webhooks there", [{ pointer: "/url", detail }]);
