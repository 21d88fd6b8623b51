/** What an HTTP API's gateway makes of a request: the route it chooses, and the event (payload 2.0) of the function. */
import { type PageKey, resolveRoute, routeKeys, type RouteKey } from "../../shared/contract/api/routes.ts";
import type { ApiEvent } from "../../functions/http/api.ts";
import { apiEvent } from "../unit/http/api-event.ts";

export interface GatewayRequest {
  readonly method: string;
  /** The path and the query, as they came. */
  readonly url: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}
export type ChosenRoute = RouteKey | PageKey | "$default";

export function chooseRoute({ method, url }: GatewayRequest): {
  readonly key: ChosenRoute;
  readonly params: Readonly<Record<string, string>>;
} {
  const [path = ""] = url.split("?");
  if (path === "/") return { key: "ANY /", params: {} };
  const asset = /^\/assets\/([^/]+)$/.exec(path)?.[1];
  if (asset !== undefined) return { key: "ANY /assets/{name}", params: { name: asset } };
  const found = resolveRoute(method, path, routeKeys);
  // The gateway knows no HEAD, and a slash at the end is another path.
  const isExact = found.kind === "route" && method !== "HEAD" && !/.\/$/.test(path);
  return isExact
    ? { key: found.key as RouteKey, params: decoded(found.params) }
    : { key: "$default", params: {} };
}

const decoded = (params: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decodedOrAsIs(value)]));

function decodedOrAsIs(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @param caller what the authorizer said */
export function gatewayEvent(
  request: GatewayRequest,
  { key, params }: ReturnType<typeof chooseRoute>,
  caller: string,
  requestId: string,
): ApiEvent {
  const { method, url, headers, body } = request;
  const [path = "", queryString = ""] = url.split(/\?(.*)/s);
  const isText = /json|^text\//.test(headers["content-type"] ?? "");
  const event = apiEvent(key, {
    caller,
    params,
    query: joined(new URLSearchParams(queryString)),
    headers,
    ...(body.length > 0 && { body: body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !isText,
  });
  const { requestContext: context } = event;
  return {
    ...event,
    rawPath: path,
    rawQueryString: queryString,
    requestContext: { ...context, requestId, http: { ...context.http, method, path } },
  };
}

/** A parameter that is given several times is one, with commas. */
function joined(query: URLSearchParams): Record<string, string> {
  const names = [...new Set(query.keys())];
  return Object.fromEntries(names.map((name) => [name, query.getAll(name).join(",")]));
}
