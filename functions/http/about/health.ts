import type { Handler } from "../api.ts";

/** `GET /healthz`: that the gateway and this function answer. It reads nothing, so anyone may ask. */
export const health: Handler<"GET /healthz"> = () => Promise.resolve({ status: 200, body: { status: "ok" } });
