/** What an HTTP API's gateway makes of a request: the route it chooses, and the event (payload 2.0) of the function. */
import { resolveRoute, routeKeys, type RouteKey } from "../../shared/contract/api/routes.ts";
import type { ApiEvent } from "../../functions/http/api.ts";

export interface GatewayRequest {
  readonly method: string;
  /** The path and the query, as they came. */
  readonly url: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}
export type ChosenRoute = RouteKey | "$default";

export function chooseRoute({ method, url }: GatewayRequest): {
  readonly key: ChosenRoute;
  readonly params: Readonly<Record<string, string>>;
} {
  const [path = ""] = url.split("?");
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
  return {
    version: "2.0",
    routeKey: key,
    rawPath: path,
    rawQueryString: queryString,
    headers,
    queryStringParameters: joined(new URLSearchParams(queryString)),
    pathParameters: params,
    ...(body.length > 0 && { body: body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !isText,
    requestContext: {
      accountId: "000000000000",
      apiId: "api",
      domainName: "api.invalid",
      domainPrefix: "api",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "test" },
      requestId,
      routeKey: key,
      stage: "$default",
      time: "01/Jan/2026:00:00:00 +0000",
      timeEpoch: 0,
      authorizer: { lambda: { caller } },
    },
  };
}

/** A parameter that is given several times is one, with commas. */
function joined(query: URLSearchParams): Record<string, string> {
  const names = [...new Set(query.keys())];
  return Object.fromEntries(names.map((name) => [name, query.getAll(name).join(",")]));
}
