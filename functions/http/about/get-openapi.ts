/** Serves the OpenAPI document. */
import { openApiDocument } from "../../../shared/contract/api/openapi.ts";
import type { Handler } from "../api.ts";

let made: ReturnType<typeof openApiDocument> | null = null;

/**
 * `GET /openapi.json`. The document is built at the first request for it, because most cold starts serve something
 * else.
 */
export const getOpenApi: Handler<"GET /openapi.json"> = () => {
  made ??= openApiDocument();
  return Promise.resolve({ status: 200, body: made });
};
