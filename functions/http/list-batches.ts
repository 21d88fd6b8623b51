import { listBatches } from "../../shared/batch/list-batches.ts";
import type { WatchPorts } from "../../shared/batch/watch.ts";
import { batchListQuerySchema } from "../../shared/contract/queries.ts";
import { problem, type Route } from "./api.ts";
import { readQuery } from "./query.ts";

/** `GET /v1/batches` */
export const listBatchesRoute = (ports: WatchPorts): Route => ({
  scope: "read",
  async handle({ query: given, caller }) {
    const read = readQuery(batchListQuerySchema, given);
    if (read.kind === "refused") return read.response;
    const { owner = caller.owner, cursor, limit } = read.query;
    if (owner !== caller.owner && !caller.scopes.includes("operate"))
      return problem("forbidden", "only a key with the scope 'operate' may list another owner's batches");
    const { batches, nextCursor } = await listBatches(owner, cursor, limit, ports);
    return {
      status: 200,
      body: { data: batches, next_cursor: nextCursor, has_more: nextCursor !== null },
    };
  },
});
