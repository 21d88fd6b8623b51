/** Revokes an API key. */
import { revokeKey } from "../../../shared/access/keys.ts";
import { keyIdSchema } from "../../../shared/contract/ids.ts";
import type { RecordPorts } from "../../../shared/records/records.ts";
import { problem } from "../responses.ts";
import type { Handler } from "../route.ts";

/** `DELETE /v1/keys/{id}`. For a key that is already revoked, it answers with the time of that. */
export const deleteKey =
  (ports: RecordPorts): Handler<"DELETE /v1/keys/{id}"> =>
  async ({ params }) => {
    const id = keyIdSchema.safeParse(params["id"]);
    const revoked = id.success ? await revokeKey(id.data, ports) : null;
    return revoked === null ? problem("not_found", "no such key") : { status: 200, body: revoked };
  };
