/** Lists the launcher's decisions. */
import { decisionRecordSchema } from "../../../shared/contract/records/fleet-records.ts";
import { fleetKeys } from "../../../shared/contract/records/keys.ts";
import { type ListPorts, readListed } from "../../../shared/records/records.ts";
import type { Handler } from "../api.ts";
import { pageOf } from "../page.ts";

/** `GET /v1/decisions`: what the launcher saw and chose, and why; newest first. */
export const getDecisions =
  (ports: ListPorts): Handler<"GET /v1/decisions"> =>
  async ({ query: { cursor, limit } }) => {
    const prefix = fleetKeys.decisionsPrefix;
    const after = cursor === undefined ? {} : { after: `${prefix}${cursor}` };
    const page = await ports.store.list(prefix, { limit, ...after });
    const keys = page.objects.map(({ key }) => key);
    const records = await readListed(ports, keys, decisionRecordSchema);
    const rows = records.map(({ key, value }) => ({ cursor: key.slice(prefix.length), value }));
    return pageOf(rows, page.more ? (keys.at(-1)?.slice(prefix.length) ?? null) : null);
  };
