/** A route: what it expects of a request, and its handler. */
import type { APIGatewayEventRequestContextV2, APIGatewayProxyEventV2WithRequestContext } from "aws-lambda";
import type { z } from "zod";
import type { Scope } from "../../shared/contract/records/batch-records.ts";
import type { QueryOf, RouteKey } from "../../shared/contract/api/routes.ts";
import type { KnownCaller } from "./caller.ts";
import type { ApiResponse } from "./responses.ts";

export interface ApiRequest<Query = Readonly<Record<string, unknown>>> {
  /** On a route without a scope: an unnamed caller without scopes. */
  readonly caller: KnownCaller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  /** Parsed JSON; undefined when there is no body. */
  readonly body: unknown;
  readonly bodyText: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly requestId: string;
}
export interface Route {
  /** Null: anyone may call it. */
  readonly scope: Scope | null;
  readonly query: z.ZodType<Readonly<Record<string, unknown>>>;
  handle(request: ApiRequest): Promise<ApiResponse>;
}
/** By the HTTP API's route key (payload 2.0), such as `"POST /v1/stop"`. */
export type Routes = Readonly<Record<string, Route>>;
export type Handler<K extends RouteKey> = (request: ApiRequest<QueryOf<K>>) => Promise<ApiResponse>;

export type ApiEvent = APIGatewayProxyEventV2WithRequestContext<
  APIGatewayEventRequestContextV2 & {
    readonly authorizer?: { readonly lambda?: Readonly<Record<string, unknown>> | null };
  }
>;
