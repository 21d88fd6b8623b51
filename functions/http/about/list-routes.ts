/** Lists the routes of the API. */
import { routeKeys, routes } from "../../../shared/contract/api/routes.ts";
import type { Handler } from "../api.ts";
import { pageOf } from "../page.ts";

/** `GET /v1`: the list of all routes. */
export const getRoutes: Handler<"GET /v1"> = () => {
  const rows = routeKeys.map((key) => {
    const [method, path] = key.split(" ");
    const { scope, does } = routes[key];
    return { cursor: key, value: { method, path, scope, does } };
  });
  return Promise.resolve(pageOf(rows, null));
};
