/** Every curl of docs/api.md, in their order, against the API over the ports in memory. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { batchIdSchema, itemIdOf, type BatchId, uploadIdSchema } from "../../../../shared/contract/ids.ts";
import { jsonOf } from "../../../../shared/contract/json.ts";
import { uploadKeys } from "../../../../shared/contract/records/keys.ts";
import { type MemoryApi, startMemoryApi } from "../../../memory-api/memory-api.ts";
import { makeClips } from "../../../memory-api/played-worker.ts";

const document = readFileSync("docs/api.md", "utf8");
/** Those to the bucket are not the API's. */
const isToTheApi = (line: string): boolean => !line.includes("$UPLOAD_URL");
const lines = [...document.matchAll(/^\$ (curl .*)$/gm)].map(([, line = ""]) => line).filter(isToTheApi);

let api: MemoryApi;
let key = "";
let batch: BatchId | null = null;
let upload = "";
beforeAll(async () => {
  api = await startMemoryApi();
  key = await api.key("ada", ["read", "submit", "operate"]);
});
afterAll(() => api.stop());

/** As a shell and curl read it. */
function requestOf(line: string, variables: Readonly<Record<string, string>>): [string, RequestInit] {
  const words = [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, exact, filled, bare]) =>
      exact ?? (filled ?? bare ?? "").replace(/\$(\w+)/g, (_, name: string) => variables[name] ?? ""),
  );
  const after = (option: string): string[] =>
    words.flatMap((word, place) => (word === option ? [words[place + 1] ?? ""] : []));
  const [body] = after("-d");
  const [method = body === undefined ? "GET" : "POST"] = after("-X");
  const headers = new Headers(
    after("-H").map((header) => header.split(/: (.*)/).slice(0, 2) as [string, string]),
  );
  // As curl says it of -d where nothing else is said.
  if (body !== undefined) headers.set("content-type", "application/x-www-form-urlencoded");
  const url = words.find((word) => word.startsWith("http")) ?? "";
  return [url, { method, headers, ...(body !== undefined && { body }) }];
}

const variables = (): Record<string, string> => ({
  URL: api.url,
  KEY: key,
  ...(batch !== null && { BATCH: batch, ITEM: itemIdOf(batch, 0) }),
});

/** What the text says has happened by then. */
async function comeToPass(line: string): Promise<void> {
  if (batch === null) return;
  if (line.includes("/results") || line.includes("item_id")) await makeClips(api.world, batch);
  // The one before became a batch.
  if (line.includes('"start"')) upload = await fileUploaded();
  // The clips are taken: what follows is of another batch.
  if (line.includes("/budget")) batch = await submitted();
}

async function fileUploaded(): Promise<string> {
  const line = `curl "$URL/v1/uploads" -H "Authorization: Bearer $KEY" -d '{"bytes": 64}'`;
  return fileSent(await (await fetch(...requestOf(line, variables()))).json());
}

/** As a client sends a file of the size that it named. @returns the upload's id */
function fileSent(answer: unknown): string {
  const { id, bytes } = answer as { id: unknown; bytes: number };
  const uploadId = uploadIdSchema.parse(id);
  api.world.store.upload(uploadKeys.file(uploadId), Buffer.alloc(bytes, "\n"));
  return uploadId;
}

async function submitted(): Promise<BatchId> {
  const [url, init] = requestOf(
    `curl "$URL/v1/batches" -H "Authorization: Bearer $KEY" -d '{"items": [{"prompt": "p"}, {"prompt": "q"}]}'`,
    variables(),
  );
  return batchIdSchema.parse(((await (await fetch(url, init)).json()) as { id: unknown }).id);
}

test("each is answered as the text says, one after the other", async () => {
  expect(lines.length).toBeGreaterThan(20);
  const answered: string[] = [];
  for (const line of lines) {
    await comeToPass(line);
    const known = line
      .replace("…", "no-etag")
      .replace(/upload_[0-9A-Z]{26}/, upload)
      .replace(/item_[0-9A-Z]{26}_0/, variables()["ITEM"] ?? "");
    const [url, init] = requestOf(known, variables());
    const response = await fetch(url, init);
    const text = await response.text();
    answered.push(`${response.status} ${line}${response.ok ? "" : ` ${text}`}`);
    if (line.includes("/uploads")) upload = fileSent(jsonOf(text));
    if (line.includes("order-1")) batch = batchIdSchema.parse((jsonOf(text) as { id: unknown }).id);
  }
  expect(answered.filter((answer) => !answer.startsWith("2"))).toEqual([]);
});
