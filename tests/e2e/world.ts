/** The embedded cloud as the end-to-end tests see it: its API, its EC2's control, and its schedules at will. */
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, inject } from "vitest";
import {
  type BatchView,
  batchViewSchema,
  capacityViewSchema,
  type ResultView,
  resultViewSchema,
  uploadViewSchema,
} from "../../shared/contract/api/api.ts";
import type { CloudFile } from "../../shared/contract/cloud-file.ts";

export const cloud: CloudFile = inject("cloud");

const dayMs = 86_400_000;
const aheadMs = (): number => Number(readFileSync(inject("clockFile"), "utf8"));

/** The cloud's time. */
export const nowMs = (): number => Date.now() + aheadMs();

/** The cloud's time goes on to so much later at once: for what comes by itself after minutes. */
export const minutesLater = (minutes: number): void => {
  const file = inject("clockFile");
  // Renamed into its place: a reader never sees half of it.
  writeFileSync(`${file}.next`, String(aheadMs() + minutes * 60_000));
  renameSync(`${file}.next`, file);
};

/** It is a minute after midnight (UTC). */
export const nextDay = (): void => {
  minutesLater((dayMs - (nowMs() % dayMs)) / 60_000 + 1);
};

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
}

/** @param key undefined: the key that may submit; null: none is sent */
export async function api(
  method: string,
  path: string,
  options: { key?: string | null; body?: unknown; rawBody?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const headers = new Headers(options.headers);
  if (options.key !== null) headers.set("authorization", `Bearer ${options.key ?? cloud.keys.submit}`);
  const body = options.rawBody ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  if (body !== undefined) headers.set("content-type", "application/json");
  const response = await fetch(`${cloud.apiUrl}${path}`, {
    method,
    headers,
    redirect: "manual",
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: jsonOrUndefined(text) };
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export async function submit(items: readonly object[], more: object = {}): Promise<BatchView> {
  const answer = await api("POST", "/v1/batches", { body: { items, reuse: false, ...more } });
  expect(answer.status, answer.text).toBe(202);
  return batchViewSchema.parse(answer.json);
}

/** Submits an upload, which the batch's metadata names. @param lines an item each */
export async function submitLines(lines: readonly string[], more: object = {}): Promise<BatchView> {
  const file = lines.join("\n");
  const made = await api("POST", "/v1/uploads", { body: { bytes: Buffer.byteLength(file) } });
  expect(made.status, made.text).toBe(201);
  const { id, url, method, headers } = uploadViewSchema.parse(made.json);
  const sent = await fetch(url, { method, headers, body: file });
  expect(sent.status, await sent.text()).toBe(200);
  const body = { ...more, upload_id: id, metadata: { upload: id } };
  const answer = await api("POST", "/v1/batches", { body });
  expect(answer.status, answer.text).toBe(202);
  return batchViewSchema.parse(answer.json);
}

export const batch = async (id: string): Promise<BatchView> =>
  batchViewSchema.parse((await api("GET", `/v1/batches/${id}`)).json);

/** A page of 1,000 items. @param from the first of them */
export async function results(id: string, from = 0): Promise<ResultView[]> {
  const { text } = await api("GET", `/v1/batches/${id}/results?cursor=${from}`);
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => resultViewSchema.parse(JSON.parse(line)));
}

export const clips = (count: number, seconds: number): object[] =>
  Array.from({ length: count }, (_, index) => ({
    custom_id: `clip-${index}`,
    prompt: `clip number ${index}`,
    seed: index,
    duration_seconds: seconds,
  }));

/** What a wait that failed has to show: the last decisions and batches, the machines as EC2 and as they themselves tell. */
async function lastState(): Promise<object> {
  const operate = { key: cloud.keys.operate };
  const [decisions, batches, capacity, ec2] = await Promise.all([
    api("GET", "/v1/decisions?limit=2", operate),
    api("GET", "/v1/batches?limit=2", operate),
    api("GET", "/v1/capacity", operate),
    control("/state"),
  ]);
  return { decisions: decisions.json, batches: batches.json, capacity: capacity.json, ec2 };
}

/** Asks again and again; what it waits for and what there was instead is in the failure's message. */
export async function waitUntil<T>(
  what: string,
  probe: () => Promise<T | null | undefined | false>,
  seconds = 600,
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await probe();
    if (found !== null && found !== undefined && found !== false) return found;
    if (performance.now() > deadline)
      throw new Error(`waited ${seconds} s for ${what}\n${JSON.stringify(await lastState(), null, 2)}`);
    await sleep(500);
  }
}

export const ended = (id: string, seconds = 450): Promise<BatchView> =>
  waitUntil(
    `the end of ${id}`,
    async () => {
      const view = await batch(id);
      return view.ended_at !== null && view;
    },
    seconds,
  );

/** What is in hand is given up as well. */
export async function cancel(id: string): Promise<void> {
  const answer = await api("POST", `/v1/batches/${id}/cancel`, { body: { mode: "abort" } });
  expect(answer.status, answer.text).toBe(202);
}

/** To be destroyed by whoever asked for it. */
export const lambda = (): LambdaClient =>
  new LambdaClient({
    endpoint: cloud.endpoints.aws,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });

/** Runs a scheduled function now; the schedule's own minute would make the tests slow. */
export async function tick(name: "launch" | "reap"): Promise<void> {
  const client = lambda();
  const answer = await client.send(
    new InvokeCommand({
      FunctionName: `musicgen-batch-local-${name}`,
      Payload: JSON.stringify({ source: "aws.events", "detail-type": "Scheduled Event", detail: {} }),
    }),
  );
  client.destroy();
  expect(answer.FunctionError, Buffer.from(answer.Payload ?? []).toString()).toBeUndefined();
}

/** What a machine that is gone had in hand is taken from it: EC2's list may lag, so that takes a while. */
export async function takeFromLostMachines(): Promise<void> {
  minutesLater(2);
  await tick("reap");
}

export interface Machine {
  readonly instance_id: string;
  readonly state: string;
  readonly zone: string;
  readonly process_id: number | null;
}

export async function control(path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${cloud.endpoints.ec2Control}${path}`, {
    method: body === undefined ? "GET" : "POST",
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    }),
  });
  const text = await response.text();
  expect(response.ok, `${path}: ${text}`).toBe(true);
  return jsonOrUndefined(text);
}

/** In every zone, from now on. @param usd an hour; null: prices move by themselves again */
export async function setPrices(usd: number | null): Promise<void> {
  const { zones } = (await control("/state")) as { zones: readonly { zone: string }[] };
  for (const { zone } of zones) await control("/price", { zone, usd });
}

const gone = new Set(["terminated", "shutting-down"]);

/** Machines that EC2 still runs, as EC2 itself knows them. */
export async function machines(): Promise<Machine[]> {
  const state = (await control("/state")) as { instances: Machine[] };
  return state.instances.filter((machine) => !gone.has(machine.state));
}

export const noMachines = (): Promise<boolean> =>
  waitUntil("the last machine to leave", async () => (await machines()).length === 0);

/** A machine that has items of the batch in hand, once there is one. */
export const workingMachine = (id: string): Promise<string> =>
  waitUntil("a machine at work", async () => {
    const { counts } = await batch(id);
    const { workers } = capacityViewSchema.parse((await api("GET", "/v1/capacity")).json);
    // A heartbeat outlives its machine for a while.
    const alive = new Set((await machines()).map(({ instance_id }) => instance_id));
    const busy = workers.find((worker) => worker.items_running > 0 && alive.has(worker.instance_id));
    return counts.running > 0 && busy?.instance_id;
  });

/** Every item once, each with audio, in the order of the input. */
export async function expectEveryItemOnce(id: string, count: number): Promise<void> {
  const found = await results(id);
  expect(found.map(({ index }) => index)).toEqual(Array.from({ length: count }, (_, index) => index));
  expect(new Set(found.map(({ outcome }) => outcome))).toEqual(new Set(["succeeded"]));
}
