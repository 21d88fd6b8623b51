/** The API as OpenAPI 3.1, made of the table of routes and of the schemas that its requests are parsed by. */
import * as z from "zod";
import {
  audioLinkViewSchema,
  batchCheckViewSchema,
  batchViewSchema,
  capacityViewSchema,
  eventViewSchema,
  itemStatesViewSchema,
  itemSummarySchema,
  itemViewSchema,
  modelViewSchema,
  pricesViewSchema,
  resultViewSchema,
  routeViewSchema,
  stageViewSchema,
  startViewSchema,
  stopViewSchema,
  uploadViewSchema,
  usageViewSchema,
} from "./api.ts";
import { batchRequestSchema, itemRequestSchema, uploadedBatchRequestSchema } from "./batch-request.ts";
import { auditRecordSchema } from "../records/audit-records.ts";
import { decisionRecordSchema } from "../records/fleet-records.ts";
import { createdKeyViewSchema, keyRequestSchema, keyViewSchema } from "./api-key.ts";
import { batchIdSchema, itemIdSchema, keyIdSchema, webhookIdSchema } from "../ids.ts";
import {
  deliveryViewSchema,
  webhookRequestSchema,
  webhookViewSchema,
  webhookWithSecretViewSchema,
} from "./webhooks.ts";
import { webhookEventTypes, type WebhookEventType } from "./event-types.ts";
import { webhookEventSchemas } from "./webhook-events.ts";
import { linksFrom } from "./openapi-links.ts";
import { parametersSchema } from "./parameters.ts";
import { problemKinds, problemSchema, type ProblemCode } from "./problem.ts";
import { estimateSchema, receiptViewSchema } from "../records/receipt.ts";
import { querySchemaOf, routeKeys, routes, type RouteKey, type RouteTerms } from "./routes.ts";

/** Of what is described, not of the software: it changes when a client must. */
const apiVersion = "1.0.0";
type Json = Readonly<Record<string, unknown>>;

/** What has a name of its own. Other bodies and answers are named by their route. */
const named: readonly (readonly [name: string, schema: z.ZodType])[] = [
  ["AudioLink", audioLinkViewSchema],
  ["AuditRecord", auditRecordSchema],
  ["Batch", batchViewSchema],
  ["BatchCheck", batchCheckViewSchema],
  ["BatchRequest", batchRequestSchema],
  ["Capacity", capacityViewSchema],
  ["Decision", decisionRecordSchema],
  ["Delivery", deliveryViewSchema],
  ["Estimate", estimateSchema],
  ["Event", eventViewSchema],
  ["Item", itemViewSchema],
  ["ItemRequest", itemRequestSchema],
  ["ItemStates", itemStatesViewSchema],
  ["ItemSummary", itemSummarySchema],
  ["Key", keyViewSchema],
  ["CreatedKey", createdKeyViewSchema],
  ["KeyRequest", keyRequestSchema],
  ["Model", modelViewSchema],
  ["Parameters", parametersSchema],
  ["Prices", pricesViewSchema],
  ["Problem", problemSchema],
  ["Receipt", receiptViewSchema],
  ["Result", resultViewSchema],
  ["Route", routeViewSchema],
  ["Stage", stageViewSchema],
  ["Start", startViewSchema],
  ["Stop", stopViewSchema],
  ["Upload", uploadViewSchema],
  ["UploadedBatchRequest", uploadedBatchRequestSchema],
  ["Usage", usageViewSchema],
  ["Webhook", webhookViewSchema],
  ["WebhookRequest", webhookRequestSchema],
  ["WebhookWithSecret", webhookWithSecretViewSchema],
  ["BatchEndedEvent", webhookEventSchemas["batch.ended"]],
  ["ItemSucceededEvent", webhookEventSchemas["item.succeeded"]],
  ["ItemFailedEvent", webhookEventSchemas["item.failed"]],
  ["FleetStoppedEvent", webhookEventSchemas["fleet.stopped"]],
  ["BudgetReachedEvent", webhookEventSchemas["budget.reached"]],
];

type Names = z.core.$ZodRegistry<{ readonly id: string }>;
const pathOf = (name: string): string => `#/components/schemas/${name}`;

export function openApiDocument(): Json {
  const names = namesOfAll();
  const paths: Record<string, Record<string, unknown>> = {};
  for (const key of routeKeys) {
    const [method = "", path = ""] = key.split(" ");
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(key, method, path, names) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "musicgen-batch",
      version: apiVersion,
      description: "Makes music in bulk from batches of text prompts, on GPU spot machines.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags,
    paths,
    webhooks: Object.fromEntries(webhookEventTypes.map((type) => [type, webhook(type, names)])),
    components: { schemas: components(names), securitySchemes },
  };
}

const tags: readonly { readonly name: string; readonly description: string }[] = [
  { name: "submit", description: "Make work, change it and end it." },
  { name: "read", description: "See what there is. It changes nothing." },
  { name: "operate", description: "Run the stage: its machines and its keys." },
  { name: "webhooks", description: "Be told of what happens, at an address of your own." },
];

const securitySchemes = {
  bearer: { type: "http", scheme: "bearer" },
  apiKey: { type: "apiKey", in: "header", name: "X-Api-Key" },
};

function namesOfAll(): Names {
  const names: Names = z.registry();
  for (const [id, schema] of named) names.add(schema, { id });
  const add = (schema: z.ZodType | null | undefined, id: string): void => {
    if (schema != null && !names.has(schema)) names.add(schema, { id });
  };
  for (const key of routeKeys) {
    const { name, body, answers }: RouteTerms = routes[key];
    const own = wordOf(name);
    add(body, `${own}Request`);
    for (const answer of Object.values(answers)) add(answer, `${own}Answer`);
  }
  return names;
}

function components(names: Names): Json {
  const { schemas } = z.toJSONSchema(names, { uri: pathOf, io: "output" });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _dialect, $id: _id, ...schema }]) => [name, schema]),
  );
}

const refTo = (schema: z.ZodType, names: Names): Json => ({ $ref: pathOf(names.get(schema)?.id ?? "") });

function operation(key: RouteKey, method: string, path: string, names: Names): Json {
  const terms: RouteTerms = routes[key];
  const { name, does, scope, servedBy, body, bodyMayBeAbsent = false } = terms;
  return {
    operationId: name,
    summary: does,
    tags: [servedBy],
    security: scope === null ? [] : [{ bearer: [] }, { apiKey: [] }],
    ...(scope === null ? {} : { description: `Needs a key with the scope \`${scope}\`.` }),
    parameters: [...pathParameters(path), ...queryParameters(key), ...headerParameters(key, method)],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: !bodyMayBeAbsent,
            content: { "application/json": { schema: refTo(body, names) } },
          },
        }),
    responses: { ...answersOf(key, names), ...problemsOf(terms, method, path, names) },
  };
}

/** What a receiver is sent, and how it answers. @see docs/webhooks.md */
function webhook(type: WebhookEventType, names: Names): Json {
  const header = (name: string, description: string): Json => ({
    name,
    in: "header",
    required: true,
    description,
    schema: { type: "string" },
  });
  const [noun, verb] = type.split(".");
  return {
    post: {
      operationId: `on${wordOf(noun)}${wordOf(verb)}`,
      summary: `Sent to the endpoints that subscribe to \`${type}\`, signed as Standard Webhooks 1.0 says.`,
      tags: ["webhooks"],
      security: [],
      parameters: [
        header("webhook-id", "The event's id: the same however often it is sent"),
        header("webhook-timestamp", "When it was sent, in seconds since 1970"),
        header("webhook-signature", "`v1,` and base64; two of them for a day after a rotation"),
      ],
      requestBody: {
        required: true,
        content: { "application/json": { schema: refTo(webhookEventSchemas[type], names) } },
      },
      responses: {
        "2XX": { description: "Delivered" },
        410: { description: "The endpoint wants no more: it is disabled" },
        default: { description: "Not delivered: it is sent again, six times within a day" },
      },
    },
  };
}

const wordOf = (text = ""): string => text.charAt(0).toUpperCase() + text.slice(1);

/** By the first part of the path, where it is no batch's. */
const idSchemas: Readonly<Record<string, z.ZodType>> = {
  items: itemIdSchema,
  keys: keyIdSchema,
  webhooks: webhookIdSchema,
};

function pathParameters(path: string): readonly Json[] {
  if (!path.includes("{id}")) return [];
  const [, , things = ""] = path.split("/");
  const schema = plain(z.toJSONSchema(idSchemas[things] ?? batchIdSchema));
  return [{ name: "id", in: "path", required: true, schema }];
}

function queryParameters(key: RouteKey): readonly Json[] {
  const { properties = {} } = z.toJSONSchema(querySchemaOf(key), { io: "input" });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: false,
    schema: plain(schema as Json),
  }));
}

/** A query is text, of a form that a pattern or a list of words says; of numbers and booleans their type says it. */
function plain({ $schema: _dialect, pattern, enum: words, ...schema }: Json): Json {
  if (schema["type"] !== "string") return schema;
  return {
    ...schema,
    ...(pattern !== undefined && { pattern }),
    ...(words !== undefined && { enum: words }),
  };
}

function headerParameters(key: RouteKey, method: string): readonly Json[] {
  const header = (name: string, schema: Json) => ({ name, in: "header", required: false, schema });
  if (method === "POST") return [header("Idempotency-Key", { type: "string", minLength: 1, maxLength: 255 })];
  return 304 in routes[key].answers ? [header("If-None-Match", { type: "string" })] : [];
}

const statusNames: Readonly<Record<number, string>> = {
  200: "Done",
  201: "Created",
  202: "Accepted: the work goes on after this answer",
  302: "Found: its address is in Location",
  304: "Nothing has changed since what If-None-Match names",
};

function answersOf(key: RouteKey, names: Names): Json {
  const { answers, form, alsoAs }: RouteTerms = routes[key];
  const type = form === undefined ? "application/json" : contentTypes[form];
  const other = alsoAs === undefined ? {} : { [alsoAs]: { schema: { type: "string" } } };
  return Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => {
      const content =
        schema === null ? {} : { content: { [type]: { schema: refTo(schema, names) }, ...other } };
      const links = linksFrom(key, Number(status));
      const description = statusNames[Number(status)] ?? "";
      return [status, { description, ...content, ...(Object.keys(links).length > 0 && { links }) }];
    }),
  );
}

const contentTypes = { lines: "application/x-ndjson", page: "text/html" } as const;

/** By status; each code has its own title. */
function problemsOf(terms: RouteTerms, method: string, path: string, names: Names): Json {
  const content = { "application/problem+json": { schema: refTo(problemSchema, names) } };
  const byStatus = Map.groupBy(problemCodesOf(terms, method, path), (code) => problemKinds[code].status);
  const problems = [...byStatus].map(([status, codes]) => {
    const description = codes.map((code) => `\`${code}\`: ${problemKinds[code].title}`).join("; ");
    return [String(status), { description, content }] as const;
  });
  // The gateway answers by itself, and not with a problem.
  const limited = { 429: { description: "Too many requests: ask again after a moment" } };
  return { ...limited, ...Object.fromEntries(problems) };
}

function problemCodesOf(
  { scope, problems }: RouteTerms,
  method: string,
  path: string,
): readonly ProblemCode[] {
  return [
    "internal",
    "invalid_input",
    ...(scope === null ? [] : (["unauthenticated", "forbidden"] as const)),
    ...(path.includes("{id}") ? (["not_found"] as const) : []),
    ...(["POST", "PATCH"].includes(method) ? (["malformed_json", "body_too_large"] as const) : []),
    ...(method === "POST" ? idempotencyCodes : []),
    ...(problems ?? []),
  ];
}
const idempotencyCodes = ["in_progress", "idempotency_key_reused"] as const;
