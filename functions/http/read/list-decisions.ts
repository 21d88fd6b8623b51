/** Lists the launcher's decisions. */
import { decisionRecordSchema } from "../../../shared/contract/records/fleet-records.ts";
import { fleetKeys } from "../../../shared/contract/records/keys.ts";
import type { ObjectStore } from "../../../shared/ports.ts";
import { readRecord } from "../../../shared/records/records.ts";
import type { Handler } from "../api.ts";
import { pageOf } from "../page.ts";

/** `GET /v1/decisions`: what the launcher saw and chose, and why; newest first. */
export const getDecisions =
  ({ store }: { readonly store: ObjectStore }): Handler<"GET /v1/decisions"> =>
  async ({ query: { cursor, limit } }) => {
    const prefix = fleetKeys.decisionsPrefix;
    const after = cursor === undefined ? {} : { after: `${prefix}${cursor}` };
    const page = await store.list(prefix, { limit, ...after });
    const records = await Promise.all(
      page.objects.map(({ key }) => readRecord(store, key, decisionRecordSchema)),
    );
    const cursors = page.objects.map(({ key }) => key.slice(prefix.length));
    const rows = records.flatMap((record, place) =>
      record === null ? [] : [{ cursor: cursors[place] ?? "", value: record.value }],
    );
    return pageOf(rows, page.more ? (cursors.at(-1) ?? null) : null);
  };
