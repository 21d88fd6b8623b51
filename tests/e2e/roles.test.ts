/** For each role, what it asks for against what its policy lets it, both ways. */
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, expect, test } from "vitest";
import { calls, isUsed, rights, shortRole, type Right } from "./policies.ts";
import {
  api,
  batch,
  clips,
  cloud,
  control,
  ended,
  machines,
  noMachines,
  results,
  submit,
  tick,
  waitUntil,
  workingMachine,
} from "./world.ts";

const operate = { key: cloud.keys.operate };
afterAll(async () => {
  await noMachines();
});

/** Lambda itself uses these with the function's role: for the log, and to read the queue that feeds it. */
const usedByLambda = ({ role, action }: Right): boolean =>
  action.startsWith("logs:") || (shortRole(role) === "fold" && action.startsWith("sqs:"));

/** S3 answers 404 for what is not there only to a role that may list; without it, 403. */
const tellsAbsence = ({ action }: Right): boolean => action === "s3:ListBucket";

/** Needed after a fault that a test of the whole cloud cannot cause, and where it is caused. */
const afterFaults: readonly (readonly [role: string, action: string, resource: RegExp, why: string])[] = [
  ...["submit", "reap", "fold"].map(
    (role) =>
      [
        role,
        "s3:GetObject",
        /\/active\/\*$/,
        "a write whose answer was lost is read back: records.test.ts",
      ] as const,
  ),
  ["submit", "s3:GetObject", /\/index\/\*$/, "a write whose answer was lost is read back: records.test.ts"],
  [
    "launch",
    "ec2:TerminateInstances",
    /instance\/\*$/,
    "a stop came while EC2 launched: launch-tick.test.ts",
  ],
  ["worker", "s3:DeleteObject", /\/audio\/\*$/, "another attempt's commit was first: agent.test.ts"],
  ...["s3:GetObject", "s3:PutObject", "s3:DeleteObject"].map(
    (action) => ["reap", action, /\/retained\/\*$/, "a day passes before: retention.test.ts"] as const,
  ),
  [
    "submit",
    "s3:GetObject",
    /\/retained\/\*$/,
    "a write whose answer was lost is read back: records.test.ts",
  ],
  ["reap", "s3:DeleteObject", /\/audio\/\*$/, "an attempt that lost left its audio: leftovers.test.ts"],
];
const isAfterFault = ({ role, action, resource }: Right): boolean =>
  afterFaults.some(
    ([of, wanted, pattern]) => of === shortRole(role) && wanted === action && pattern.test(resource),
  );

/** Each of these steps uses rights that no other does. */
async function useEverything(): Promise<void> {
  await keyFromItsMakingToItsEnd();
  await interruptedBatchInBothLanes();
  await bootsThatFail();
  await deadLetters();
  await heldAndCanceled();
  await stopThatEc2Hinders();
}

async function keyFromItsMakingToItsEnd(): Promise<void> {
  const made = await api("POST", "/v1/keys", { ...operate, body: { scopes: ["read"], name: "roles" } });
  expect(made.status).toBe(201);
  const { id } = made.json as { id: string };
  expect((await api("GET", "/v1/keys", operate)).status).toBe(200);
  expect((await api("DELETE", `/v1/keys/${id}`, operate)).status).toBe(200);
}

async function interruptedBatchInBothLanes(): Promise<void> {
  const patient = await submit(clips(6, 30), { speed: "standard", retain_days: 1 });
  const headers = { "idempotency-key": `roles-${patient.id}` };
  const body = { items: clips(6, 16) };
  const { json } = await api("POST", "/v1/batches", { headers, body });
  expect((await api("POST", "/v1/batches", { headers, body })).json).toEqual(json);
  const { id } = json as { id: string };
  // A message that names an item and holds no job: the worker looks the item up and fails it.
  await send("musicgen-batch-local-jobs-fast-tiny-random", JSON.stringify({ batch_id: id, index: 5 }));
  const dryRun = { ...operate, headers: { "idempotency-key": `roles-${patient.id}-dry-run` } };
  expect((await api("POST", "/v1/launch?dry_run=true", dryRun)).status).toBe(200);
  const { headers: told } = await api("GET", `/v1/batches/${patient.id}`);
  const known = { "if-none-match": told.get("etag") ?? "" };
  expect([200, 304]).toContain(
    (await api("GET", `/v1/batches/${patient.id}?wait=1`, { headers: known })).status,
  );
  const machine = await workingMachine(id);
  await workingMachine(patient.id);
  await control("/interrupt", { instance_id: machine, notice_seconds: 8 });
  await ended(id);
  await ended(patient.id);
  const [made] = await results(id);
  expect((await fetch(await audioOf(made?.item_id ?? ""))).status).toBe(200);
  // The reaper erases them when the machine's account is closed.
  for (const one of [id, patient.id]) expect((await api("DELETE", `/v1/batches/${one}`)).status).toBe(202);
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
  for (const speed of ["fast", "standard"]) {
    const queue = `musicgen-batch-local-jobs${speed === "fast" ? "-fast" : ""}-tiny-random`;
    // No machine may be quicker than we are.
    if (speed === "fast") await allZones({ path: "/capacity", change: { instances: 0 } });
    const { id } = await submit(clips(1, 1), { speed });
    await bury(queue);
    await tick("reap");
    if (speed === "fast") await allZones({ path: "/capacity", change: { instances: null } });
    await api("POST", `/v1/batches/${id}/cancel`, { body: { mode: "abort" } });
    await ended(id);
  }
}

async function allZones({ path, change }: { path: string; change: object }): Promise<void> {
  const { zones } = (await control("/state")) as { zones: { zone: string }[] };
  for (const { zone } of zones) await control(path, { zone, ...change });
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
async function bury(queueName: string): Promise<void> {
  const client = sqs();
  const received = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: urlOf(queueName),
      VisibilityTimeout: 5,
      WaitTimeSeconds: 5,
    }),
  );
  client.destroy();
  const [message] = received.Messages ?? [];
  expect(message?.Body).toBeDefined();
  await send("musicgen-batch-local-jobs-dlq", message?.Body ?? "");
}

async function heldAndCanceled(): Promise<void> {
  const { id } = await submit(clips(2, 1), { max_cost_usd: "0.000001" });
  await waitUntil("the batch to be held", async () => {
    await tick("launch");
    return (await batch(id)).waiting_reason?.reason === "budget_batch";
  });
  await api("POST", `/v1/batches/${id}/cancel`, { body: { mode: "abort" } });
  await ended(id);
}

/** The operator's own attempt fails at EC2, so the reaper ends the machine, which hangs and does not leave by itself. */
async function stopThatEc2Hinders(): Promise<void> {
  const { id } = await submit(clips(40, 12));
  const hanging = await workingMachine(id);
  const machine = (await machines()).find(({ instance_id }) => instance_id === hanging);
  if (machine?.process_id == null) throw new Error(`${hanging} has no process`);
  process.kill(machine.process_id, "SIGSTOP");
  await control("/fault", { action: "TerminateInstances", code: "InternalError", for_seconds: 10 });
  await api("POST", "/v1/stop", { ...operate, headers: { "idempotency-key": `roles-stop-${id}` } });
  await waitUntil("the last machine to be ended", async () => {
    await tick("reap");
    return (await machines()).length === 0;
  });
  // Twice: the second is answered with what the first was.
  const again = { ...operate, headers: { "idempotency-key": `roles-start-${id}` } };
  for (let time = 0; time < 2; time += 1) expect((await api("POST", "/v1/start", again)).status).toBe(200);
  await api("POST", `/v1/batches/${id}/cancel`, { body: { mode: "abort" } });
  await ended(id);
}

test("each role asks for what its policy lets it, and its policy lets it do nothing that it never asks for", async () => {
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
  await waitUntil(
    "every right to be used",
    async () => {
      await tick("reap");
      await tick("launch");
      return unused().length === 0;
    },
    90,
  ).catch(() => undefined);
  expect(unused()).toEqual([]);
  expect(calls().filter((call) => !call.allowed)).toEqual([]);
});
