/** Finds the route of a request. */
import { resolveRoute, routeKeys, withoutTrailingSlash } from "../../shared/contract/api/routes.ts";
import { cutText } from "../../shared/contract/text.ts";
import { problem, type ApiResponse } from "./responses.ts";
import type { ApiEvent, Route, Routes } from "./route.ts";

export type FoundRoute =
  | {
      readonly kind: "found";
      readonly route: Route;
      readonly params: Readonly<Record<string, string>>;
    }
  | { readonly kind: "refused"; readonly response: ApiResponse };

/** At most this much of a path is repeated in an answer. */
const pathShown = 200;

/**
 * Finds the route that the gateway chose. If the gateway found none (`$default`), it looks for one by method and path.
 */
export function findRoute(routes: Routes, event: ApiEvent): FoundRoute {
  const chosen = Object.hasOwn(routes, event.routeKey) ? routes[event.routeKey] : undefined;
  if (chosen !== undefined) {
    const params = (event.pathParameters ?? {}) as Readonly<Record<string, string>>;
    return { kind: "found", route: chosen, params };
  }
  const { method } = event.requestContext.http;
  const resolution = resolveRoute(method, event.rawPath, [...routeKeys, ...Object.keys(routes)]);
  if (resolution.kind === "unknown") return refuse(unknownPath(event.rawPath));
  if (resolution.kind === "method_not_allowed")
    return refuse(wrongMethod(method, event.rawPath, resolution.allow));
  const { key, params } = resolution;
  const own = routes[key];
  if (own !== undefined) return { kind: "found", route: own, params };
  const path = withoutTrailingSlash(event.rawPath);
  return refuse(path === event.rawPath ? unknownPath(path) : elsewhere(path, event.rawQueryString));
}

const refuse = (response: ApiResponse): FoundRoute => ({ kind: "refused", response });

const unknownPath = (path: string): ApiResponse =>
  problem("not_found", `no such route: ${cutText(path, pathShown)}; GET /v1 lists the routes`);

function wrongMethod(method: string, path: string, allow: readonly string[]): ApiResponse {
  const known = [...new Set(allow)];
  const detail = `${cutText(path, pathShown)} takes ${known.join(", ")}, not ${method}`;
  const response = problem("method_not_allowed", detail);
  return { ...response, headers: { ...response.headers, allow: known.join(", ") } };
}

/** Another function serves this route: the gateway finds it by the path without the slash at its end. */
function elsewhere(path: string, queryString: string): ApiResponse {
  const location = `${path}${queryString === "" ? "" : `?${queryString}`}`;
  const response = problem(
    "moved",
    `use the address without the slash at its end: ${cutText(location, pathShown)}`,
  );
  return { ...response, headers: { ...response.headers, location } };
}
