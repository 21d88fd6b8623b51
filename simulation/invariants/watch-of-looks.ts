/** Checks that for work that is in no queue, two machines are bought and no third. */
import { tiers } from "../../shared/contract/tiers.ts";
import type { InstanceId } from "../../shared/contract/ids.ts";
import type { MemoryJobQueues } from "../memory/memory-job-queues.ts";
import type { MachineRecord } from "../played/machine-host.ts";
import type { NoisyJobQueues } from "../faults/noisy-queues.ts";

/** A launch was decided at most this long ago. */
const decidedMs = 120_000;
/**
 * The reaper notes once a minute which messages were received, and a tick may be cut off. Machines that left in between
 * are forgiven too.
 */
const heardMs = 6 * 60_000;
const most = 2;

export class WatchOfLooks {
  readonly #queues: MemoryJobQueues;
  readonly #noisy: NoisyJobQueues;
  /** Since when each model's queues have been seen empty. */
  readonly #emptySinceMs = new Map<string, number>();
  /** Machines that were launched although the queues were empty. */
  readonly #suspects = new Set<InstanceId>();

  constructor(queues: MemoryJobQueues, noisy: NoisyJobQueues) {
    this.#queues = queues;
    this.#noisy = noisy;
  }

  look(models: readonly string[], nowMs: number): void {
    for (const model of models) {
      if (areEmpty(model, this.#queues, this.#noisy))
        this.#emptySinceMs.set(model, this.#emptySinceMs.get(model) ?? nowMs);
      else this.#emptySinceMs.delete(model);
    }
  }

  /**
   * @param unansweredMs when the launcher last may have failed to read the queue depths: it may then launch a machine
   *   to look
   */
  launched({ instanceId, model }: MachineRecord["instance"], nowMs: number, unansweredMs: number): void {
    // A message may have come since the last look.
    if (model === null || !areEmpty(model, this.#queues, this.#noisy) || nowMs - unansweredMs < decidedMs)
      return;
    const sinceMs = this.#emptySinceMs.get(model) ?? nowMs;
    if (nowMs - sinceMs >= decidedMs) this.#suspects.add(instanceId);
  }

  /**
   * Checks at the end of the run.
   * @param hasTold whether the store took a heartbeat of this machine while it was ready. Otherwise it counts as one
   *   that could not start, because nobody can know that it received nothing
   */
  judge(machines: readonly MachineRecord[], hasTold: (machine: MachineRecord) => boolean): readonly string[] {
    return machines
      .filter((machine) => this.#suspects.has(machine.instance.instanceId) && leftUnused(machine))
      .flatMap((machine) => {
        const before = unusedBefore(machine, machines).filter(hasTold).map(idOf);
        const { instanceId, model } = machine.instance;
        return before.length < most
          ? []
          : [
              `${instanceId} was bought for ${model ?? ""}, whose queues were empty, after ${before.join(", ")}`,
            ];
      });
  }
}

/** A model's queues hold no message, and none is on its way to them. */
export const areEmpty = (model: string, queues: MemoryJobQueues, noisy: NoisyJobQueues): boolean =>
  tiers.every((tier) => queues.of(model, tier).contents().length === 0 && noisy.of(model, tier).late === 0);

/** It came up and left by itself, without a message. */
const leftUnused = ({ readyMs, receivedMs, leftFor }: MachineRecord): boolean =>
  readyMs !== null && receivedMs.length === 0 && leftFor === "idle";

/** Machines of the model that were bought before, and that no received message has forgiven by then. */
function unusedBefore(machine: MachineRecord, machines: readonly MachineRecord[]): readonly MachineRecord[] {
  const { model, launchedMs } = machine.instance;
  const ofModel = machines.filter(({ instance }) => instance.model === model);
  const received = ofModel.flatMap(({ receivedMs }) => receivedMs).filter((ms) => ms <= launchedMs);
  const forgivenMs = Math.max(0, ...received) + heardMs;
  return ofModel
    .slice(0, ofModel.indexOf(machine))
    .filter((earlier) => leftUnused(earlier) && (earlier.endedMs ?? Infinity) > forgivenMs)
    .filter((earlier) => !wasAboutToBeTaken(earlier, launchedMs));
}

/** EC2 was about to take this machine, so nobody could know yet that it would find nothing. */
const wasAboutToBeTaken = ({ noticedMs, endedMs }: MachineRecord, nowMs: number): boolean =>
  noticedMs !== null && noticedMs <= nowMs && (endedMs ?? Infinity) > nowMs;

const idOf = ({ instance }: MachineRecord): InstanceId => instance.instanceId;
