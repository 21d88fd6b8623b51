import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { putFile } from "../../../../cli/connection/put-file.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function served(listener: RequestListener): Promise<string> {
  const listening = createServer(listener);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}/upload`;
}
const body = Buffer.alloc(600_000, "line\n");
const to = (url: string) => ({ url, method: "PUT" as const, headers: { "if-none-match": "*" } });

test("a file is sent whole, with its size and headers, and how far it is told piece by piece", async () => {
  const seen: unknown[] = [];
  const url = await served((request, response) => {
    const { method, headers } = request;
    seen.push(method, headers["content-length"], headers["if-none-match"], headers["transfer-encoding"]);
    void buffer(request).then((received) => {
      seen.push(received.equals(body));
      response.end("taken");
    });
  });
  const sent: number[] = [];
  expect(await putFile(to(url), body, { onSent: (bytes) => sent.push(bytes) })).toEqual({
    status: 200,
    text: "taken",
  });
  expect(seen).toEqual(["PUT", "600000", "*", undefined, true]);
  expect(sent).toEqual([262_144, 524_288, 600_000]);
});

test("a refusal that comes before the end is the answer", async () => {
  const url = await served((_request, response) => {
    response.writeHead(412).end("there");
  });
  expect(await putFile(to(url), body)).toEqual({ status: 412, text: "there" });
});

test("no answer, and Ctrl-C, are errors", async () => {
  const url = await served((request) => {
    request.resume();
    ended.abort(new Error("Ctrl-C"));
  });
  const ended = new AbortController();
  await expect(putFile(to(url), body, { signal: ended.signal })).rejects.toThrow("abort");
  await expect(putFile(to("http://127.0.0.1:1/"), body)).rejects.toThrow("ECONNREFUSED");
});
