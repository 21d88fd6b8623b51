/**
 * The functions of the API in this process, over the emulator's S3, SQS and Lambda and the local EC2. Nothing is
 * deployed, so no schedule runs and no machine is launched.
 */
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import type { ApiLambda } from "../../functions/http/api.ts";
import { type Emulator, rootCredentials, startEmulator } from "../../local/cloud/emulator/emulator.ts";
import { freePort } from "../../local/cloud/free-port.ts";
import { startLocalEc2 } from "../../local/ec2/local-ec2.ts";
import { defaultZones } from "../../local/ec2/options.ts";
import { localStage } from "../../local/start/stage.ts";
import { type ApiFunction, type RouteKey, routes } from "../../shared/contract/api/routes.ts";

export interface Request {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
export interface Stage {
  /** What the functions are configured by. */
  readonly environment: Readonly<Record<string, string>>;
  call(key: RouteKey, request?: Request): Promise<APIGatewayProxyStructuredResultV2>;
  stop(): Promise<void>;
}

export const root = join(import.meta.dirname, "..", "..");
export const folder = join(root, ".local", "bench-api");
const own = localStage(root, null, root);
// Room for all that is submitted, and that nothing takes away.
const config = { ...own, limits: { ...own.limits, queued_items: 100_000 } };
const { region } = config;
const bucket = "bench";
/** What launches and expands on a stage. */
const idleFunction = "idle";

export async function startStage(): Promise<Stage> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const emulator = await emulated();
  const ec2 = await localEc2(emulator.url);
  const stop = async (): Promise<void> => {
    await ec2.stop();
    await emulator.stop();
  };
  try {
    const environment = await makeStage(emulator.url, ec2.endpoint);
    // Before the functions are loaded: they read it once.
    Object.assign(process.env, environment);
    return { environment, call: await callerOfFunctions(), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function emulated(): Promise<Emulator> {
  const options = { root, folder, ec2Url: "http://127.0.0.1:9", signal: new AbortController().signal };
  const emulator = await startEmulator(await freePort(), options);
  if (emulator === null) throw new Error("the emulator did not start: its port was taken; try again");
  return emulator;
}

const localEc2 = (awsEndpoint: string) =>
  startLocalEc2({
    region,
    awsEndpoint,
    launchWorker: { command: "false", args: [], env: {}, cwd: folder },
    deliverEvent: () => Promise.resolve(),
    onLog: () => undefined,
    folder: join(folder, "machines"),
    bootSeconds: 1,
    noticeSeconds: 1,
    graceSeconds: 1,
    visibilityDelaySeconds: 0,
    seed: 1,
    zones: defaultZones(region),
  });

/** @returns the environment that a deploy would give to the functions */
async function makeStage(awsUrl: string, ec2Url: string): Promise<Record<string, string>> {
  const at = { endpoint: awsUrl, region, credentials: rootCredentials };
  const [s3, sqs, lambda] = [
    new S3Client({ ...at, forcePathStyle: true }),
    new SQSClient(at),
    new LambdaClient(at),
  ];
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await new IAMClient(at).send(
    new CreateRoleCommand({ RoleName: idleFunction, AssumeRolePolicyDocument: "{}" }),
  );
  await makeIdleFunction(lambda);
  const queue = async (name: string): Promise<string> =>
    (await sqs.send(new CreateQueueCommand({ QueueName: name }))).QueueUrl ?? "";
  const model = config.models[0]?.id ?? "";
  const tiers = { fast: await queue("fast"), standard: await queue("standard"), bulk: await queue("bulk") };
  return {
    AWS_ENDPOINT_URL: awsUrl,
    AWS_ENDPOINT_URL_EC2: ec2Url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: rootCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: rootCredentials.secretAccessKey,
    // Its lines are no part of what is measured here.
    POWERTOOLS_LOG_LEVEL: "SILENT",
    MGB_STAGE: "local",
    MGB_BUCKET: bucket,
    MGB_CONFIG: JSON.stringify(config),
    MGB_JOB_QUEUES: JSON.stringify({ [model]: tiers }),
    MGB_DEAD_LETTERS_QUEUE: await queue("dead-letters"),
    MGB_WEBHOOKS_QUEUE: await queue("webhooks"),
    MGB_LAUNCH_TEMPLATE: "lt-00000000000000001",
    MGB_LAUNCH_FUNCTION: idleFunction,
    MGB_EXPAND_FUNCTION: idleFunction,
  };
}

async function makeIdleFunction(lambda: LambdaClient): Promise<void> {
  const zip = join(folder, "idle.zip");
  const script = `import sys, zipfile; zipfile.ZipFile(sys.argv[1], "w").writestr("index.mjs", "export const handler = async () => {};")`;
  const { status, stderr } = spawnSync("python3", ["-c", script, zip], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: idleFunction,
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Role: "arn:aws:iam::000000000000:role/idle",
      Code: { ZipFile: readFileSync(zip) },
    }),
  );
}

/** Calls the functions in this process, which read their configuration from its environment. */
export async function callerOfFunctions(): Promise<Stage["call"]> {
  const [submit, read, operate] = await Promise.all([
    import("../../functions/submit.ts"),
    import("../../functions/read.ts"),
    import("../../functions/operate.ts"),
  ]);
  const functions: Readonly<Record<ApiFunction, ApiLambda>> = {
    submit: submit.handler,
    read: read.handler,
    operate: operate.handler,
  };
  return (key, request = {}) =>
    functions[routes[key].servedBy](eventOf(key, request), { awsRequestId: "bench" } as Context);
}

const caller = JSON.stringify({ kind: "known", owner: "bench", scopes: ["read", "submit", "operate"] });

function eventOf(key: RouteKey, { params = {}, query = {}, body }: Request) {
  const [method = "", path = ""] = key.split(" ");
  return {
    version: "2.0",
    routeKey: key,
    rawPath: path,
    rawQueryString: "",
    headers: {},
    pathParameters: params,
    queryStringParameters: query,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    isBase64Encoded: false,
    requestContext: {
      accountId: "000000000000",
      apiId: "api",
      domainName: "api.invalid",
      domainPrefix: "api",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "bench" },
      requestId: "bench",
      routeKey: key,
      stage: "$default",
      time: "",
      timeEpoch: 0,
      authorizer: { lambda: { caller } },
    },
  };
}
