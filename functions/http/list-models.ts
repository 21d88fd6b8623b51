import type { StageConfig } from "../../shared/config.ts";
import type { ModelView } from "../../shared/contract/api.ts";
import type { Handler } from "./api.ts";

/** `GET /v1/models`; the licence is that of the weights. */
export const getModels =
  ({ models }: Pick<StageConfig, "models">): Handler<"GET /v1/models"> =>
  () => {
    const data = models.map(({ source: _source, ...shown }): ModelView => shown);
    return Promise.resolve({ status: 200, body: { data, next_cursor: null, has_more: false } });
  };
