/** Gives URLs to which clients send files of items. */
import { createUpload } from "../../../shared/batch/uploads/uploads.ts";
import { uploadViewSchema, type UploadView } from "../../../shared/contract/api/api.ts";
import { uploadRequestSchema } from "../../../shared/contract/api/batch-request.ts";
import { faultsOf } from "../../../shared/contract/api/problem.ts";
import { uploadKeys } from "../../../shared/contract/records/keys.ts";
import type { ObjectStore } from "../../../shared/ports.ts";
import type { RecordPorts } from "../../../shared/records/records.ts";
import { problem, type Handler } from "../api.ts";

/** A transfer that begins within this time may take longer. */
const urlSeconds = 900;

/** `POST /v1/uploads`, without the URL: its answer is kept, and a signed URL never is. */
export const postUpload =
  (ports: RecordPorts): Handler<"POST /v1/uploads"> =>
  async ({ body, caller }) => {
    const asked = uploadRequestSchema.safeParse(body);
    if (!asked.success)
      return problem(
        "invalid_input",
        'expected {"bytes": the size of the file}',
        faultsOf(asked.error, uploadRequestSchema),
      );
    const { id, bytes, expires_at } = await createUpload(ports, caller.owner, asked.data.bytes);
    const answer: UnsignedUpload = { id, bytes, expires_at };
    return { status: 201, body: answer };
  };

const unsignedSchema = uploadViewSchema.pick({ id: true, bytes: true, expires_at: true });
type UnsignedUpload = Pick<UploadView, "id" | "bytes" | "expires_at">;

/** Adds a URL that is signed now, also to a kept answer. */
export const withSignedUrl =
  (
    { store, clock }: Pick<RecordPorts, "store" | "clock">,
    handle: Handler<"POST /v1/uploads">,
  ): Handler<"POST /v1/uploads"> =>
  async (request) => {
    const response = await handle(request);
    if (response.status !== 201) return response;
    const upload = unsignedSchema.parse(response.body);
    if (Date.parse(upload.expires_at) <= clock.nowMs())
      return problem("conflict", "the upload of this Idempotency-Key has expired; use a new key");
    return { ...response, body: await signed(upload, store, clock.nowMs()) };
  };

async function signed(upload: UnsignedUpload, store: ObjectStore, nowMs: number): Promise<UploadView> {
  const { id, bytes, expires_at } = upload;
  const { url, headers } = await store.signedUpload(uploadKeys.file(id), {
    bytes,
    expiresSeconds: urlSeconds,
  });
  const until = new Date(nowMs + urlSeconds * 1000).toISOString();
  return { id, bytes, method: "PUT", url, headers: { ...headers }, url_expires_at: until, expires_at };
}
