/** Lists the API keys. */
import { listKeys } from "../../../shared/access/keys.ts";
import type { ListPorts, RecordPorts } from "../../../shared/records/records.ts";
import { pageOf } from "../page.ts";
import type { Handler } from "../route.ts";

/** `GET /v1/keys` */
export const getKeys =
  (ports: ListPorts & Pick<RecordPorts, "clock">): Handler<"GET /v1/keys"> =>
  async ({ query: { cursor, limit } }) => {
    const { keys, next } = await listKeys(ports, { after: cursor, limit });
    return pageOf(
      keys.map((key) => ({ cursor: key.id, value: key })),
      next,
    );
  };
