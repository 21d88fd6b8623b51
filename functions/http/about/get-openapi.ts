import { openApiDocument } from "../../../shared/contract/api/openapi.ts";
import type { Handler } from "../api.ts";

let made: ReturnType<typeof openApiDocument> | null = null;

/** `GET /openapi.json`: made when it is first asked for, for most cold starts are about something else. */
export const getOpenApi: Handler<"GET /openapi.json"> = () => {
  made ??= openApiDocument();
  return Promise.resolve({ status: 200, body: made });
};
