/** The metadata service of one machine. It has a port of its own; on EC2 it is at 169.254.169.254. */
import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { listenOnLoopback, type LoopbackServer } from "../loopback-server.ts";
import { metadataAt } from "./metadata-tree.ts";
import type { Machine } from "./machine.ts";
import type { MachineRole, RoleCredentials } from "./role-credentials.ts";

const maxTokenSeconds = 21_600;
const credentialsPath = "meta-data/iam/security-credentials";

interface Answer {
  readonly status: number;
  readonly text: string;
}
const notFound: Answer = { status: 404, text: "Not Found" };

export interface MetadataSettings {
  readonly machine: Machine;
  readonly role: MachineRole;
  readonly region: string;
  readonly nowMs: () => number;
  readonly onLog: (line: string) => void;
}

export async function startMetadataService(settings: MetadataSettings): Promise<LoopbackServer> {
  const tokens = new Map<string, number>();
  return listenOnLoopback((request, response) => {
    void answer(request, settings, tokens).then(({ status, text }) => {
      response.writeHead(status, { "content-type": "text/plain" }).end(text);
    });
  });
}

async function answer(
  request: IncomingMessage,
  settings: MetadataSettings,
  tokens: Map<string, number>,
): Promise<Answer> {
  const path = decodedPath(request.url ?? "/");
  if (path === null) return { status: 400, text: "Bad Request" };
  if (request.method === "PUT" && path === "/latest/api/token") {
    return grantToken(request, tokens, settings.nowMs());
  }
  if (request.method !== "GET") return { status: 405, text: "Method Not Allowed" };
  if (!mayRead(request, settings, tokens)) return { status: 401, text: "Unauthorized" };
  if (!path.startsWith("/latest/")) return notFound;
  const below = path.slice("/latest/".length);
  if (below.startsWith(credentialsPath)) return answerCredentials(below, settings);
  const text = metadataAt(settings.machine, settings.region, below);
  return text === null ? notFound : { status: 200, text };
}

function decodedPath(url: string): string | null {
  try {
    return decodeURIComponent(url.split("?")[0] ?? "/");
  } catch {
    return null; // a lone % is no valid path
  }
}

function grantToken(request: IncomingMessage, tokens: Map<string, number>, nowMs: number): Answer {
  const seconds = Number(request.headers["x-aws-ec2-metadata-token-ttl-seconds"]);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > maxTokenSeconds) {
    return { status: 400, text: "Bad Request" };
  }
  const token = randomBytes(42).toString("base64");
  tokens.set(token, nowMs + seconds * 1000);
  return { status: 200, text: token };
}

function mayRead(
  request: IncomingMessage,
  { machine, nowMs }: MetadataSettings,
  tokens: ReadonlyMap<string, number>,
): boolean {
  const token = request.headers["x-aws-ec2-metadata-token"];
  if (token === undefined) return !machine.template.tokenRequired;
  return typeof token === "string" && (tokens.get(token) ?? 0) > nowMs();
}

async function answerCredentials(path: string, settings: MetadataSettings): Promise<Answer> {
  let held: RoleCredentials | null;
  try {
    held = await settings.role.credentials(settings.nowMs());
  } catch (cause) {
    settings.onLog(`${settings.machine.instanceId} gets no credentials: ${(cause as Error).message}`);
    return { status: 500, text: "Internal Server Error" };
  }
  if (held === null) return notFound;
  const asked = path.slice(credentialsPath.length).replaceAll("/", "");
  if (asked === "") return { status: 200, text: held.roleName };
  return asked === held.roleName ? { status: 200, text: credentialsDocument(held) } : notFound;
}

function credentialsDocument(held: RoleCredentials): string {
  return JSON.stringify({
    Code: "Success",
    LastUpdated: new Date(held.updatedMs).toISOString(),
    Type: "AWS-HMAC",
    AccessKeyId: held.accessKeyId,
    SecretAccessKey: held.secretAccessKey,
    Token: held.token,
    Expiration: new Date(held.expiresMs).toISOString(),
  });
}
