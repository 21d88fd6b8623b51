import type { Context } from "aws-lambda";
import type { Caller } from "../../../shared/contract/api/api.ts";
import { keyIdOf } from "../../../shared/contract/ids.ts";
import type { ApiEvent } from "../../../functions/http/api.ts";

export const operator: Caller = {
  kind: "known",
  key_id: keyIdOf("0123456789abcdef"),
  owner: "ada",
  scopes: ["read", "submit", "operate"],
};
export const lambdaContext = { awsRequestId: "lambda-1" } as Context;

export interface EventOptions {
  readonly caller?: unknown;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What an HTTP API (payload 2.0) hands to a function, for a caller that the authorizer described. */
export function apiEvent(routeKey: string, options: EventOptions = {}): ApiEvent {
  const [method = "GET", path = "/"] = routeKey.split(" ");
  const caller = "caller" in options ? options.caller : JSON.stringify(operator);
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString: "",
    headers: options.headers ?? {},
    ...(options.body === undefined ? {} : { body: options.body }),
    ...(options.params === undefined ? {} : { pathParameters: options.params }),
    ...(options.query === undefined ? {} : { queryStringParameters: options.query }),
    isBase64Encoded: options.isBase64Encoded ?? false,
    requestContext: {
      accountId: "000000000000",
      apiId: "api",
      domainName: "api.invalid",
      domainPrefix: "api",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "test" },
      requestId: "request-1",
      routeKey,
      stage: "$default",
      time: "01/Jan/2026:00:00:00 +0000",
      timeEpoch: 0,
      authorizer: { lambda: { caller } },
    },
  };
}
