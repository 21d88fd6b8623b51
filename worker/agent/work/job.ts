import type { InstanceId, ItemId } from "../../../shared/contract/ids.ts";
import { itemIdOf } from "../../../shared/contract/ids.ts";
import type { JobMessage } from "../../../shared/contract/messages.ts";
import type { ReceiptHandle } from "../../../shared/ports.ts";
import type { Lane } from "../ports.ts";
import type { Spent } from "../../../shared/billing/engine-time.ts";

/** A received message that is still to be dealt with; shared with whoever watches its lease. */
export interface Held {
  readonly lane: Lane;
  /** null: the lease was lost; what the queue does with the message is not ours any more. */
  receipt: ReceiptHandle | null;
}

/**
 * What was asked of a job in the engine. "make": go on. "cancel": its owner wants it no more.
 * "release": it is not begun, and this worker is not to begin it.
 */
export type Wish = "make" | "cancel" | "release";

/** The engine process died while it made this item and no other. */
export const engineDiedCode = "engine_died";

/** One attempt at one item, from its lease to its commit or its release. */
export interface Job {
  readonly held: Held;
  readonly itemId: ItemId;
  readonly message: JobMessage;
  readonly attempt: number;
  /** Attempts before this one that were interrupted, and the decoder steps that they made. */
  readonly interruptions: number;
  readonly interruptedSteps: number;
  /** An engine died over it before: it is tried alone, so that it takes no others with it. */
  readonly suspect: boolean;
  /** What the attempts before this one took of each machine's engine. */
  readonly spent: Spent;
  /** Where an earlier attempt's codes lie on this machine; null starts at the beginning. */
  readonly resumePath: string | null;
  /** null until the engine tells of its first steps. `from`: where it was then. */
  progress: { readonly from: number; readonly step: number; readonly steps: number } | null;
  /** What this attempt took of the engine; known when the engine is done with it. */
  gpuSeconds: number;
  wish: Wish;
}

export function newJob(
  held: Held,
  message: JobMessage,
  attempt: number,
  past: Pick<Job, "interruptions" | "interruptedSteps" | "suspect" | "spent" | "resumePath">,
): Job {
  const itemId = itemIdOf(message.batch_id, message.index);
  return { held, itemId, message, attempt, ...past, progress: null, gpuSeconds: 0, wish: "make" };
}

/**
 * A number that no two attempts at an item share, so that neither overwrites the other's audio, and that
 * grows with time. The receive count would not do: a message that is sent again begins at one.
 * Milliseconds since the submit, and the low 12 bits of the machine's id.
 */
export const attemptNumber = (message: JobMessage, nowMs: number, instanceId: InstanceId): number =>
  Math.max(0, nowMs - Date.parse(message.submitted_at)) * 4096 + Number.parseInt(instanceId.slice(-3), 16);
