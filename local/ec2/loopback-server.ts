/** A small HTTP server on loopback. */
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** Far more than any call here takes. */
const maxBodyBytes = 1024 * 1024;

export interface LoopbackServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on a free port of loopback, so that only this machine can reach it. */
export function listenOnLoopback(listener: RequestListener): Promise<LoopbackServer> {
  const server = createServer(listener);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      resolve({
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        close: () =>
          new Promise((closed, failed) => {
            server.close((error) => {
              if (error === undefined) closed();
              else failed(error);
            });
            server.closeAllConnections();
          }),
      });
    });
  });
}

/** @throws RangeError for a body over 1 MiB */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > maxBodyBytes) throw new RangeError(`expected a body of at most ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
