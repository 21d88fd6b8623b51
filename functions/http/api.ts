/** What every function behind the HTTP API shares: from the gateway's event to a route and back. */
import middy from "@middy/core";
import httpHeaderNormalizer from "@middy/http-header-normalizer";
import type {
  APIGatewayEventRequestContextV2,
  APIGatewayProxyEventV2WithRequestContext,
  APIGatewayProxyStructuredResultV2,
  Context,
} from "aws-lambda";
import type { Scope } from "../../shared/contract/batch-records.ts";
import type { Log } from "../../shared/ports.ts";
import { readBody } from "./body.ts";
import { admit, type KnownCaller } from "./caller.ts";
import { problem, problemContentType, type ApiResponse } from "./responses.ts";

export { problem, type ApiResponse } from "./responses.ts";

export interface ApiRequest {
  /** Of a route without a scope: nobody, with no scopes. */
  readonly caller: KnownCaller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined when there was no body. */
  readonly body: unknown;
  readonly bodyText: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly requestId: string;
}
export interface Route {
  /** Null: anyone may ask. */
  readonly scope: Scope | null;
  handle(request: ApiRequest): Promise<ApiResponse>;
}

export type ApiEvent = APIGatewayProxyEventV2WithRequestContext<
  APIGatewayEventRequestContextV2 & {
    readonly authorizer?: { readonly lambda?: Readonly<Record<string, unknown>> | null };
  }
>;
export type ApiLambda = (event: ApiEvent, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

/**
 * A Lambda for some routes of the API. A fault that no route expected is logged with its cause and answered
 * as a 500 problem, with nothing of it shown.
 * @param routes by route key of the HTTP API, payload 2.0: `"POST /v1/stop"`.
 */
export function apiHandler(routes: Readonly<Record<string, Route>>, log: Log): ApiLambda {
  return middy<ApiEvent, APIGatewayProxyStructuredResultV2>(async (event: ApiEvent) =>
    answer(await respond(routes, event), event),
  )
    .use(httpHeaderNormalizer())
    .onError((request) => {
      const { event, error } = request;
      log.error("the request failed", {
        route: event.routeKey,
        request_id: event.requestContext.requestId,
        error,
      });
      request.response = answer(problem("internal", "the request's id finds the cause in the log"), event);
    });
}

async function respond(routes: Readonly<Record<string, Route>>, event: ApiEvent): Promise<ApiResponse> {
  const route = Object.hasOwn(routes, event.routeKey) ? routes[event.routeKey] : undefined;
  if (route === undefined) return problem("not_found", `there is no ${event.rawPath} here`);
  const admission =
    route.scope === null
      ? ({ kind: "admitted", caller: { owner: "", scopes: [] } } as const)
      : admit(event.requestContext.authorizer?.lambda?.["caller"], route.scope);
  if (admission.kind === "refused") return admission.response;
  const body = readBody(event.body, event.isBase64Encoded);
  if (body.kind === "refused") return body.response;
  return route.handle({
    caller: admission.caller,
    params: present(event.pathParameters),
    query: present(event.queryStringParameters),
    body: body.json,
    bodyText: body.text,
    headers: present(event.headers),
    requestId: event.requestContext.requestId,
  });
}

/** @param values null too: AWS leaves out what a request has not, an emulator may say null. */
const present = (
  values: Readonly<Record<string, string | undefined>> | null | undefined,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

function answer(response: ApiResponse, event: ApiEvent): APIGatewayProxyStructuredResultV2 {
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
