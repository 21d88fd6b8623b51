/** Plays the people: users who submit and cancel batches, and retry until they have an answer; and the operator. */
import { cancelBatch } from "../../shared/batch/orders/cancel.ts";
import { setMaxCost } from "../../shared/batch/orders/max-cost.ts";
import { createUpload } from "../../shared/batch/uploads/uploads.ts";
import { readBatch } from "../../shared/batch/progress/batch-files.ts";
import { submitBatch, type SubmitResult } from "../../shared/batch/submit/submit.ts";
import type { BatchRecord } from "../../shared/contract/records/batch-records.ts";
import { reopen, stopAll } from "../../shared/fleet/stop/stop.ts";
import type { UploadId } from "../../shared/contract/ids.ts";
import { uploadKeys } from "../../shared/contract/records/keys.ts";
import type { Clock, ObjectStore } from "../../shared/ports.ts";
import type { Functions } from "./functions.ts";
import type { Happening } from "../scenario.ts";
import { subscribed } from "./receivers.ts";
import { lostPrompt, refusedPrompt } from "../faults/noisy-queues.ts";
import { createEndpoint } from "../../shared/webhooks/endpoints.ts";
import type { Timeline } from "../timeline.ts";
import type { Watch } from "../invariants/watch.ts";
import type { Order } from "./workload.ts";

const retryMs = 15_000;
const noLimitUsd = "1000";
export const submitter = "somebody";
/**
 * A person who waits for a launch, or for a batch to be in progress, in order to interfere, stops waiting after this
 * time.
 */
export const patienceMs = 5 * 60_000;

/** An order and its current state. */
export interface Standing {
  readonly order: Order;
  /** Where its items lie; null until its upload was taken, and when it has none. */
  upload: UploadId | null;
  batch: BatchRecord | null;
  /** When its owner had the answer to a cancel; null: no cancel was requested. */
  canceledMs: number | null;
  /** Its cost limit was lifted, or soon will be. */
  isLifted: boolean;
}

export class People {
  readonly standings: readonly Standing[];
  readonly #clock: Clock;
  readonly #functions: Functions;
  readonly #watch: Watch;
  readonly #timeline: Timeline;
  readonly #nextLaunch: () => Promise<void>;
  readonly #loseAnswer: () => void;
  #busy = 0;

  constructor(
    orders: readonly Order[],
    parts: {
      readonly clock: Clock;
      readonly functions: Functions;
      readonly watch: Watch;
      readonly timeline: Timeline;
      /** Resolves in the middle of a launch: the launch is written down, and EC2 is not asked yet. */
      readonly nextLaunch: () => Promise<void>;
      /** EC2's answer to the next launch. */
      readonly loseAnswer: () => void;
    },
  ) {
    this.standings = orders.map((order) => ({
      order,
      upload: null,
      batch: null,
      canceledMs: null,
      isLifted: false,
    }));
    this.#clock = parts.clock;
    this.#functions = parts.functions;
    this.#watch = parts.watch;
    this.#timeline = parts.timeline;
    this.#nextLaunch = parts.nextLaunch;
    this.#loseAnswer = parts.loseAnswer;
  }

  /** Nobody waits for an answer. */
  get areContent(): boolean {
    return this.#busy === 0;
  }

  /** @param urls where they want to be told of what happens */
  start(stops: readonly Extract<Happening, { kind: "stop" }>[], urls: readonly string[]): void {
    this.#busy = this.standings.length + stops.length + urls.length;
    for (const url of urls) void this.#subscribe(url).finally(() => (this.#busy -= 1));
    for (const [number, standing] of this.standings.entries())
      void this.#order(standing, number).finally(() => (this.#busy -= 1));
    for (const stop of stops) void this.#stop(stop).finally(() => (this.#busy -= 1));
  }

  #subscribe(url: string): Promise<void> {
    return this.#insist("subscribe", (ports) =>
      createEndpoint({ url, events: [...subscribed] }, submitter, ports),
    );
  }

  async #order(standing: Standing, number: number): Promise<void> {
    const { order } = standing;
    await this.#clock.sleep(order.atMs);
    if (order.isUpload === true) await this.#upload(standing);
    for (;;) {
      await this.#functions.invoke("submit", async (ports) => {
        const submission = { body: bodyOf(standing), owner: submitter, idempotency: keyOf(number) };
        // Nobody here names a webhook.
        const resolve = () => Promise.resolve([]);
        const result = await submitBatch(submission, { ...ports, resolve }, this.#functions.stage.settings);
        if (result.kind === "accepted" || result.kind === "replayed") standing.batch = result.batch;
        if (result.kind === "upload_used") standing.batch = await readBatch(ports.store, result.batchId);
        if (isRefused(result.kind))
          this.#watch.violated(`order ${number} was refused: ${JSON.stringify(result)}`);
      });
      if (isTaken(standing)) break;
      await this.#clock.sleep(retryMs);
    }
    this.#timeline.add(
      `order ${number} (${order.clips.length} clips, ${order.speed}) is ${standing.batch.id}`,
    );
    const { batch } = standing;
    await Promise.all([
      order.cancel === undefined ? null : this.#cancel(standing, batch, order.cancel),
      order.budget === undefined ? null : this.#liftBudget(standing, batch, order.budget),
    ]);
  }

  #upload(standing: Standing): Promise<void> {
    const file = itemsOf(standing.order)
      .map((item) => JSON.stringify(item))
      .join("\n");
    return this.#insist("upload", async (ports) => {
      const { id } = await createUpload(ports, submitter, Buffer.byteLength(file));
      await ports.store.put(uploadKeys.file(id), file);
      standing.upload = id;
    });
  }

  /** The number of items in an upload becomes known only when they have been checked. */
  async readAgain(store: ObjectStore): Promise<void> {
    for (const standing of this.standings)
      if (standing.batch !== null && standing.order.isUpload === true)
        standing.batch = await readBatch(store, standing.batch.id);
  }

  async #liftBudget(
    standing: Standing,
    batch: BatchRecord,
    { liftedAfterMs }: NonNullable<Order["budget"]>,
  ): Promise<void> {
    if (liftedAfterMs === Infinity) return;
    await this.#clock.sleep(liftedAfterMs);
    standing.isLifted = true;
    await this.#insist("budget", async (ports) => {
      await setMaxCost(batch, noLimitUsd, ports);
      await ports.launcher.trigger();
    });
    this.#timeline.add(`${batch.id} may cost whatever it costs`);
  }

  async #cancel(
    standing: Standing,
    batch: BatchRecord,
    { afterMs, inMaking, mode }: NonNullable<Order["cancel"]>,
  ): Promise<void> {
    if (inMaking) await Promise.race([this.#watch.nextResult(batch.id), this.#clock.sleep(patienceMs)]);
    else await this.#clock.sleep(afterMs);
    await this.#insist("cancel", async (ports) => {
      await cancelBatch(batch, mode, ports);
      standing.canceledMs = this.#clock.nowMs();
    });
    this.#timeline.add(`${batch.id} is canceled (${mode})`);
  }

  async #stop({ atMs, forMs, inLaunch, losesAnswer }: Extract<Happening, { kind: "stop" }>): Promise<void> {
    await this.#clock.sleep(atMs);
    if (inLaunch && (await this.#isInLaunch()) && losesAnswer) this.#loseAnswer();
    await this.#insist("stop", async (ports) => {
      const view = await stopAll("an operator", ports, this.#functions.stage);
      this.#timeline.add(`stop-all: ${view.state}, ${view.instances_left ?? "?"} left`);
    });
    await this.#clock.sleep(forMs);
    await this.#insist("start", (ports) => reopen("an operator", ports));
    this.#timeline.add("reopened");
  }

  /** @returns false when there was no launch for too long */
  #isInLaunch(): Promise<boolean> {
    return Promise.race([
      this.#nextLaunch().then(() => true),
      this.#clock.sleep(patienceMs).then(() => false),
    ]);
  }

  /** Repeats the request until there is an answer. */
  async #insist(name: string, work: Parameters<Functions["invoke"]>[1]): Promise<void> {
    while ((await this.#functions.invoke(name, work)) === "failed") await this.#clock.sleep(retryMs);
  }
}

const isTaken = (standing: Standing): standing is Standing & { readonly batch: BatchRecord } =>
  standing.batch !== null;

const keyOf = (number: number) => ({
  keySha256: String(number).padStart(64, "0"),
  bodySha256: String(number).padStart(64, "f"),
});

/** People send what the service takes. */
const refusals: readonly SubmitResult["kind"][] = [
  "invalid",
  "key_reused",
  "no_upload",
  "no_file",
  "wrong_size",
];
const isRefused = (kind: SubmitResult["kind"]): boolean => refusals.includes(kind);

const promptOf = ({ prompts, isLost, refused }: Order, index: number): string => {
  if (refused?.includes(index) === true) return refusedPrompt;
  return isLost === true ? lostPrompt : (prompts?.[index] ?? "a calm piano");
};

const itemsOf = (order: Order): readonly unknown[] =>
  order.clips.map((seconds, index) => ({
    prompt: promptOf(order, index),
    duration_seconds: seconds,
    seed: index,
  }));

function bodyOf({ order, upload }: Standing): unknown {
  const { model, speed, priority, reuses, expiresInSeconds, budget } = order;
  return {
    model,
    speed,
    ...(priority === undefined ? {} : { priority }),
    ...(upload === null ? { items: itemsOf(order) } : { upload_id: upload }),
    // All prompts are alike, so hardly any clip would be made.
    reuse: reuses === true,
    ...(expiresInSeconds === undefined ? {} : { expires_in_seconds: expiresInSeconds }),
    ...(budget === undefined ? {} : { max_cost_usd: budget.maxUsd.toFixed(6) }),
  };
}
