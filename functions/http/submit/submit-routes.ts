/** The routes of the submit function. */
import type { FoldPorts } from "../../../shared/batch/progress/fold.ts";
import type { SubmitPorts } from "../../../shared/batch/submit/take-batch.ts";
import type { StageConfig } from "../../../shared/config.ts";
import { serves, type Routes } from "../api.ts";
import { postCancel } from "../orders/cancel-batch.ts";
import { batchOf, itemOf } from "../read/visible-batch.ts";
import { replaying } from "../replay.ts";
import { postItemCancel } from "../orders/cancel-item.ts";
import { deleteOne } from "../orders/delete-batch.ts";
import {
  deleteWebhook,
  patchWebhook,
  postRotate,
  postWebhook,
  type RegistrationPorts,
} from "../webhooks/change-webhooks.ts";
import { webhookOf } from "../webhooks/own-webhook.ts";
import { postRedeliver, postTest } from "../webhooks/send-webhooks.ts";
import { postUpload, withSignedUrl } from "./create-upload.ts";
import { postRetry } from "./retry-batch.ts";
import { postBudget } from "../orders/set-budget.ts";
import { postBatch, postEstimate } from "./submit-batch.ts";

/** The routes that change anything: a batch's way in, the orders to it, and webhooks. */
export const submitRoutes = (
  ports: SubmitPorts & FoldPorts & RegistrationPorts,
  settings: StageConfig,
): Routes =>
  serves<"submit">(ports, {
    "POST /v1/uploads": withSignedUrl(
      ports,
      replaying(ports, { "POST /v1/uploads": postUpload(ports) })["POST /v1/uploads"],
    ),
    "POST /v1/batches": postBatch(ports, settings),
    "POST /v1/batches/{id}/retry": postRetry(ports, settings),
    "DELETE /v1/batches/{id}": deleteOne(ports),
    ...replaying(ports, { "POST /v1/estimates": postEstimate(ports, settings) }),
    ...replaying(
      ports,
      {
        "POST /v1/batches/{id}/budget": postBudget(ports),
        "POST /v1/batches/{id}/cancel": postCancel(ports),
      },
      batchOf,
    ),
    ...replaying(ports, { "POST /v1/items/{id}/cancel": postItemCancel(ports, settings) }, itemOf),
    "PATCH /v1/webhooks/{id}": patchWebhook(ports, settings),
    "DELETE /v1/webhooks/{id}": deleteWebhook(ports),
    ...replaying(ports, { "POST /v1/webhooks": postWebhook(ports, settings) }),
    ...replaying(
      ports,
      {
        "POST /v1/webhooks/{id}/test": postTest(ports),
        "POST /v1/webhooks/{id}/rotate": postRotate(ports),
        "POST /v1/webhooks/{id}/redeliver": postRedeliver(ports),
      },
      webhookOf,
    ),
  });
