/** A batch's own webhook: its owner's endpoint at that URL, which is made if there is none. */
import type { StageConfig } from "../config.ts";
import type { Fault } from "../contract/api/problem.ts";
import type { BatchTerms } from "../contract/api/batch-request.ts";
import type { BatchRecord } from "../contract/records/batch-records.ts";
import type { RecordPorts } from "../records/records.ts";
import { createEndpoint, readEndpoints } from "./endpoints.ts";
import { receiverFault } from "./receiver.ts";
import type { Resolve } from "./webhook-ports.ts";

type Asked = BatchTerms["webhook"];

/** Why the stage sends nothing there; none: it does. */
export async function webhookFaults(
  webhook: Asked,
  resolve: Resolve,
  { insecure_webhooks: insecure }: Pick<StageConfig, "insecure_webhooks">,
): Promise<readonly Fault[]> {
  const detail = webhook === undefined ? null : await receiverFault(webhook.url, resolve, insecure);
  return detail === null ? [] : [{ pointer: "/webhook/url", detail }];
}

export type WebhookChoice =
  | { readonly kind: "chosen"; readonly webhook: BatchRecord["webhook"] }
  | { readonly kind: "webhook_disabled" }
  | { readonly kind: "too_many_webhooks" };

export async function chooseWebhook(asked: Asked, owner: string, ports: RecordPorts): Promise<WebhookChoice> {
  if (asked === undefined) return { kind: "chosen", webhook: null };
  const { url, events } = asked;
  const found = (await readEndpoints(ports.store, owner)).find((one) => isSame(one.url, url));
  // It is told of this batch alone, until its owner subscribes it to more.
  const endpoint = found ?? (await createEndpoint({ url, events: [] }, owner, ports))?.endpoint;
  if (endpoint === undefined) return { kind: "too_many_webhooks" };
  if (endpoint.disabled !== null) return { kind: "webhook_disabled" };
  return { kind: "chosen", webhook: { id: endpoint.id, events } };
}

const isSame = (one: string, other: string): boolean => new URL(one).href === new URL(other).href;
