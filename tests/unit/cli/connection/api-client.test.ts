import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterEach, expect, test } from "vitest";
import { ApiClient, ApiProblem, ApiUnreachable } from "../../../../cli/connection/api-client.ts";
import { batchIdOf } from "../../../../shared/contract/ids.ts";

const id = batchIdOf("01J00000000000000000000000");
let server: Server | undefined;

/** A client of a server on loopback that answers as given, and what the server was asked. */
async function clientOf(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: string[] = [];
  const listening = createServer((request, response) => {
    asked.push(request.url ?? "");
    answer(request, response);
  });
  server = listening;
  await new Promise<void>((resolve) => {
    listening.listen(0, "127.0.0.1", resolve);
  });
  const address = listening.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const sleeps: number[] = [];
  const clock = {
    nowMs: () => 0,
    sleep: (ms: number) => {
      sleeps.push(ms);
      return Promise.resolve();
    },
  };
  // The mean of what chance may say.
  const random = { next: () => 0.5, ulid: () => "" };
  return {
    client: new ApiClient({ apiUrl: `http://127.0.0.1:${port}`, key: "mgb_test" }, { clock, random }),
    asked,
    sleeps,
  };
}
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const line = (index: number): string =>
  JSON.stringify({
    item_id: `item_01J00000000000000000000000_${index}`,
    index,
    custom_id: null,
    outcome: "canceled",
    finished_at: "2026-01-01T00:00:00Z",
    audio: null,
    error: null,
    provenance: null,
    licence: "CC-BY-NC-4.0",
    gpu_seconds: 0,
    steps: 0,
    interruptions: 0,
    receipt: null,
    reused: false,
    reused_from: null,
  });
const problem = (code: string, status: number, retryable: boolean): string =>
  JSON.stringify({
    type: "about:blank",
    title: "No",
    status,
    code,
    detail: "because",
    request_id: "r-1",
    retryable,
    errors: [{ pointer: "/items/3/prompt", detail: "must not be empty" }],
  });

test("results of a long batch are read page by page", async () => {
  const { client, asked } = await clientOf((request, response) => {
    if (request.url?.includes("cursor") === true) response.end(`${line(1)}\n`);
    else response.setHeader("link", `</v1/batches/${id}/results?cursor=1>; rel="next"`).end(`${line(0)}\n`);
  });
  expect((await client.results(id)).map(({ index }) => index)).toEqual([0, 1]);
  expect(asked).toEqual([`/v1/batches/${id}/results`, `/v1/batches/${id}/results?cursor=1`]);
});

test("a problem names every place, and is not asked about again when that cannot help", async () => {
  const { client, asked } = await clientOf((_request, response) => {
    response.writeHead(422).end(problem("invalid_input", 422, false));
  });
  const refused = client.results(id);
  await expect(refused).rejects.toThrow(ApiProblem);
  await expect(refused).rejects.toThrow("/items/3/prompt: must not be empty");
  expect(asked).toHaveLength(1);
});

test("a temporary failure is tried again at growing intervals, four times in all", async () => {
  const { client, asked, sleeps } = await clientOf((_request, response) => {
    response.writeHead(502).end("bad gateway");
  });
  await expect(client.results(id)).rejects.toThrow(ApiUnreachable);
  expect(asked).toHaveLength(4);
  expect(sleeps).toEqual([500, 1000, 2000]);
});

test("an operator's stop is told at once: asking again does not reopen the service", async () => {
  const { client, asked } = await clientOf((_request, response) => {
    response.writeHead(503).end(problem("stopped", 503, true));
  });
  await expect(client.results(id)).rejects.toThrow("No: because");
  expect(asked).toHaveLength(1);
});

test("a proxy's page in place of the API's answer is reported as that", async () => {
  const { client } = await clientOf((_request, response) => {
    response.end("<html>log in</html>");
  });
  await expect(client.models()).rejects.toThrow(
    "the server that answered is not this API: its answer is not JSON",
  );
});

test("a request that is sent again carries the same body and the same Idempotency-Key", async () => {
  const sent: string[] = [];
  const { client } = await clientOf((request, response) => {
    request.setEncoding("utf8").on("data", (body: string) => {
      sent.push(`${String(request.headers["idempotency-key"])} ${body}`);
      response.writeHead(503).end("down");
    });
  });
  await expect(client.cancel(id, "drain")).rejects.toThrow(ApiUnreachable);
  expect(sent).toHaveLength(4);
  expect(new Set(sent).size).toBe(1);
  expect(sent[0]).toMatch(/^[0-9a-f-]{36} \{"mode":"drain"\}$/);
});
