import { readResult } from "../../shared/batch/batch-files.ts";
import type { ResultRecord } from "../../shared/contract/batch-records.ts";
import type { ObjectStore } from "../../shared/ports.ts";
import { problem, type Route } from "./api.ts";
import { itemOf } from "./visible-batch.ts";

const signedSeconds = 900;

/** `GET /v1/items/{id}/audio`: a permalink to a URL that is signed now. */
export const getAudioRoute = ({ store }: { readonly store: ObjectStore }): Route => ({
  scope: "read",
  async handle(request) {
    const lookup = await itemOf(store, request);
    if (lookup.kind === "not_found") return lookup.response;
    const result = await readResult(store, lookup.batch.id, lookup.index);
    if (result === null) return problem("not_ready", "the clip is not made yet");
    if (result.audio === null) return problem("conflict", `the item has no audio: it ${fateOf(result)}`);
    const { key, format } = result.audio;
    const name = `${String(result.index).padStart(6, "0")}${result.custom_id === null ? "" : `-${result.custom_id}`}`;
    const url = await store.signedUrl(key, {
      expiresSeconds: signedSeconds,
      fileName: `${name}.${format}`,
    });
    // The signature ends before a cache would forget it.
    return { status: 302, headers: { location: url, "cache-control": "no-store" } };
  },
});

const fateOf = ({ outcome, error }: ResultRecord): string =>
  error === null ? `was ${outcome}` : `${outcome} (${error.code}: ${error.detail})`;
