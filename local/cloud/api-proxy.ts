/**
 * A plain address for the API: `http://127.0.0.1:PORT/v1/…`. The emulator serves it under a path with the API's id, and
 * under a host name that Node and some systems do not resolve.
 */
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";

export interface ApiProxy {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * The emulator starts a process for each request that finds no idle one, without a limit. Requests above this number
 * wait here, so that a burst does not overload the machine.
 */
const concurrentRequests = 16;

/** @param target the API's address on the emulator */
export async function startApiProxy(target: URL): Promise<ApiProxy> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrentRequests });
  const server = createServer((incoming, outgoing) => {
    passOn(incoming, outgoing, target, agent);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("expected a TCP address");
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop() {
      agent.destroy();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      });
    },
  };
}

function passOn(incoming: IncomingMessage, outgoing: ServerResponse, target: URL, agent: Agent): void {
  const upstream = request(
    {
      agent,
      host: target.hostname,
      port: target.port,
      method: incoming.method,
      path: `${target.pathname}${incoming.url ?? "/"}`,
      headers: { ...incoming.headers, host: target.host },
    },
    (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      // A client that disconnects early is not an error here.
      pipeline(answer, outgoing, () => undefined);
    },
  );
  upstream.on("error", (error) => {
    if (outgoing.headersSent) outgoing.destroy();
    else
      outgoing
        .writeHead(502, { "content-type": "text/plain" })
        .end(`the API did not answer: ${error.message}\n`);
  });
  outgoing.on("close", () => upstream.destroy());
  pipeline(incoming, upstream, () => undefined);
}
