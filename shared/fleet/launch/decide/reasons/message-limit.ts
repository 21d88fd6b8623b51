/**
 * Buys no machine for work that is in no queue: the machine would receive nothing, leave, and be bought again. The
 * store says what is open. The queues' counts, and the machines that received nothing, say whether there are messages
 * for it. Pure.
 */
import type { UnusedEnd } from "../../../../contract/records/fleet-records.ts";
import { unseenOf, type Observation } from "../observation.ts";
import type { Limit } from "../plan.ts";
import { clockTime, counted } from "../../../../contract/sentences.ts";
import type { OpenWork } from "../../../../interlock/open-work.ts";

/** SQS's counts are approximate. When they show nothing, this many machines look for messages all the same. */
const mostLooks = 2;
/** When the counts show messages but this many machines in a row received none, the counts are no longer trusted. */
const mostAgainstCounts = 4;
/** After that, one machine looks again: first this long after the last one left, then after twice that, and so on. */
const firstLookAgainMs = 10 * 60_000;
const longestLookAgainMs = 6 * 3_600_000;

/** How many more machines may be bought, so that each finds a message as far as is known. */
export function messageLimit(model: string, work: readonly OpenWork[], observation: Observation): Limit {
  const shown = messagesShown(model, observation);
  const unused = unusedOf(model, observation, shown === 0);
  if (unused.count >= mostLooks && areHeld(model, observation))
    return untilTheyComeBack(inVain(unused, shown, work));
  const isBlind = shown === null || shown === 0;
  const looking = machinesThatLook(model, observation, isBlind);
  const left = (machines: number): number => Math.max(0, machines - looking);
  if (unused.count >= (isBlind ? mostLooks : mostAgainstCounts)) {
    const found = inVain(unused, shown, work);
    return shown === 0 ? untilAMessageShows(found) : nowAndThen(left(1), found, unused, observation.nowMs);
  }
  const machines = isBlind ? mostLooks - unused.count : Math.max(mostLooks, shown);
  const most = `enough for ${counted(machines, "new machine")} at most`;
  return { reason: "few_messages", most: left(machines), detail: `${inWords(shown)}: ${most}` };
}

const inWords = (shown: number | null): string =>
  shown === null ? "the queues do not answer" : `the queues show ${counted(shown, "message")}`;

function inVain({ count }: Unused, shown: number | null, work: readonly OpenWork[]): string {
  const queues = shown === 0 ? "the queues are empty, but" : `${inWords(shown)}, and`;
  return `${counted(count, "machine")} started, received no message and left; ${queues} ${openWork(work)}`;
}

/**
 * A machine took the messages and is gone. They come back when their visibility timeout is over; until then a new
 * machine finds nothing, and that says nothing about the counts.
 */
function areHeld(model: string, observation: Observation): boolean {
  const depth = observation.queues[model];
  return depth?.visible === 0 && depth.inFlight > 0 && messagesShown(model, observation) !== 0;
}

const untilTheyComeBack = (found: string): Limit => ({
  reason: "few_messages",
  most: 0,
  detail: `${found}: a machine that is gone took the messages, and another one comes when they can be received again`,
});

function untilAMessageShows(found: string): Limit {
  const next = "look in the reap function's log for messages that could not be sent, or cancel the batch";
  return { reason: "no_messages", most: 0, detail: `${found}: ${next}` };
}

/** Lets one machine look again when the counts show no messages or are not trusted. @param most that may look now */
function nowAndThen(most: number, found: string, { count, lastLeftMs }: Unused, nowMs: number): Limit {
  const againMs = lastLeftMs + Math.min(longestLookAgainMs, firstLookAgainMs * 2 ** (count - mostLooks));
  const next = `check which queues the workers may read; the next machine tries at ${clockTime(againMs, nowMs)}`;
  return { reason: "no_messages", most: againMs <= nowMs ? most : 0, detail: `${found}: ${next}` };
}

/** Messages that a new machine could receive, as SQS counts them; null: the queues did not answer. */
function messagesShown(model: string, { queues, machines }: Observation): number | null {
  const depth = queues[model];
  if (depth === undefined) return null;
  const isServed = machines.some((machine) => machine.model === model && machine.phase === "ready");
  // If there is a ready machine, it holds the messages in flight. If there is none, they will become visible again.
  return isServed ? depth.visible : depth.visible + depth.inFlight;
}

interface Unused {
  /** Machines in a row that started, received no message and left. */
  readonly count: number;
  readonly lastLeftMs: number;
}

/**
 * Counts the machines in the ledgers, and those that are leaving or have left since the reaper last wrote the ledgers.
 * @param deadToo one that died may not have looked, so it is no word against counts that show messages. Where they show
 *   none it counts: a message would show
 */
function unusedOf(model: string, { measured, machines, nowMs }: Observation, deadToo: boolean): Unused {
  const written = measured[model]?.unused ?? [];
  const ids = new Set(written.map(({ instance_id }) => instance_id));
  const since = machines.filter((machine) => machine.model === model && !ids.has(machine.instanceId));
  const counts = (end: UnusedEnd | null): boolean => end === "looked" || (deadToo && end === "died");
  const kept = written.filter(({ end }) => counts(end));
  const left = since.filter(({ unusedEnd }) => counts(unusedEnd));
  return {
    count: kept.length + left.length,
    lastLeftMs: left.length > 0 ? nowMs : Date.parse(kept.at(-1)?.left_at ?? ""),
  };
}

/**
 * Machines that exist or are being launched and have received no message so far.
 * @param leavingToo one that is told to leave may look before it hears of it. That matters where two looks are all
 */
const machinesThatLook = (model: string, { machines, coming }: Observation, leavingToo: boolean): number =>
  machines
    .filter((machine) => machine.model === model && machine.unusedEnd === null)
    .filter(
      ({ phase, messagesReceived }) =>
        phase === "booting" ||
        (phase === "ready" && messagesReceived === 0) ||
        (leavingToo && phase === "leaving" && (messagesReceived ?? 0) === 0),
    ).length + unseenOf(model, coming);

function openWork(work: readonly OpenWork[]): string {
  const count = work.reduce((total, { openItems }) => total + openItems, 0);
  const [oldest] = work.toSorted((a, b) => a.submittedMs - b.submittedMs);
  const are = count === 1 ? "item is" : "items are";
  return `${count} ${are} open (oldest batch: ${oldest?.batchId ?? "none"})`;
}
