import type { StageConfig } from "../../shared/config.ts";
import type { ModelView } from "../../shared/contract/api.ts";
import type { Route } from "./api.ts";

/** `GET /v1/models`; the licence is that of the weights. */
export const listModelsRoute = ({ models }: Pick<StageConfig, "models">): Route => ({
  scope: "read",
  handle() {
    const data = models.map(({ source: _source, ...shown }): ModelView => shown);
    return Promise.resolve({ status: 200, body: { data, next_cursor: null, has_more: false } });
  },
});
