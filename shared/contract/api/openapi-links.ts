/** Links of OpenAPI: to which routes the id in an answer leads. */
import { routeKeys, routes, type RouteKey } from "./routes.ts";

type Link = Readonly<{ operationId: string; parameters: Readonly<Record<string, string>> }>;

/** @param status of the answer */
export function linksFrom(key: RouteKey, status: number): Readonly<Record<string, Link>> {
  const { things, id } = idIn(key, status);
  const targets = routeKeys.filter((each) => each.includes(` /v1/${things}/{id}`));
  return Object.fromEntries(
    targets.map((each) => [
      routes[each].name,
      { operationId: routes[each].name, parameters: { id: `$response.body#${id}` } },
    ]),
  );
}

/** What the answer has an id of, and where. */
function idIn(key: RouteKey, status: number): { readonly things: string; readonly id: string } {
  if (key === "GET /v1/batches/{id}/items") return { things: "items", id: "/data/0/id" };
  if (key === "POST /v1/batches/{id}/retry") return { things: "batches", id: "/id" };
  const made = /^POST \/v1\/([a-z]+)$/.exec(key)?.[1];
  return { things: status === 200 || made === undefined ? "" : made, id: "/id" };
}
