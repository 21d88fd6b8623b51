/** Reading the functions' logs, on an emulator of CloudWatch that nobody here wrote. */
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readLog } from "../../shared/aws/logs/read-logs.ts";
import { LogsError } from "../../shared/ports.ts";
import { systemClock } from "../../shared/system/system-clock.ts";
import { type Moto, startMoto } from "./moto.ts";

const group = "/aws/lambda/musicgen-batch-prod-reap";
const batch = "batch_00000000000000000000000001";
const at = Math.floor(systemClock.nowMs() / 1000) * 1000 - 60_000;
let moto: Moto;
let client: CloudWatchLogsClient;
beforeAll(async () => {
  moto = await startMoto();
  client = new CloudWatchLogsClient({
    endpoint: moto.url,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  await client.send(new CreateLogGroupCommand({ logGroupName: group }));
  for (const [stream, offset] of [
    ["one", 0],
    ["two", 1_000],
  ] as const) {
    const names = { logGroupName: group, logStreamName: stream };
    await client.send(new CreateLogStreamCommand(names));
    const logEvents = [
      { timestamp: at + offset, message: `{"message":"held by ${stream}","batchId":"${batch}"}\n` },
      { timestamp: at + offset + 1, message: `{"message":"something else of ${stream}"}\n` },
    ];
    await client.send(new PutLogEventsCommand({ ...names, logEvents }));
  }
});
afterAll(async () => {
  client.destroy();
  await moto.stop();
});

const texts = async (change: Partial<Parameters<typeof readLog>[2]> = {}) => {
  const lines = await readLog(client, group, { text: null, fromMs: at, mostLines: 100, ...change });
  return lines.map(({ text }) => /(\w+) (of|by) (\w+)/.exec(text)?.[0]);
};

test("lines of all streams are read in the order of time", async () => {
  expect(await texts()).toEqual(["held by one", "else of one", "held by two", "else of two"]);
});

test("only lines that name a batch are read", async () => {
  expect(await texts({ text: batch })).toEqual(["held by one", "held by two"]);
});

test("reading begins at a time, and ends after so many lines", async () => {
  expect(await texts({ fromMs: at + 1_000 })).toEqual(["held by two", "else of two"]);
  expect(await texts({ mostLines: 3 })).toHaveLength(3);
});

test("each line has an id of its own, and ends without a line break", async () => {
  const lines = await readLog(client, group, { text: null, fromMs: at, mostLines: 100 });
  expect(new Set(lines.map(({ id }) => id)).size).toBe(4);
  expect(lines.every(({ text }) => !text.endsWith("\n"))).toBe(true);
});

test("a log that is not there is told with what to check", async () => {
  const reading = readLog(client, "/aws/lambda/none", { text: null, fromMs: at, mostLines: 1 });
  const error = await reading.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(LogsError);
  expect((error as LogsError).message).toContain("is the stage deployed?");
  expect((error as LogsError).missingRight).toBeNull();
});

test("a refusal names the right that is missing", async () => {
  const refusing = {
    send: () => Promise.reject(Object.assign(new Error("no"), { name: "AccessDeniedException" })),
  };
  const reading = readLog(refusing as unknown as CloudWatchLogsClient, group, {
    text: null,
    fromMs: at,
    mostLines: 1,
  });
  await expect(reading).rejects.toMatchObject({ missingRight: "logs:FilterLogEvents" });
});
