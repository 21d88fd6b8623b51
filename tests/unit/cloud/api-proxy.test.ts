import { createServer, type RequestListener, type ServerResponse } from "node:http";
import { afterEach, expect, test } from "vitest";
import { startApiProxy } from "../../../local/cloud/api-proxy.ts";
import { listenOnLoopback } from "../../../local/ec2/loopback-server.ts";

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

async function proxyBefore(listener: RequestListener): Promise<string> {
  const upstream = await listenOnLoopback(listener);
  open.push(() => upstream.close());
  const proxy = await startApiProxy(new URL(`${upstream.url}/_aws/execute-api/abc/$default`));
  open.push(() => proxy.stop());
  return proxy.url;
}

test("path, query, method, headers and body arrive at the API under its own path", async () => {
  const url = await proxyBefore((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url: path, headers } = request;
      response.writeHead(202, { location: "/v1/batches/b", "content-type": "application/json" }).end(
        JSON.stringify({
          method,
          path,
          key: headers.authorization,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
  });
  const answer = await fetch(`${url}/v1/batches?dry_run=true&x=%C3%BC`, {
    method: "POST",
    headers: { authorization: "Bearer k" },
    body: "{}",
  });
  expect(answer.status).toBe(202);
  expect(answer.headers.get("location")).toBe("/v1/batches/b");
  expect(await answer.json()).toEqual({
    method: "POST",
    path: "/_aws/execute-api/abc/$default/v1/batches?dry_run=true&x=%C3%BC",
    key: "Bearer k",
    body: "{}",
  });
});

test("a redirect is passed on and not followed", async () => {
  const url = await proxyBefore((_request, response) => {
    response.writeHead(302, { location: "http://127.0.0.1:1/audio" }).end();
  });
  const answer = await fetch(`${url}/v1/items/i/audio`, { redirect: "manual" });
  expect([answer.status, answer.headers.get("location")]).toEqual([302, "http://127.0.0.1:1/audio"]);
});

test("an API that is gone is answered with 502 and the reason", async () => {
  const proxy = await startApiProxy(new URL("http://127.0.0.1:1/api"));
  open.push(() => proxy.stop());
  const answer = await fetch(`${proxy.url}/healthz`);
  expect(answer.status).toBe(502);
  expect(await answer.text()).toContain("ECONNREFUSED");
});

test("a burst reaches the API sixteen at a time, and every request is answered", async () => {
  const held: ServerResponse[] = [];
  const sixteen = Promise.withResolvers<undefined>();
  let isHolding = true;
  const url = await proxyBefore((_request, response) => {
    if (isHolding) held.push(response);
    else response.end("done");
    if (held.length === 16) sixteen.resolve(undefined);
  });
  const answers = Array.from({ length: 100 }, async () => (await fetch(url)).text());
  await sixteen.promise;
  // A seventeenth would come while these go to and fro.
  const elsewhere = await proxyBefore((_request, response) => response.end());
  for (let trip = 0; trip < 50; trip += 1) await fetch(elsewhere);
  expect(held).toHaveLength(16);

  isHolding = false;
  for (const response of held) response.end("done");
  expect(await Promise.all(answers)).toEqual(Array.from({ length: 100 }, () => "done"));
});

test("stopping frees the port even while a client waits for an answer", async () => {
  const arrived = Promise.withResolvers<undefined>();
  const upstream = await listenOnLoopback(() => {
    arrived.resolve(undefined);
  });
  open.push(() => upstream.close());
  const proxy = await startApiProxy(new URL(upstream.url));
  const waiting = fetch(proxy.url).then(
    () => "answered",
    () => "cut off",
  );
  await arrived.promise;
  await proxy.stop();
  expect(await waiting).toBe("cut off");
  const port = Number(new URL(proxy.url).port);
  const again = createServer();
  await new Promise<void>((resolve, reject) =>
    again.once("error", reject).listen(port, "127.0.0.1", resolve),
  );
  again.close();
});
