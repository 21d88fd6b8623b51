/** Lists the caller's batches. */
import { listBatches } from "../../../shared/batch/views/list-batches.ts";
import type { ListPorts } from "../../../shared/records/records.ts";
import type { WatchPorts } from "../../../shared/batch/views/watch.ts";
import { problem, type Handler } from "../api.ts";
import { pageOf } from "../page.ts";

/** `GET /v1/batches` */
export const getBatches =
  (ports: WatchPorts & ListPorts): Handler<"GET /v1/batches"> =>
  async ({ query, caller }) => {
    const { owner = caller.owner, cursor, limit } = query;
    if (owner !== caller.owner && !caller.scopes.includes("operate"))
      return problem("forbidden", "only a key with the scope 'operate' may list another owner's batches");
    const { batches, nextCursor } = await listBatches(owner, cursor, limit, ports);
    const rows = batches.map(({ cursor: own, view }) => ({ cursor: own, value: view }));
    return pageOf(rows, nextCursor);
  };
