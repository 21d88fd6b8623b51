/** Creates an API key. */
import { createKey } from "../../../shared/access/keys.ts";
import { keyRequestSchema } from "../../../shared/contract/api/api-key.ts";
import type { RecordPorts } from "../../../shared/records/records.ts";
import { parsedBody } from "../parsed-body.ts";
import type { Handler } from "../route.ts";

/** `POST /v1/keys`. The answer that is kept for a repeated `Idempotency-Key` does not contain the key. */
export const postKey =
  (ports: RecordPorts): Handler<"POST /v1/keys"> =>
  async ({ body, caller }) => {
    const asked = parsedBody(
      keyRequestSchema,
      body,
      '{"scopes": ["read", "submit", "operate"], "owner", "name", "expires_in_seconds"}',
    );
    if (asked.kind === "refused") return asked.response;
    const made = await createKey({ ...asked.value, owner: asked.value.owner ?? caller.owner }, ports);
    return {
      status: 201,
      headers: { "cache-control": "no-store" },
      body: made,
      repeatedBody: { ...made, key: null },
    };
  };
