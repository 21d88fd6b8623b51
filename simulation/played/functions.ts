/** Plays Lambda, EventBridge and the SQS event sources. Each invocation is a program of its own that may die. */
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { deliverMessages } from "../../functions/queues/deliver-messages.ts";
import { foldMessages } from "../../functions/queues/fold-messages.ts";
import { reapOrNote } from "../../functions/fleet/reap-and-reconcile.ts";
import { expandBatch } from "../../shared/batch/expand/expand.ts";
import { openWork } from "../../shared/batch/views/open-work.ts";
import type { InstanceId } from "../../shared/contract/ids.ts";
import type { StageConfig } from "../../shared/config.ts";
import { launchTick } from "../../shared/fleet/launch/launch-tick.ts";
import type { MemoryFleet } from "../memory/memory-fleet.ts";
import type { MemoryQueue } from "../memory/memory-queue.ts";
import type { WebhookSender } from "../../shared/webhooks/webhook-ports.ts";
import type { Clock, JobQueues, Log, ObjectStore, ReceivedMessage } from "../../shared/ports.ts";
import type { Hazards } from "../faults/hazards.ts";
import { chance } from "../faults/hazards.ts";
import type { InstanceEventOf } from "./machine-host.ts";
import { MortalFleet, mortalExpander, mortalTrigger } from "../faults/mortal-fleet.ts";
import { MortalJobQueues, MortalQueue } from "../faults/mortal-queue.ts";
import { MortalStore } from "../faults/mortal-store.ts";
import { Process } from "../faults/process.ts";

const tickMs = 60_000;
const pollMs = 5_000;
/** Lambda's time limits, as the service sets them. */
const limitMs = 60_000;
/** Of both queues that invoke a function. */
const visibilitySeconds = 180;

export interface FunctionsOptions {
  readonly clock: Clock;
  readonly store: ObjectStore;
  readonly fleet: MemoryFleet;
  readonly jobQueues: JobQueues;
  readonly events: MemoryQueue;
  readonly webhooks: MemoryQueue;
  readonly sender: WebhookSender;
  readonly hazards: Hazards;
  readonly settings: StageConfig;
  readonly log: (process: string) => Log;
  /** The share of EC2's events that EventBridge never delivers. */
  readonly lostEvents: number;
  /** The share of the asynchronous invocations that happen twice. */
  readonly twice: number;
  /** Called when a function begins to ask EC2 for machines. */
  readonly onLaunch: () => void;
  /** Called when a tick of the reaper has finished, with the time when it began. */
  readonly onReaped: (beganMs: number) => void;
}

/** The ports of an invocation. They stop working when the invocation dies. */
export type FunctionPorts = ReturnType<Functions["portsOf"]>;

export class Functions {
  readonly stage: { readonly stage: string; readonly settings: StageConfig };
  /** Machines with a lost event, or with an event whose handler died before it was written down. */
  readonly untold = new Set<InstanceId>();
  readonly #options: FunctionsOptions;
  #invocations = 0;

  constructor(options: FunctionsOptions) {
    this.#options = options;
    this.stage = { stage: "simulated", settings: options.settings };
  }

  /** The schedules and event sources, until the end of the run. */
  start(): void {
    void this.#every(tickMs, 0, () => this.invoke("launch", (ports) => launchTick(ports, this.stage)));
    void this.#every(tickMs, 20_000, () => this.#reap());
    const { events, webhooks } = this.#options;
    void this.#every(pollMs, 0, () => this.#serve(events, "fold", foldMessages));
    void this.#every(pollMs, 0, () => this.#serve(webhooks, "deliver", deliverMessages));
  }

  /** EventBridge delivers most events to the reaper. */
  async deliver({ kind, instanceId }: InstanceEventOf): Promise<void> {
    const { clock, hazards, lostEvents } = this.#options;
    const event = {
      source: "aws.ec2",
      time: new Date(clock.nowMs()).toISOString(),
      ...(kind === "rebalance"
        ? { "detail-type": "EC2 Instance Rebalance Recommendation", detail: { "instance-id": instanceId } }
        : kind === "interruption"
          ? { "detail-type": "EC2 Spot Instance Interruption Warning", detail: { "instance-id": instanceId } }
          : {
              "detail-type": "EC2 Instance State-change Notification",
              detail: { "instance-id": instanceId, state: kind },
            }),
    };
    const draw = chance(hazards.seed, `${instanceId}/${kind}`);
    if (draw < lostEvents) {
      this.untold.add(instanceId);
      return;
    }
    await clock.sleep(1000 + draw * 4000);
    const outcome = await this.invokeLater("reap event", (ports) => reapOrNote(event, ports, this.stage));
    if (outcome === "failed") this.untold.add(instanceId);
  }

  /** Asynchronous, as Lambda invokes a function without retries. Sometimes it invokes it twice at the same time. */
  async invokeLater(
    name: string,
    work: (ports: FunctionPorts) => Promise<unknown>,
  ): Promise<"done" | "failed"> {
    const { hazards, twice } = this.#options;
    if (chance(hazards.seed, `${name} ${this.#invocations} twice`) < twice) void this.invoke(name, work);
    return this.invoke(name, work);
  }

  /** @returns `failed` when it threw, died, or ran out of time */
  invoke(name: string, work: (ports: FunctionPorts) => Promise<unknown>): Promise<"done" | "failed"> {
    const { clock, hazards, log } = this.#options;
    this.#invocations += 1;
    return new Promise((resolve) => {
      const process = new Process(`${name} ${this.#invocations}`, clock, hazards, () => {
        resolve("failed");
      });
      const end = (outcome: "done" | "failed"): void => {
        process.end();
        resolve(outcome);
      };
      work(this.portsOf(process)).then(
        () => {
          end("done");
        },
        (error: unknown) => {
          log(process.name).warn("an invocation failed", { error });
          end("failed");
        },
      );
      void clock.sleep(limitMs).then(() => {
        end("failed");
      });
    });
  }

  portsOf(process: Process) {
    const { store, fleet, jobQueues, webhooks, sender, log } = this.#options;
    const mortalStore = new MortalStore(process, store);
    const ownLog = log(process.name);
    const mortalFleet = new MortalFleet(process, fleet, this.#options.onLaunch);
    return {
      clock: process.clock,
      random: process.random,
      log: ownLog,
      store: mortalStore,
      fleet: mortalFleet,
      spotPrices: mortalFleet,
      jobQueues: new MortalJobQueues(process, jobQueues),
      webhooks: new MortalQueue(process, webhooks),
      sender,
      openWork: () => openWork({ store: mortalStore, clock: process.clock, log: ownLog }),
      expander: mortalExpander(process, (batchId) => {
        void this.invokeLater("expand", (ports) =>
          expandBatch(batchId, ports, this.stage.settings, ports.clock.nowMs() + limitMs),
        );
      }),
      launcher: mortalTrigger(process, () => {
        void this.invokeLater("launch now", (ports) => launchTick(ports, this.stage));
      }),
    };
  }

  async #reap(): Promise<void> {
    const { clock, onReaped } = this.#options;
    const beganMs = clock.nowMs();
    const outcome = await this.invoke("reap", (ports) => reapOrNote({}, ports, this.stage));
    if (outcome === "done") onReaped(beganMs);
  }

  async #every(everyMs: number, offsetMs: number, work: () => Promise<unknown>): Promise<never> {
    const { clock } = this.#options;
    await clock.sleep(offsetMs);
    for (;;) {
      // Not awaited: a schedule continues while the run before it is still in progress.
      void work();
      await clock.sleep(everyMs);
    }
  }

  /** Plays SQS as the source of a function's events. */
  async #serve(
    queue: MemoryQueue,
    name: string,
    handler: (ports: FunctionPorts) => (event: SQSEvent) => Promise<SQSBatchResponse>,
  ): Promise<void> {
    if (!queue.contents().some(({ visible }) => visible)) return;
    const messages: ReceivedMessage[] = [];
    for (let more = true; more && messages.length < 100;) {
      const some = await queue.receive({ max: 10, waitSeconds: 0, visibilitySeconds });
      messages.push(...some);
      more = some.length > 0;
    }
    const failed = new Set<string>(messages.map(({ id }) => id));
    await this.invoke(name, async (ports) => {
      const { batchItemFailures } = await handler(ports)(sqsEvent(messages));
      const again = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      for (const id of [...failed]) if (!again.has(id)) failed.delete(id);
    });
    await queue.delete(
      messages.filter(({ id }) => !failed.has(id)).map(({ receiptHandle }) => receiptHandle),
    );
  }
}

const sqsEvent = (messages: readonly ReceivedMessage[]): SQSEvent => ({
  Records: messages.map(({ id, body, receiptHandle }) => ({
    messageId: id,
    receiptHandle,
    body,
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: "0",
      SenderId: "simulated",
      ApproximateFirstReceiveTimestamp: "0",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-central-1:000000000000:events",
    awsRegion: "eu-central-1",
  })),
});
