/** Redirects to the audio of an item. */
import { readResult } from "../../../shared/batch/progress/batch-files.ts";
import type { AudioLinkView } from "../../../shared/contract/api/api.ts";
import type { ResultRecord } from "../../../shared/contract/records/batch-records.ts";
import type { Clock, ObjectStore } from "../../../shared/ports.ts";
import { problem, type Handler } from "../api.ts";
import { itemOf } from "./visible-batch.ts";

const signedSeconds = 900;
/** A cache could keep the answer longer than the signature is valid. */
const notKept = { "cache-control": "no-store" };

interface AudioPorts {
  readonly store: ObjectStore;
  readonly clock: Clock;
}

/** `GET /v1/items/{id}/audio`: a permanent address that redirects to a freshly signed URL. */
export const getAudio =
  ({ store, clock }: AudioPorts): Handler<"GET /v1/items/{id}/audio"> =>
  async (request) => {
    const lookup = await itemOf(store, request);
    if (lookup.kind === "not_found") return lookup.response;
    const result = await readResult(store, lookup.batch.id, lookup.index);
    if (result === null) return problem("not_ready", "the clip is not made yet");
    if (result.audio === null) return problem("conflict", `the item has no audio: it ${fateOf(result)}`);
    const expiresAt = new Date(clock.nowMs() + signedSeconds * 1000).toISOString();
    const fileName = fileNameOf(result, result.audio.format);
    const url = await store.signedUrl(result.audio.key, { expiresSeconds: signedSeconds, fileName });
    if (request.query.redirect) return { status: 302, headers: { location: url, ...notKept } };
    const link: AudioLinkView = { url, expires_at: expiresAt, file_name: fileName };
    return { status: 200, headers: notKept, body: link };
  };

const fileNameOf = ({ index, custom_id }: ResultRecord, format: string): string =>
  `${String(index).padStart(6, "0")}${custom_id === null ? "" : `-${custom_id}`}.${format}`;

const fateOf = ({ outcome, error }: ResultRecord): string =>
  error === null ? `was ${outcome}` : `${outcome} (${error.code}: ${error.detail})`;
