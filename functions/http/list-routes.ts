import { routeKeys, routes } from "../../shared/contract/routes.ts";
import type { Handler } from "./api.ts";

/** `GET /v1`: what there is, for who looks around. */
export const getRoutes: Handler<"GET /v1"> = () => {
  const data = routeKeys.map((key) => {
    const [method, path] = key.split(" ");
    const { scope, does } = routes[key];
    return { method, path, scope, does };
  });
  return Promise.resolve({ status: 200, body: { data, next_cursor: null, has_more: false } });
};
