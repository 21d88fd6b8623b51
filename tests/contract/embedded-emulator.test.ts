/** What the embedded cloud needs of MiniStack beyond the ports' promises: it guards rights and leaves nothing. */
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Emulator, rootCredentials, startEmulator } from "../../local/cloud/emulator/emulator.ts";
import { freePort } from "../../local/cloud/free-port.ts";
import { listenOnLoopback } from "../../local/ec2/loopback-server.ts";

const root = join(import.meta.dirname, "..", "..");
const region = "eu-central-1";
const optionsIn = (name: string) => ({
  root,
  folder: join(root, ".local", "emulator-test", name),
  ec2Url: "http://127.0.0.1:1",
  signal: new AbortController().signal,
});

let emulator: Emulator;
beforeAll(async () => {
  const started = await startEmulator(await freePort(), optionsIn("rights"));
  if (started === null) throw new Error("the emulator did not start");
  emulator = started;
});
afterAll(async () => {
  await emulator.stop();
});

const clientSettings = () => ({ endpoint: emulator.url, region, credentials: rootCredentials });
const policy = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });

/** The settings of a client that holds a session of a role which may do what the statement says. */
async function settingsOfRole(name: string, statement: object) {
  const iam = new IAMClient(clientSettings());
  const trust = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: policy(trust) }),
  );
  await iam.send(
    new PutRolePolicyCommand({ RoleName: name, PolicyName: "p", PolicyDocument: policy(statement) }),
  );
  const { Credentials } = await new STSClient(clientSettings()).send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: "s" }),
  );
  return {
    ...clientSettings(),
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    },
  };
}
const storeOfRole = async (name: string, statement: object): Promise<S3Client> =>
  new S3Client(await settingsOfRole(name, statement));

const put = (store: S3Client, bucket: string, key: string) =>
  store.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: "x" })).then(
    () => "written",
    (error: unknown) => (error as Error).name,
  );

test("a role writes where its policy lets it and nowhere else", async () => {
  await new S3Client(clientSettings()).send(new CreateBucketCommand({ Bucket: "rights" }));
  const store = await storeOfRole("writer", {
    Effect: "Allow",
    Action: "s3:PutObject",
    Resource: "arn:aws:s3:::rights/batches/*",
  });
  expect(await put(store, "rights", "batches/a")).toBe("written");
  expect(await put(store, "rights", "keys/a")).toBe("AccessDenied");
});

test.each([
  ["asks for TLS lets loopback in", false, "written"],
  ["refuses TLS keeps loopback out", true, "AccessDenied"],
])("a bucket policy that %s", async (name, secureTransport, expected) => {
  const bucket = `tls-${String(secureTransport)}`;
  const owner = new S3Client(clientSettings());
  await owner.send(new CreateBucketCommand({ Bucket: bucket }));
  const Resource = `arn:aws:s3:::${bucket}/*`;
  const store = await storeOfRole(bucket, { Effect: "Allow", Action: "s3:PutObject", Resource });
  const deny = {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource,
    Condition: { Bool: { "aws:SecureTransport": secureTransport } },
  };
  await owner.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: policy(deny) }));
  expect(await put(store, bucket, "a"), name).toBe(expected);
});

test("a bucket policy that asks for conditional writes lets a role add a record, and neither replace nor delete one", async () => {
  const owner = new S3Client(clientSettings());
  await owner.send(new CreateBucketCommand({ Bucket: "append-only" }));
  const Resource = "arn:aws:s3:::append-only/audit/*";
  const everybody = { Effect: "Deny", Principal: "*", Resource };
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { ...everybody, Action: "s3:DeleteObject" },
      { ...everybody, Action: "s3:PutObject", Condition: { Null: { "s3:if-none-match": "true" } } },
    ],
  });
  await owner.send(new PutBucketPolicyCommand({ Bucket: "append-only", Policy }));
  const store = await storeOfRole("auditor", { Effect: "Allow", Action: "s3:*", Resource });
  const at = { Bucket: "append-only", Key: "audit/1" };
  const add = () => store.send(new PutObjectCommand({ ...at, Body: "x", IfNoneMatch: "*" }));
  expect((await add()).$metadata.httpStatusCode).toBe(200);
  await expect(add()).rejects.toMatchObject({ name: "PreconditionFailed" });
  expect(await put(store, "append-only", "audit/1")).toBe("AccessDenied");
  await expect(store.send(new DeleteObjectCommand(at))).rejects.toMatchObject({ name: "AccessDenied" });
});

test("the right to a call of SQS covers its batch, as on AWS, and no other call", async () => {
  const { QueueUrl } = await new SQSClient(clientSettings()).send(
    new CreateQueueCommand({ QueueName: "batches" }),
  );
  const settings = await settingsOfRole("sender", {
    Effect: "Allow",
    Action: "sqs:SendMessage",
    Resource: "arn:aws:sqs:*:*:batches",
  });
  const queue = new SQSClient(settings);
  const Entries = [{ Id: "1", MessageBody: "x", ReceiptHandle: "none" }];
  const sent = await queue.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  expect(sent.Successful).toHaveLength(1);
  await expect(queue.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))).rejects.toMatchObject({
    name: "AccessDenied",
  });
});

test("a port that another process has taken is reported at once", async () => {
  const other = await listenOnLoopback((_request, response) => response.writeHead(404).end());
  expect(await startEmulator(Number(new URL(other.url).port), optionsIn("port-taken"))).toBeNull();
  await other.close();
});

test("it ends when its parent is killed, so that nothing is left running", async () => {
  const script = `
    import { startEmulator } from ${JSON.stringify(join(root, "local/cloud/emulator/emulator.ts"))};
    const [port, options] = JSON.parse(process.argv[1]);
    const { url } = await startEmulator(port, { ...options, signal: new AbortController().signal });
    process.stdout.write(url);
    setInterval(() => undefined, 1000);`;
  const { signal: _signal, ...options } = optionsIn("orphan");
  const parent = spawn(
    process.execPath,
    ["--input-type=module-typescript", "--eval", script, "--", JSON.stringify([await freePort(), options])],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const [url] = (await once(parent.stdout.setEncoding("utf8"), "data")) as [string];
  expect((await fetch(`${url}/_ministack/health`)).status).toBe(200);
  parent.kill("SIGKILL");
  await expect.poll(() => fetch(url).then(String, () => "gone")).toBe("gone");
});

test("stopping it leaves no listener and no temporary file, and raises no error", async () => {
  const options = optionsIn("stopped");
  const stopped = await startEmulator(await freePort(), options);
  if (stopped === null) throw new Error("the emulator did not start");
  await stopped.stop();
  await expect(fetch(stopped.url)).rejects.toThrow();
  expect(existsSync(join(options.folder, "tmp"))).toBe(false);
  expect(await Promise.race([stopped.broken, Promise.resolve("no fault")])).toBe("no fault");
});
