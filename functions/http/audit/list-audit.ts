/** Lists the audit. */
import { listAudit } from "../../../shared/audit/list-audit.ts";
import type { ListPorts } from "../../../shared/records/records.ts";
import { pageOf } from "../page.ts";
import type { Handler } from "../route.ts";

/** `GET /v1/audit` */
export const getAudit =
  (ports: ListPorts): Handler<"GET /v1/audit"> =>
  async ({ query: { cursor, limit, since, until, action, owner } }) => {
    const filter = { action, owner, sinceMs: msOf(since), untilMs: msOf(until) };
    const { records, next } = await listAudit(ports, filter, { after: cursor, limit });
    return pageOf(
      records.map((record) => ({ cursor: record.id, value: record })),
      next,
    );
  };

const msOf = (time: string | undefined): number | undefined =>
  time === undefined ? undefined : Date.parse(time);
