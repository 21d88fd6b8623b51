import { routeKeys, routes } from "../../../shared/contract/api/routes.ts";
import type { Handler } from "../api.ts";
import { pageOf } from "../page.ts";

/** `GET /v1`: what there is, for who looks around. */
export const getRoutes: Handler<"GET /v1"> = () => {
  const rows = routeKeys.map((key) => {
    const [method, path] = key.split(" ");
    const { scope, does } = routes[key];
    return { cursor: key, value: { method, path, scope, does } };
  });
  return Promise.resolve(pageOf(rows, null));
};
