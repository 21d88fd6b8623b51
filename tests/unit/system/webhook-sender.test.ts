import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { webhookSender } from "../../../shared/system/webhook-sender.ts";
import { receiverFault } from "../../../shared/webhooks/receiver.ts";
import type { Resolve } from "../../../shared/webhooks/webhook-ports.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** @returns its port on 127.0.0.1 */
async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

const headers = { "webhook-id": "batch_1:ended" };
const insecure = webhookSender({ insecure: true });
const post = (port: number, sender = insecure) =>
  sender.post({ url: `http://127.0.0.1:${port}/hooks?a=1`, headers, body: '{"é":1}' });
/** Short, so that the tests are; what it ends is the same at 15 s. */
const impatient = webhookSender({ insecure: true, limitMs: 300 });

describe("webhookSender", () => {
  test("posts the body as it was signed, and tells how it was answered", async () => {
    const seen: unknown[] = [];
    const port = await serve((request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        const { method, url, headers: sent } = request;
        seen.push([method, url, sent["content-type"], sent["webhook-id"], sent["content-length"], text]);
        response.writeHead(202).end("thanks");
      });
    });
    expect(await post(port)).toEqual({ kind: "answered", status: 202, body: "thanks", retryAfterMs: null });
    expect(seen).toEqual([["POST", "/hooks?a=1", "application/json", "batch_1:ended", "8", '{"é":1}']]);
  });

  test.each<[status: number, retryAfter: string, waitMs: number | null]>([
    [429, "120", 120_000],
    [503, "7", 7_000],
    [503, "999999999999", 3_600_000],
    [429, "Fri, 31 Dec 2027 23:59:59 GMT", 3_600_000],
    [429, "Fri, 31 Dec 1999 23:59:59 GMT", null],
    [429, "0", null],
    [429, "soon", null],
    [500, "120", null],
  ])("of an answer %d with Retry-After: %s it tells a wait of %s ms", async (status, retryAfter, waitMs) => {
    const port = await serve((_request, response) => {
      response.writeHead(status, { "retry-after": retryAfter }).end();
    });
    expect(await post(port)).toMatchObject({ status, retryAfterMs: waitMs });
  });

  test("does not follow a redirect, and asks nobody else", async () => {
    const asked: string[] = [];
    const elsewhere = await serve((request, response) => {
      asked.push(request.url ?? "");
      response.end();
    });
    const port = await serve((_request, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${elsewhere}/` }).end();
    });
    expect(await post(port)).toMatchObject({ kind: "answered", status: 307 });
    expect(asked).toEqual([]);
  });

  test("reads 16 kB of an answer, and closes the connection on the rest", async () => {
    const closed = Promise.withResolvers<undefined>();
    const port = await serve((_request, response) => {
      response.on("close", () => {
        closed.resolve(undefined);
      });
      const more = (): void => {
        while (response.write("x".repeat(65_536)));
        response.once("drain", more);
      };
      response.writeHead(200);
      more();
    });
    const answer = await post(port);
    expect(answer).toMatchObject({ kind: "answered", status: 200, body: "x".repeat(16_384) });
    await closed.promise;
  });

  test.each<[name: string, listener: RequestListener]>([
    ["never answers", () => undefined],
    [
      "begins an answer and never ends it",
      (_request, response) => {
        response.writeHead(200).write("so far");
      },
    ],
    [
      "sends a byte now and then",
      (_request, response) => {
        const drip = setInterval(() => response.write("."), 20);
        response.on("close", () => {
          clearInterval(drip);
        });
      },
    ],
  ])("gives up on a receiver that %s", async (_name, listener) => {
    const port = await serve(listener);
    expect(await post(port, impatient)).toEqual({
      kind: "timed_out",
      detail: "no whole answer within 0.3 s",
    });
  });

  test("gives up on a name that is looked up for too long", async () => {
    const sender = webhookSender({
      insecure: true,
      limitMs: 300,
      resolve: () => new Promise(() => undefined),
    });
    const sent = await sender.post({ url: "http://example.com/", headers, body: "" });
    expect(sent).toMatchObject({ kind: "timed_out" });
  });

  test("tells of a connection that is refused, or cut off", async () => {
    const port = await serve((request) => {
      request.socket.destroy();
    });
    expect(await post(port)).toMatchObject({
      kind: "failed",
      detail: expect.stringContaining("no answer: ") as string,
    });
    // Nobody listens there; a port that was just closed may be another program's by now.
    expect(await post(1)).toEqual({
      kind: "failed",
      detail: "no answer: connect ECONNREFUSED 127.0.0.1:1",
    });
  });

  test("connects to an address that the one look-up gave", async () => {
    const port = await serve((_request, response) => response.end("here"));
    const asked: string[] = [];
    const resolve: Resolve = (host) => {
      asked.push(host);
      return Promise.resolve(["127.0.0.1"]);
    };
    const sender = webhookSender({ insecure: true, resolve });
    const sent = await sender.post({ url: `http://receiver.example:${port}/`, headers, body: "" });
    expect(sent).toMatchObject({ kind: "answered", status: 200, body: "here" });
    expect(asked).toEqual(["receiver.example"]);
  });
});

describe("a cloud stage's sender", () => {
  test("refuses a name that was public at its registration and is 127.0.0.1 at the connection", async () => {
    const asked: string[] = [];
    const port = await serve((request, response) => {
      asked.push(request.url ?? "");
      response.end();
    });
    const answers = [["93.184.215.14"], ["127.0.0.1"]];
    const resolve: Resolve = () => Promise.resolve(answers.shift() ?? []);
    const url = `https://rebinding.example:${port}/`;
    expect(await receiverFault(url, resolve, false)).toBeNull();
    expect(await webhookSender({ insecure: false, resolve }).post({ url, headers, body: "" })).toEqual({
      kind: "failed",
      detail:
        "no answer: the host rebinding.example leads to an address that is not public; webhooks go to public addresses only",
    });
    expect([asked, answers]).toEqual([[], []]);
  });

  test.each([
    ["https://127.0.0.1/", "leads to an address that is not public; webhooks go to public addresses only"],
    ["https://[::1]/", "leads to an address that is not public; webhooks go to public addresses only"],
    ["http://example.com/", "must be https"],
  ])("sends nothing to %s", async (url, fault) => {
    const resolve: Resolve = () => Promise.reject(new Error("nobody is asked"));
    const sent = await webhookSender({ insecure: false, resolve }).post({ url, headers, body: "" });
    expect(sent).toEqual({ kind: "failed", detail: `not sent: the address ${fault}` });
  });
});
