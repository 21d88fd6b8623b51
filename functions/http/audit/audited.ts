/** Records each act in the audit: who asked, about what, and what came of it. */
import { type Act, type AuditPorts, keepAudit } from "../../../shared/audit/keep-audit.ts";
import {
  batchIdSchema,
  itemIdSchema,
  keyIdSchema,
  ownerSchema,
  stopIdSchema,
  webhookIdSchema,
} from "../../../shared/contract/ids.ts";
import type { AuditAction } from "../../../shared/contract/records/audit-records.ts";
import { problemKinds, type ProblemCode } from "../../../shared/contract/api/problem.ts";
import type { ApiResponse } from "../responses.ts";
import type { ApiRequest, Route } from "../route.ts";

export type { AuditPorts } from "../../../shared/audit/keep-audit.ts";
type Handle = Route["handle"];

/** The act is done, and whoever asked waits for the answer. */
const mostMs = 3_000;

/** A dry run, and an answer that is given again, are no acts. */
export const audited =
  (action: AuditAction, handle: Handle, ports: AuditPorts): Handle =>
  async (request) => {
    if (request.query["dry_run"] === true) return handle(request);
    const keep = (came: Came): Promise<unknown> => keepAudit(actOf(action, request, came), ports, mostMs);
    const response = await handle(request).catch(async (error: unknown) => {
      await keep({ outcome: "failed", code: "internal", body: {} });
      throw error;
    });
    if (response.headers?.["idempotency-replayed"] !== "true") await keep(cameOf(response));
    return response;
  };

interface Came extends Pick<Act, "outcome" | "code"> {
  readonly body: Fields;
}
type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null ? (value as Fields) : {};

function cameOf({ status, body }: ApiResponse): Came {
  const fields = fieldsOf(body);
  if (status < 300) return { outcome: "done", code: null, body: fields };
  const { code } = fields;
  return { outcome: "refused", code: isProblemCode(code) ? code : String(status), body: {} };
}

const isProblemCode = (code: unknown): code is ProblemCode =>
  typeof code === "string" && Object.hasOwn(problemKinds, code);

function actOf(action: AuditAction, request: ApiRequest, { outcome, code, body }: Came): Act {
  const { key_id, owner } = request.caller;
  return {
    action,
    by: { kind: "key", key_id, owner: ownerSchema.parse(owner) },
    request_id: request.requestId,
    subject: idIn(request.params["id"]) ?? (made.has(action) ? idIn(body["id"]) : null),
    outcome,
    code,
    details: outcome === "done" ? detailsOf[action](fieldsOf(request.body), body) : {},
  };
}

/** What the act made is what it is about. */
const made: ReadonlySet<AuditAction> = new Set(["key.create", "webhook.create"]);
const idSchemas = [batchIdSchema, itemIdSchema, keyIdSchema, webhookIdSchema, stopIdSchema];

/** Only what is an id: somebody may send a key in its place. */
const idIn = (text: unknown): string | null =>
  typeof text === "string" && idSchemas.some((schema) => schema.safeParse(text).success) ? text : null;

/**
 * What is told beside the subject. Each field is named, so that no secret, no prompt and no receiver's address can be
 * among them. What was done had a body that fits its schema.
 */
const detailsOf: Readonly<Record<AuditAction, (asked: Fields, answer: Fields) => Act["details"]>> = {
  launch: () => ({}),
  stop: (_asked, { id }) => texts({ stop_id: id }),
  start: () => ({}),
  "batch.cancel": ({ mode }) => texts({ mode }),
  "batch.delete": () => ({}),
  "batch.retry": (_asked, { id }) => texts({ batch_id: id }),
  "batch.budget": ({ max_cost_usd }) => texts({ max_cost_usd }),
  "item.cancel": () => ({}),
  "key.create": (_asked, { owner, scopes, expires_at }) => texts({ owner, scopes, expires_at }),
  "key.revoke": (_asked, { owner }) => texts({ owner }),
  "webhook.create": ({ events }) => texts({ events }),
  "webhook.change": (asked) => texts({ fields: Object.keys(asked) }),
  "webhook.delete": () => ({}),
  "webhook.rotate": () => ({}),
};

const texts = (values: Fields): Act["details"] =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      typeof value === "string" || isTexts(value) ? [[name, value]] : [],
    ),
  );

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === "string");
