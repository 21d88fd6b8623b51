/** For each role, what it asks for against what its policy lets it, both ways. */
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { webhookEventTypes } from "../../../shared/contract/api/event-types.ts";
import { calls } from "../call-record.ts";
import { isUsed, rights, shortRole, type Right } from "./policies.ts";
import { deleteWebhooks, deliveriesOf, makeWebhook, startReceiver, type Receiver } from "./receiver.ts";
import {
  api,
  batch,
  cancel,
  clips,
  cloud,
  control,
  ended,
  takeFromLostMachines,
  machines,
  minutesLater,
  noMachines,
  results,
  setPrices,
  submit,
  submitLines,
  tick,
  waitUntil,
  workingMachine,
} from "../world.ts";

const operate = { key: cloud.keys.operate };
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver({
    "/answers": () => 204,
    "/hangs-once": (earlier) => (earlier === 0 ? null : 204),
    "/gone": () => 410,
  });
});
/** However it ended, what it changed for all is as before. */
afterAll(async () => {
  await receiver.close();
  await control("/fault-end", { action: "TerminateInstances" });
  await setPrices(null);
  expect((await api("POST", "/v1/start", operate)).status).toBe(200);
  await noMachines();
});

/** Lambda itself uses these with the function's role: for the log, and to read the queue that feeds it. */
const usedByLambda = ({ role, action }: Right): boolean =>
  action.startsWith("logs:") ||
  (["fold", "deliver"].includes(shortRole(role)) &&
    ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"].includes(action));

/** S3 answers 404 for what is not there only to a role that may list; without it, 403. */
const tellsAbsence = ({ action }: Right): boolean => action === "s3:ListBucket";

/** Needed after a fault that a test of the whole cloud cannot cause, and where it is caused. */
const afterFaults: readonly (readonly [role: string, action: string, resource: RegExp, why: string])[] = [
  ...["submit", "reap", "fold", "expand"].map(
    (role) =>
      [
        role,
        "s3:GetObject",
        /\/active\/\*$/,
        "a write whose answer was lost is read back: records.test.ts",
      ] as const,
  ),
  ["submit", "s3:GetObject", /\/index\/\*$/, "a write whose answer was lost is read back: records.test.ts"],
  ...["submit", "operate"].map(
    (role) =>
      [
        role,
        "s3:GetObject",
        /\/audit\/\*$/,
        "a write whose answer was lost is read back: records.test.ts",
      ] as const,
  ),
  [
    "launch",
    "ec2:TerminateInstances",
    /instance\/\*$/,
    "a stop came while EC2 launched: launch-tick.test.ts",
  ],
  ["worker", "s3:DeleteObject", /\/audio\/\*$/, "another attempt's commit was first: messages.test.ts"],
  ...["s3:GetObject", "s3:PutObject", "s3:DeleteObject"].map(
    (action) => ["reap", action, /\/retained\/\*$/, "a day passes before: deletion.test.ts"] as const,
  ),
  [
    "submit",
    "s3:GetObject",
    /\/retained\/\*$/,
    "a write whose answer was lost is read back: records.test.ts",
  ],
  ...["s3:GetObject", "s3:PutObject"].map(
    (action) => ["launch", action, /\/told\/\*$/, "a day's budget is reached: told.test.ts"] as const,
  ),
  [
    "deliver",
    "s3:GetObject",
    /\/deliveries\/\*$/,
    "a write whose answer was lost is read back: records.test.ts",
  ],
  ["reap", "lambda:InvokeFunction", /-expand$/, "an expansion died: uploads.test.ts"],
  ["reap", "s3:DeleteObject", /\/audio\/\*$/, "an attempt that lost left its audio: leftovers.test.ts"],
];
const isAfterFault = ({ role, action, resource }: Right): boolean =>
  afterFaults.some(
    ([of, wanted, pattern]) => of === shortRole(role) && wanted === action && pattern.test(resource),
  );

/** Each of these steps uses rights that no other does. */
async function useEverything(): Promise<void> {
  const webhooks = await webhooksOfAllKinds();
  await keyFromItsMakingToItsEnd();
  expect((await api("GET", "/v1/audit", operate)).status).toBe(200);
  expect((await api("GET", "/v1/prices")).status).toBe(200);
  await interruptedBatchesInAllTiers();
  await bootsThatFail();
  await deadLetters();
  await heldAndCanceled();
  await uploadsOfAllKinds();
  await stopThatEc2Hinders();
  await waitUntil("the stop to be told", () =>
    Promise.resolve(receiver.at("/answers").some(({ body }) => body.type === "fleet.stopped")),
  );
  await sendAgain(webhooks.answers);
  // What hung is tried again, and is fast now.
  minutesLater(10);
  await waitUntil("the slow one to be fast", () => Promise.resolve(receiver.at("/hangs-once").length > 1));
  await deleteWebhooks(Object.values(webhooks));
}

/** One that is told of all, one that is slow at first, and one that wants no more. */
async function webhooksOfAllKinds(): Promise<Record<"answers" | "slow" | "gone", string>> {
  const answers = await makeWebhook(`${receiver.url}/answers`, webhookEventTypes);
  const slow = await makeWebhook(`${receiver.url}/hangs-once`, ["fleet.stopped"]);
  const gone = await makeWebhook(`${receiver.url}/gone`, ["fleet.stopped"]);
  for (const { id } of [answers, slow, gone])
    expect((await api("POST", `/v1/webhooks/${id}/test`)).status).toBe(202);
  expect((await api("POST", `/v1/webhooks/${answers.id}/rotate`)).status).toBe(200);
  return { answers: answers.id, slow: slow.id, gone: gone.id };
}

async function sendAgain(id: string): Promise<void> {
  const [line] = await deliveriesOf(id);
  const body = { delivery_id: line?.id };
  expect((await api("POST", `/v1/webhooks/${id}/redeliver`, { body })).status).toBe(202);
}

async function keyFromItsMakingToItsEnd(): Promise<void> {
  const made = await api("POST", "/v1/keys", { ...operate, body: { scopes: ["read"], name: "roles" } });
  expect(made.status).toBe(201);
  const { id } = made.json as { id: string };
  expect((await api("GET", "/v1/keys", operate)).status).toBe(200);
  expect((await api("DELETE", `/v1/keys/${id}`, operate)).status).toBe(200);
}

async function interruptedBatchesInAllTiers(): Promise<void> {
  const patient = await submit(clips(2, 20), { speed: "standard", retain_days: 1 });
  const last = await submit(clips(2, 20), { speed: "standard", priority: "low" });
  const headers = { "idempotency-key": `roles-${patient.id}` };
  const body = { items: clips(6, 14) };
  const { json } = await api("POST", "/v1/batches", { headers, body });
  expect((await api("POST", "/v1/batches", { headers, body })).json).toEqual(json);
  const { id } = json as { id: string };
  // A message that names an item and holds no job: the worker looks the item up and fails it.
  await send("musicgen-batch-local-jobs-fast-tiny-random", JSON.stringify({ batch_id: id, index: 5 }));
  const dryRun = { ...operate, headers: { "idempotency-key": `roles-${patient.id}-dry-run` } };
  expect((await api("POST", "/v1/launch?dry_run=true", dryRun)).status).toBe(200);
  const machine = await workingMachine(id);
  await workingMachine(patient.id);
  await workingMachine(last.id);
  await control("/interrupt", { instance_id: machine, notice_seconds: 8 });
  await ended(id);
  await ended(patient.id);
  await ended(last.id);
  const [made] = await results(id);
  const given = await submit(clips(1, 14), { reuse: true });
  expect((await results(given.id))[0]?.reused_from).toBe(made?.item_id);
  expect((await fetch(await audioOf(made?.item_id ?? ""))).status).toBe(200);
  const going = await submit([
    { prompt: "on", duration_seconds: 15, continue_from: { item_id: made?.item_id } },
  ]);
  await ended(going.id);
  // The reaper erases them when the machine's account is closed.
  for (const one of [id, patient.id, going.id])
    expect((await api("DELETE", `/v1/batches/${one}`)).status).toBe(202);
}

const audioOf = async (itemId: string): Promise<string> => {
  const answer = await api("GET", `/v1/items/${itemId}/audio`);
  return answer.headers.get("location") ?? "";
};

/** Three in a row open the breaker, and the console of the last is read: what it says is shown. */
async function bootsThatFail(): Promise<void> {
  await noMachines();
  const { id } = await submit(clips(1, 1));
  await waitUntil("launches to be held", async () => {
    for (const { process_id } of await machines()) if (process_id !== null) kill(process_id);
    await tick("reap");
    await tick("launch");
    return (await batch(id)).waiting_reason?.reason === "breaker";
  });
  await cancel(id);
  expect((await api("POST", "/v1/start", operate)).status).toBe(200);
  await ended(id);
}

/** As a program that crashes; it may have just ended. */
function kill(processId: number): void {
  try {
    process.kill(processId, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function deadLetters(): Promise<void> {
  await noMachines();
  // No machine may be quicker than we are.
  await setPrices(0.9);
  const tiers = { jobs: {}, "jobs-fast": { priority: "high" }, "jobs-bulk": { priority: "low" } };
  for (const [tier, own] of Object.entries(tiers)) {
    const queue = `musicgen-batch-local-${tier}-tiny-random`;
    const { id } = await submit(clips(1, 1), { speed: "standard", ...own });
    await bury(queue, id);
    await waitUntil("the dead letter to be sent again", async () => {
      await tick("reap");
      return calls().some(
        ({ role, action, resource }) =>
          shortRole(role) === "reap" && action === "sqs:SendMessage" && resource.endsWith(`:${queue}`),
      );
    });
    await cancel(id);
    await ended(id);
  }
  await setPrices(null);
}

const sqs = (): SQSClient =>
  new SQSClient({
    endpoint: cloud.endpoints.aws,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
const urlOf = (queueName: string): string => `${cloud.endpoints.aws}/000000000000/${queueName}`;

async function send(queueName: string, body: string): Promise<void> {
  const client = sqs();
  await client.send(new SendMessageCommand({ QueueUrl: urlOf(queueName), MessageBody: body }));
  client.destroy();
}

/** As SQS does with a message that was received a hundred times. */
async function bury(queueName: string, batchId: string): Promise<void> {
  const client = sqs();
  const body = await waitUntil(`the message of ${batchId}`, async () => {
    const request = { QueueUrl: urlOf(queueName), VisibilityTimeout: 5, MaxNumberOfMessages: 10 };
    const { Messages = [] } = await client.send(new ReceiveMessageCommand(request));
    // Those of items that were canceled lie there until a machine comes.
    return Messages.map(({ Body }) => Body).find((text) => text?.includes(batchId));
  });
  client.destroy();
  await send("musicgen-batch-local-jobs-dlq", body);
}

/** One is invalid after its first chunk; the items of the others go into all tiers, but for a clip that is there. */
async function uploadsOfAllKinds(): Promise<void> {
  const line = JSON.stringify({ prompt: "a calm piano", duration_seconds: 1 });
  const invalid = await submitLines([...Array.from({ length: 1000 }, () => line), "{"]);
  expect((await ended(invalid.id)).outcome).toBe("invalid");
  const [patient, quick] = [
    await submitLines(
      Array.from({ length: 30 }, () => line),
      { speed: "economy", reuse: true },
    ),
    await submitLines([JSON.stringify(clips(1, 14)[0]), line], { speed: "fast", reuse: true }),
  ];
  for (const { id } of [patient, quick]) {
    await waitUntil("the upload to be queued", async () => (await batch(id)).counts.total > 0);
    await cancel(id);
    await ended(id);
  }
}

async function heldAndCanceled(): Promise<void> {
  const { id } = await submit(clips(2, 1), { max_cost_usd: "0.000001" });
  await waitUntil("the batch to be held", async () => {
    await tick("launch");
    return (await batch(id)).waiting_reason?.reason === "budget_batch";
  });
  // A batch that has just changed is answered at once, without a place to wait.
  await waitUntil("an answer that was waited for", async () => {
    const { headers: told } = await api("GET", `/v1/batches/${id}`);
    const known = { "if-none-match": told.get("etag") ?? "" };
    return (await api("GET", `/v1/batches/${id}?wait=1`, { headers: known })).status === 304;
  });
  await cancel(id);
  await ended(id);
}

/** The operator's own attempt fails at EC2, so the reaper ends the machine, which hangs and does not leave by itself. */
async function stopThatEc2Hinders(): Promise<void> {
  const { id } = await submit(clips(4, 6));
  const hanging = await workingMachine(id);
  const machine = (await machines()).find(({ instance_id }) => instance_id === hanging);
  if (machine?.process_id == null) throw new Error(`${hanging} has no process`);
  process.kill(machine.process_id, "SIGSTOP");
  await control("/fault", { action: "TerminateInstances", code: "InternalError", times: 1000 });
  await api("POST", "/v1/stop", { ...operate, headers: { "idempotency-key": `roles-stop-${id}` } });
  await control("/fault-end", { action: "TerminateInstances" });
  await waitUntil("the last machine to be ended", async () => {
    await tick("reap");
    return (await machines()).length === 0;
  });
  await waitUntil("the proof", async () => {
    await tick("reap");
    return ((await api("GET", "/v1/stop", operate)).json as { state: string }).state === "stopped";
  });
  // This one tells webhooks of it.
  await tick("reap");
  // While it is stopped, so that no machine comes for it.
  await cancel(id);
  // Twice: the second is answered with what the first was.
  const again = { ...operate, headers: { "idempotency-key": `roles-start-${id}` } };
  for (let time = 0; time < 2; time += 1) expect((await api("POST", "/v1/start", again)).status).toBe(200);
  await takeFromLostMachines();
  await ended(id);
}

test("each role uses every right of its policy, and has every right that it uses", async () => {
  await useEverything();
  const allowed = (await rights()).filter(
    (right) => !usedByLambda(right) && !tellsAbsence(right) && !isAfterFault(right),
  );
  const unused = (): string[] => {
    const made = calls();
    return allowed
      .filter((right) => !isUsed(right, made))
      .map(({ role, action, resource }) => `${shortRole(role)} ${action} ${resource}`);
  };
  // What follows an end (forgetting drains, intents, heartbeats) comes with later ticks.
  minutesLater(10);
  await waitUntil(
    "every right to be used",
    async () => {
      await tick("reap");
      await tick("launch");
      return unused().length === 0;
    },
    300,
  ).catch(() => undefined);
  expect(unused()).toEqual([]);
});
