/** Shows a batch. */
import { watchBatch, type WatchPorts } from "../../../shared/batch/views/watch.ts";
import type { StageConfig } from "../../../shared/config.ts";
import type { Handler } from "../api.ts";
import { etagOf, knownBy } from "../etag.ts";
import { batchOf } from "./visible-batch.ts";

/** `GET /v1/batches/{id}`. With `wait`, it answers as soon as the batch differs from what `If-None-Match` names. */
export const getBatch =
  (ports: WatchPorts, { limits }: Pick<StageConfig, "limits">): Handler<"GET /v1/batches/{id}"> =>
  async (request) => {
    const lookup = await batchOf(ports.store, request);
    if (lookup.kind === "not_found") return lookup.response;
    const isKnown = knownBy(request.headers["if-none-match"]);
    const wait = { ms: request.query.wait * 1000, most: limits.waiting_requests };
    const { view, fingerprint, isCrowded } = await watchBatch(lookup.batch, isKnown, wait, ports, etagOf);
    const headers = { etag: fingerprint, ...(isCrowded ? { "retry-after": "5" } : {}) };
    return isKnown(fingerprint) ? { status: 304, headers } : { status: 200, headers, body: view };
  };
