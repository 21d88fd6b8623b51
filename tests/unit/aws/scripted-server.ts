/** A server that answers the SDK's requests one after the other with what a test has written down. */
import type { IncomingMessage, Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach } from "vitest";

export type Reply =
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  /** The request has arrived and nobody will ever know what came of it. */
  | "cut";
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}
export interface ScriptedServer {
  readonly url: string;
  requests: SeenRequest[];
  /** Replies still to be given; a request beyond them is answered 418, which no client retries. */
  replies: Reply[];
  /** Chooses the reply where requests come in no certain order; null: the next one of `replies`. */
  choose: ((request: SeenRequest) => Reply) | null;
}

type Script = Omit<ScriptedServer, "url">;

/** A server for all tests of the file that calls this; each test begins with nothing seen and nothing scripted. */
export function useScriptedServer(): ScriptedServer {
  const script: Script = { requests: [], replies: [], choose: null };
  let server: Server;
  beforeAll(async () => {
    server = await serve(script);
  });
  beforeEach(() => {
    Object.assign(script, { requests: [], replies: [], choose: null });
  });
  afterAll(() => close(server));
  return Object.defineProperty(script, "url", {
    get: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  }) as ScriptedServer;
}

async function serve(script: Script): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      const seen = { method, path, headers, body: Buffer.concat(chunks).toString("utf8") };
      script.requests.push(seen);
      const reply = script.choose?.(seen) ??
        script.replies.shift() ?? { status: 418, body: "no reply was written down" };
      if (reply === "cut") request.socket.destroy();
      else response.writeHead(reply.status, reply.headers).end(reply.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });

/** A clock that sleeps no time, and tells how often it was asked to. */
export class SleeplessClock {
  sleeps = 0;
  nowMs(): number {
    return Date.parse("2026-03-01T12:00:00.000Z");
  }
  sleep(): Promise<void> {
    this.sleeps += 1;
    return Promise.resolve();
  }
}

/** For a client that speaks to the scripted server. */
export const sdkSettings = (server: ScriptedServer, maxAttempts: number) => ({
  endpoint: server.url,
  region: "eu-central-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  maxAttempts,
});
