/**
 * The real API over the ports in memory, behind a gateway of a few lines, on loopback. Time is virtual: who waits for
 * 25 s is answered at once.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import type { APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { dashboardHandler } from "../../functions/http/page/serve-dashboard.ts";
import { authorizer } from "../../functions/http/authorizer.ts";
import { createKey } from "../../shared/access/keys.ts";
import { type ApiFunction, type PageKey, routes } from "../../shared/contract/api/routes.ts";
import type { Scope } from "../../shared/contract/records/batch-records.ts";
import { buildDashboard } from "../../web/build/dashboard.ts";
import { World } from "../unit/fleet/world.ts";
import { functionsOver } from "./functions.ts";
import { chooseRoute, gatewayEvent, type ChosenRoute, type GatewayRequest } from "./gateway.ts";

export interface MemoryApi {
  readonly url: string;
  readonly world: World;
  /** A new key. */
  key(owner: string, scopes: readonly Scope[]): Promise<string>;
  /** A request without a socket. */
  call(request: GatewayRequest): Promise<APIGatewayProxyStructuredResultV2>;
  stop(): Promise<void>;
}

/** @param afterwards what happens in the world after an answer, before the client has it */
export async function startMemoryApi(
  afterwards: (
    world: World,
    key: ChosenRoute,
    answer: APIGatewayProxyStructuredResultV2,
  ) => Promise<void> = () => Promise.resolve(),
  world = new World(),
): Promise<MemoryApi> {
  const callerOf = authorizer(world);
  const functions = functionsOver(world);
  let requests = 0;
  const call = async (request: GatewayRequest): Promise<APIGatewayProxyStructuredResultV2> => {
    const chosen = chooseRoute(request);
    const { context } = await callerOf({ headers: request.headers });
    requests += 1;
    const event = gatewayEvent(request, chosen, context.caller, `request-${requests}`);
    const work = isPage(chosen.key)
      ? dashboardHandler(await buildDashboard(), { stage: "test", bucketOrigin: url })(event)
      : functions[servedBy(chosen.key)](event, {} as Context);
    const answer = await world.clock.runUntil(work);
    await afterwards(world, chosen.key, answer);
    return answer;
  };
  const server = createServer((incoming, outgoing) => {
    void serve(incoming, outgoing, world, call);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const url = `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`;
  world.store.signedUrl = (key) => Promise.resolve(`${url}${objects}${key}`);
  world.store.signedUpload = (key, { bytes }) =>
    Promise.resolve({
      url: `${url}${objects}${key}`,
      headers: { "content-length": String(bytes), "if-none-match": "*" },
    });
  return {
    url,
    world,
    key: async (owner, scopes) => (await createKey({ owner, scopes }, world.ports)).key,
    call,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

const isPage = (key: ChosenRoute): key is PageKey => key.startsWith("ANY ");
const servedBy = (key: Exclude<ChosenRoute, PageKey>): ApiFunction =>
  key === "$default" ? "read" : routes[key].servedBy;

/** Below it is what a signed URL leads to. */
const objects = "/bucket/";

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  world: World,
  call: MemoryApi["call"],
): Promise<void> {
  const { method = "", url = "" } = incoming;
  const body = await buffer(incoming).catch(() => null);
  // A page that was closed sends no more, and waits for no answer.
  if (body === null) return;
  if (url.startsWith(objects)) {
    const key = url.slice(objects.length);
    if (method === "PUT") await world.store.put(key, body.toString());
    outgoing.end((await world.store.get(key))?.body);
    return;
  }
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
  );
  const answer = await call({ method, url, headers, body });
  outgoing.writeHead(answer.statusCode ?? 200, answer.headers as Record<string, string>);
  outgoing.end(Buffer.from(answer.body ?? "", answer.isBase64Encoded === true ? "base64" : "utf8"));
}
