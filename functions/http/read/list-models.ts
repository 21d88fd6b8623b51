/** Lists the models of the stage. */
import type { StageConfig } from "../../../shared/config.ts";
import type { ModelView } from "../../../shared/contract/api/api.ts";
import { limits } from "../../../shared/contract/api/parameters.ts";
import type { Handler } from "../api.ts";
import { pageOf } from "../page.ts";

/** `GET /v1/models`. The licence is that of the model's weights. */
export const getModels =
  ({ models, limits: ofStage }: Pick<StageConfig, "models" | "limits">): Handler<"GET /v1/models"> =>
  () => {
    const rows = models.map(({ source: _source, encodes_audio, ...shown }) => ({
      cursor: shown.id,
      value: {
        ...shown,
        continues: { items: true, files: encodes_audio !== false },
        differences,
        limits: limitsView(ofStage),
      } satisfies ModelView,
    }));
    return Promise.resolve(pageOf(rows, null));
  };

/** docs/engine.md has the reasons. */
const differences = [
  "top_p does not replace top_k: both limit what a code is drawn from",
  "a length that is no whole number of frames is made a frame longer, and cut",
  "melody and style checkpoints are refused when a machine loads them",
];

const limitsView = ({
  queued_items,
  active_batches_per_owner,
}: StageConfig["limits"]): ModelView["limits"] => ({
  prompt_characters: limits.promptCharacters,
  variations: limits.variations,
  metadata_entries: limits.metadataEntries,
  items: limits.inlineItems,
  body_bytes: limits.bodyBytes,
  upload_items: limits.uploadItems,
  upload_bytes: limits.uploadBytes,
  upload_line_bytes: limits.uploadLineBytes,
  continued_seconds: limits.continuedSeconds,
  continued_bytes: limits.continuedBytes,
  queued_items,
  active_batches: active_batches_per_owner,
});
