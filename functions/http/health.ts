import type { Route } from "./api.ts";

/** `GET /healthz`: that the gateway and this function answer. It reads nothing, so anyone may ask. */
export const healthRoute: Route = {
  scope: null,
  handle: () => Promise.resolve({ status: 200, body: { status: "ok" } }),
};
