/** The health check. */
import type { Handler } from "../api.ts";

/** `GET /healthz` shows that the gateway and this function answer. It reads nothing, so anyone may call it. */
export const health: Handler<"GET /healthz"> = () => Promise.resolve({ status: 200, body: { status: "ok" } });
