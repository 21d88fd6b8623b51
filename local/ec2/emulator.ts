/** Calls to the emulator as its root: it holds templates, subnets and roles. */
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { EC2Client, EC2ServiceException } from "@aws-sdk/client-ec2";
import { IAMClient } from "@aws-sdk/client-iam";
import { STSClient } from "@aws-sdk/client-sts";
import { Ec2ApiError } from "./api/api-error.ts";

export interface Emulator {
  readonly endpoint: string;
  readonly ec2: EC2Client;
  readonly iam: IAMClient;
  readonly sts: STSClient;
  /** Closes the clients' open connections. */
  close(): void;
}

export function emulatorAt(endpoint: string, region: string): Emulator {
  const settings = { endpoint, region, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  const [ec2, iam, sts] = [new EC2Client(settings), new IAMClient(settings), new STSClient(settings)];
  return {
    endpoint,
    ec2,
    iam,
    sts,
    close: () => {
      for (const client of [ec2, iam, sts]) client.destroy();
    },
  };
}

/** Turns an error of the emulator into the one that EC2 would answer; other errors stay as they are. */
export const asEc2ApiError = (cause: unknown): unknown =>
  cause instanceof EC2ServiceException ? new Ec2ApiError(cause.name, cause.message) : cause;

export interface ForwardedAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Passes a call on unchanged, with its signature and the host that is signed. The emulator answers it and checks the
 * caller's rights as if it had received the call itself.
 */
export function forward(
  endpoint: string,
  headers: IncomingHttpHeaders,
  body: string,
): Promise<ForwardedAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(endpoint, { method: "POST", headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.once("error", reject);
      answer.once("end", () => {
        resolve({ status: answer.statusCode ?? 500, body: Buffer.concat(chunks).toString("utf8") });
      });
    });
    outgoing.once("error", reject);
    outgoing.end(body);
  });
}
