/**
 * What all functions behind the HTTP API share: it turns the gateway's event into a call of a route, and its result
 * into an answer.
 */
import middy from "@middy/core";
import httpHeaderNormalizer from "@middy/http-header-normalizer";
import type { APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import {
  routeKeys,
  querySchemaOf,
  routes as table,
  type RoutesServedBy,
  type ApiFunction,
  type RouteTerms,
} from "../../shared/contract/api/routes.ts";
import type { Log } from "../../shared/ports.ts";
import { audited, type AuditPorts } from "./audit/audited.ts";
import { readBody } from "./body.ts";
import { admit } from "./caller.ts";
import { findRoute } from "./find-route.ts";
import { readQuery } from "./query.ts";
import { problem, problemContentType, type ApiResponse } from "./responses.ts";
import type { ApiEvent, Handler, Route, Routes } from "./route.ts";

export { problem, type ApiResponse } from "./responses.ts";
export type { ApiEvent, ApiRequest, Handler, Route, Routes } from "./route.ts";

/**
 * The routes of one function. The type requires a handler for each route that the contract gives to this function, and
 * allows no other. Those that the contract calls an act are recorded in the audit.
 */
export function serves<S extends ApiFunction>(
  ports: AuditPorts,
  handlers: { readonly [K in RoutesServedBy<S>]: Handler<K> },
): Routes {
  // Each handler gets the query that its own route's schema has parsed; this type cannot express that.
  const byKey: Readonly<Record<string, unknown>> = handlers;
  const own = routeKeys.filter((key) => Object.hasOwn(byKey, key));
  return Object.fromEntries(
    own.map((key) => {
      const { scope, act }: RouteTerms = table[key];
      const handle = byKey[key] as Route["handle"];
      const kept = act === undefined ? handle : audited(act, handle, ports);
      return [key, { scope, query: querySchemaOf(key), handle: kept }];
    }),
  );
}

export type ApiLambda = (event: ApiEvent, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

/**
 * A Lambda for some routes of the API. An unexpected error is logged with its cause, and answered as a 500 problem that
 * shows nothing of it.
 */
export function apiHandler(routes: Routes, log: Log): ApiLambda {
  return middy<ApiEvent, APIGatewayProxyStructuredResultV2>(async (event: ApiEvent) =>
    answer(await respond(routes, event), event),
  )
    .use(httpHeaderNormalizer())
    .onError((request) => {
      const { event, error } = request;
      log.error("a request failed unexpectedly; the client got a 500 with this request_id", {
        route: event.routeKey,
        request_id: event.requestContext.requestId,
        error,
      });
      request.response = answer(
        problem("internal", "internal error; quote request_id to whoever runs this stage"),
        event,
      );
    });
}

async function respond(routes: Routes, event: ApiEvent): Promise<ApiResponse> {
  const found = findRoute(routes, event);
  if (found.kind === "refused") return found.response;
  const { route, params } = found;
  const admission =
    route.scope === null
      ? ({ kind: "admitted", caller: { key_id: null, owner: "", scopes: [] } } as const)
      : admit(event.requestContext.authorizer?.lambda?.["caller"], route.scope);
  if (admission.kind === "refused") return admission.response;
  const query = readQuery(route.query, present(event.queryStringParameters));
  if (query.kind === "refused") return query.response;
  const body = readBody(mayHaveBody(event) ? event.body : null, event.isBase64Encoded);
  if (body.kind === "refused") return body.response;
  return route.handle({
    caller: admission.caller,
    params,
    query: query.query,
    body: body.json,
    bodyText: body.text,
    headers: present(event.headers),
    requestId: event.requestContext.requestId,
  });
}

/** The body of a GET or a DELETE has no meaning, so it is ignored. */
const mayHaveBody = (event: ApiEvent): boolean =>
  ["POST", "PATCH"].includes(event.requestContext.http.method);

/** @param values may be null: AWS leaves out missing values, an emulator may send null */
const present = (
  values: Readonly<Record<string, string | undefined>> | null | undefined,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

/** A HEAD is answered like a GET, without the body. */
function answer(response: ApiResponse, event: ApiEvent): APIGatewayProxyStructuredResultV2 {
  const { body, ...result } = answerWithBody(response, event);
  const isHead = event.requestContext.http.method === "HEAD";
  return isHead || body === undefined ? result : { ...result, body };
}

function answerWithBody(response: ApiResponse, event: ApiEvent): APIGatewayProxyStructuredResultV2 {
  const { status, headers = {}, body } = response;
  const result = { statusCode: status, headers: { "content-type": "application/json", ...headers } };
  if (body === undefined) return { statusCode: status, headers };
  if (typeof body === "string") return { ...result, body };
  const complete =
    headers["content-type"] === problemContentType
      ? { ...body, request_id: event.requestContext.requestId }
      : body;
  return { ...result, body: JSON.stringify(complete) };
}
