import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/**
 * A metadata service of version 2: no answer without a token that it gave.
 * @returns its endpoint; it ends with the test
 */
export async function serveMetadata(
  paths: Readonly<Record<string, string>>,
  tokenUses = Infinity,
): Promise<string> {
  const token = { number: 0, left: 0 };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.method === "PUT" && request.url === "/latest/api/token") {
      token.number += 1;
      token.left = tokenUses;
      response.end(`token-${token.number}`);
      return;
    }
    const isKnown = request.headers["x-aws-ec2-metadata-token"] === `token-${token.number}`;
    const body = paths[request.url ?? ""];
    response.statusCode = isKnown && token.left-- > 0 ? (body === undefined ? 404 : 200) : 401;
    response.end(body);
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
