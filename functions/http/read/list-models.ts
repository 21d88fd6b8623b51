/** Lists the models of the stage. */
import type { StageConfig } from "../../../shared/config.ts";
import type { ModelView } from "../../../shared/contract/api/api.ts";
import type { Handler } from "../api.ts";
import { pageOf } from "../page.ts";

/** `GET /v1/models`. The licence is that of the model's weights. */
export const getModels =
  ({ models }: Pick<StageConfig, "models">): Handler<"GET /v1/models"> =>
  () => {
    const rows = models.map(({ source: _source, ...shown }) => ({
      cursor: shown.id,
      value: shown satisfies ModelView,
    }));
    return Promise.resolve(pageOf(rows, null));
  };
