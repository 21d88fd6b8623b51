import { SQSClient } from "@aws-sdk/client-sqs";
import { beforeEach, expect, test } from "vitest";
import { SqsQueue } from "../../../../shared/aws/sqs/queue.ts";
import { SeededRandom } from "../../../../simulation/memory/seeded-random.ts";
import type { ReceiptHandle } from "../../../../shared/ports.ts";
import { QueueError } from "../../../../shared/ports.ts";
import type { Reply } from "../scripted-server.ts";
import { sdkSettings, SleeplessClock, useScriptedServer } from "../scripted-server.ts";

const server = useScriptedServer();
let clock: SleeplessClock;
let queue: SqsQueue;
beforeEach(() => {
  clock = new SleeplessClock();
  const client = new SQSClient(sdkSettings(server, 1));
  queue = new SqsQueue({ client, url: `${server.url}/1/jobs`, clock, random: new SeededRandom(1) });
});

const answer = (failed: readonly { Id: string; Code: string; SenderFault: boolean }[]): Reply => ({
  status: 200,
  headers: { "content-type": "application/x-amz-json-1.0" },
  body: JSON.stringify({ Successful: [], Failed: failed }),
});
const allTaken = answer([]);
const failing = (id: string): Reply => answer([{ Id: id, Code: "InternalError", SenderFault: false }]);
const refusing = (id: string, code = "InvalidMessageContents"): Reply =>
  answer([{ Id: id, Code: code, SenderFault: true }]);
const refusedRequest = (code: string, message = "no", status = 400): Reply => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-errortype": code },
  body: JSON.stringify({ __type: code, message }),
});
const bodies = (): string[][] =>
  server.requests.map((request) =>
    (JSON.parse(request.body) as { Entries: { MessageBody: string }[] }).Entries.map(
      (entry) => entry.MessageBody,
    ),
  );
const messages = (count: number) => Array.from({ length: count }, (_, index) => ({ body: `m${index}` }));
const handles = ["one", "two"] as ReceiptHandle[];

test("an entry that SQS could not take is sent again, and it alone", async () => {
  server.replies.push(failing("1"), allTaken);
  await queue.send(messages(3));
  expect(bodies()).toEqual([["m0", "m1", "m2"], ["m1"]]);
  expect(clock.sleeps).toBe(1);
});

test("an entry that SQS fails five times is an error", async () => {
  for (let time = 0; time < 5; time += 1) server.replies.push(failing("0"));
  await expect(queue.send(messages(1))).rejects.toThrow(QueueError);
  expect(server.requests).toHaveLength(5);
});

test.each([
  ["InvalidMessageContents"],
  ["InvalidParameterValue"],
  ["AWS.SimpleQueueService.InvalidMessageContents"],
  ["MissingParameter"],
  ["ACodeThatNobodyKnows"],
])(
  "a message that SQS refuses with %s is returned, and no message of the request is sent again",
  async (code) => {
    server.replies.push(refusing("1", code));
    expect(await queue.send(messages(3))).toEqual([{ place: 1, code, detail: "" }]);
    expect(bodies()).toEqual([["m0", "m1", "m2"]]);
  },
);

test("of a message that is refused while another fails, the other alone is sent again", async () => {
  server.replies.push(
    answer([
      { Id: "0", Code: "InvalidMessageContents", SenderFault: true },
      { Id: "2", Code: "InternalError", SenderFault: false },
    ]),
    refusing("0"),
  );
  expect((await queue.send(messages(3))).map(({ place }) => place)).toEqual([0, 2]);
  expect(bodies()).toEqual([["m0", "m1", "m2"], ["m2"]]);
});

test.each([
  ["AccessDenied"],
  ["KMS.AccessDeniedException"],
  ["KmsDisabled"],
  ["AWS.SimpleQueueService.NonExistentQueue"],
  ["QueueDoesNotExist"],
  ["InvalidSecurity"],
])("an entry that SQS refuses with %s is an error at once, because no message caused it", async (code) => {
  server.replies.push(refusing("0", code));
  await expect(queue.send(messages(2))).rejects.toThrow(code);
  expect(server.requests).toHaveLength(1);
});

test.each([["RequestThrottled"], ["ThrottlingException"], ["KmsThrottled"], ["OverLimit"]])(
  "an entry that SQS answers %s for is sent again",
  async (code) => {
    server.replies.push(refusing("0", code), allTaken);
    expect(await queue.send(messages(1))).toEqual([]);
    expect(server.requests).toHaveLength(2);
  },
);

test.each([
  ["InvalidMessageContents", "bad characters"],
  ["BatchRequestTooLong", "Batch requests cannot be longer than 1048576 bytes."],
  ["InvalidParameterValue", "Reason: Message must be shorter than 262144 bytes."],
])(
  "a request that SQS refuses as a whole with %s is sent one by one, to find the message",
  async (code, detail) => {
    server.replies.push(refusedRequest(code, detail), allTaken, refusedRequest(code, detail), allTaken);
    expect(await queue.send(messages(3))).toEqual([{ place: 1, code, detail }]);
    expect(bodies()).toEqual([["m0", "m1", "m2"], ["m0"], ["m1"], ["m2"]]);
  },
);

test.each([["AccessDenied"], ["QueueDoesNotExist"], ["InvalidParameterValue"]])(
  "a request that SQS refuses as a whole with %s returns no message as refused",
  async (code) => {
    server.replies.push(refusedRequest(code));
    await expect(queue.send(messages(3))).rejects.toThrow(QueueError);
    expect(server.requests).toHaveLength(1);
  },
);

test("25 messages are three requests, and one that is refused keeps no other from being sent", async () => {
  server.replies.push(refusing("0"), allTaken, allTaken);
  expect(await queue.send(messages(25))).toHaveLength(1);
  expect(
    bodies()
      .map((batch) => batch.length)
      .sort(),
  ).toEqual([10, 10, 5]);
});

test("all messages of 120 are sent, though eight requests at most run at a time", async () => {
  for (let request = 0; request < 12; request += 1) server.replies.push(allTaken);
  await queue.send(messages(120));
  expect(new Set(bodies().flat()).size).toBe(120);
});

test.each([
  ["MessageNotInflight"],
  ["AWS.SimpleQueueService.MessageNotInflight"],
  ["ReceiptHandleIsInvalid"],
  ["InvalidParameterValue"],
])("a lease that SQS answers %s for is lost, the other is not", async (code) => {
  server.replies.push(answer([{ Id: "1", Code: code, SenderFault: true }]));
  expect(await queue.extend(handles, 30)).toEqual(["two"]);
});

test("a lease that SQS failed to extend is extended by asking again", async () => {
  server.replies.push(failing("0"), allTaken);
  expect(await queue.extend(handles, 30)).toEqual([]);
  expect(server.requests).toHaveLength(2);
});

test("a deletion of what is in other hands is no error, any other refusal is", async () => {
  server.replies.push(answer([{ Id: "0", Code: "ReceiptHandleIsInvalid", SenderFault: true }]));
  await queue.delete(handles);
  server.replies.push(answer([{ Id: "0", Code: "AccessDenied", SenderFault: true }]));
  await expect(queue.delete(handles)).rejects.toThrow(QueueError);
});

test("an answer that never comes is an error that keeps its cause", async () => {
  server.replies.push("cut");
  const error: unknown = await queue.send(messages(1)).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(QueueError);
  expect((error as QueueError).cause).toBeInstanceOf(Error);
});

test("whole seconds are asked for, and rounded up: a lease is never shorter than was wanted", async () => {
  server.replies.push({ status: 200, body: "{}" });
  await queue.receive({ max: 50, waitSeconds: 0.2, visibilitySeconds: 29.5 });
  expect(JSON.parse(server.requests[0]?.body ?? "")).toMatchObject({
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 1,
    VisibilityTimeout: 30,
  });
});

test.each([
  ["AWS.SimpleQueueService.NonExistentQueue", 400, true],
  ["QueueDoesNotExist", 400, true],
  ["AccessDeniedException", 403, true],
  ["SomethingNew", 403, true],
  ["RequestThrottled", 403, false],
  ["InternalError", 500, false],
])("an answer %s (%d) says whether it is a refusal: %s", async (code, status, isRefusal) => {
  server.replies.push(refusedRequest(code, "no", status));
  const error: unknown = await queue
    .receive({ max: 1, waitSeconds: 0, visibilitySeconds: 30 })
    .catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(QueueError);
  expect(error).toMatchObject({ isRefusal });
});
