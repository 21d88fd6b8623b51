/** Creates an API key. */
import { createKey } from "../../../shared/access/keys.ts";
import { keyRequestSchema } from "../../../shared/contract/api/api-key.ts";
import { faultsOf } from "../../../shared/contract/api/problem.ts";
import type { RecordPorts } from "../../../shared/records/records.ts";
import { problem } from "../responses.ts";
import type { Handler } from "../route.ts";

/** `POST /v1/keys`. The answer that is kept for a repeated `Idempotency-Key` does not contain the key. */
export const postKey =
  (ports: RecordPorts): Handler<"POST /v1/keys"> =>
  async ({ body, caller }) => {
    const asked = keyRequestSchema.safeParse(body);
    if (!asked.success)
      return problem(
        "invalid_input",
        'expected {"scopes": ["read", "submit", "operate"], "owner", "name", "expires_in_seconds"}',
        faultsOf(asked.error, keyRequestSchema),
      );
    const made = await createKey({ ...asked.data, owner: asked.data.owner ?? caller.owner }, ports);
    return {
      status: 201,
      headers: { "cache-control": "no-store" },
      body: made,
      repeatedBody: { ...made, key: null },
    };
  };
