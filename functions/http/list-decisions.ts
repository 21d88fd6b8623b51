import { decisionRecordSchema } from "../../shared/contract/fleet-records.ts";
import { fleetKeys } from "../../shared/contract/keys.ts";
import type { ObjectStore } from "../../shared/ports.ts";
import { readRecord } from "../../shared/records/records.ts";
import type { Handler } from "./api.ts";

/** `GET /v1/decisions`: what the launcher saw, chose and why, newest first. */
export const getDecisions =
  ({ store }: { readonly store: ObjectStore }): Handler<"GET /v1/decisions"> =>
  async ({ query: { cursor, limit } }) => {
    const prefix = fleetKeys.decisionsPrefix;
    const after = cursor === undefined ? {} : { after: `${prefix}${cursor}` };
    const page = await store.list(prefix, { limit, ...after });
    const records = await Promise.all(
      page.objects.map(({ key }) => readRecord(store, key, decisionRecordSchema)),
    );
    const last = page.objects.at(-1)?.key.slice(prefix.length);
    return {
      status: 200,
      body: {
        data: records.flatMap((record) => (record === null ? [] : [record.value])),
        next_cursor: page.more ? (last ?? null) : null,
        has_more: page.more,
      },
    };
  };
