/**
 * No machine for work that is in no queue: it would receive nothing, leave, and be bought again. What is open is what
 * the store says; whether there are messages of it, the queues say and the machines find out. Pure.
 */
import { unseenOf, type Observation } from "../observation.ts";
import type { Limit } from "../plan.ts";
import { clockTime, counted } from "../../../../words.ts";
import type { OpenWork } from "../../../../interlock/open-work.ts";

/** The queues' counts are approximate: when they show nothing, so many machines look all the same. */
const mostLooks = 2;
/** When the queues show messages, and so many machines in a row received none, the counts are not believed either. */
const mostAgainstCounts = 4;
/** After that one machine looks again, so long after the last one left; then after twice that, and so on. */
const firstLookAgainMs = 10 * 60_000;
const longestLookAgainMs = 6 * 3_600_000;

/** How many more machines may be bought: for each there should be a message, as far as is known. */
export function messageLimit(model: string, work: readonly OpenWork[], observation: Observation): Limit {
  const shown = messagesShown(model, observation);
  const unused = unusedOf(model, observation);
  const left = (machines: number): number => Math.max(0, machines - machinesThatLook(model, observation));
  if (unused.count >= (shown === null || shown === 0 ? mostLooks : mostAgainstCounts)) {
    const found = inVain(unused, shown, work);
    return shown === 0 ? untilAMessageShows(found) : nowAndThen(left(1), found, unused, observation.nowMs);
  }
  const machines = shown === null || shown === 0 ? mostLooks - unused.count : Math.max(mostLooks, shown);
  const most = `enough for ${counted(machines, "new machine")} at most`;
  return { reason: "few_messages", most: left(machines), detail: `${inWords(shown)}: ${most}` };
}

const inWords = (shown: number | null): string =>
  shown === null ? "the queues do not answer" : `the queues show ${counted(shown, "message")}`;

function inVain({ count }: Unused, shown: number | null, work: readonly OpenWork[]): string {
  const queues = shown === 0 ? "the queues are empty, but" : `${inWords(shown)}, and`;
  return `${counted(count, "machine")} started, received no message and left; ${queues} ${openWork(work)}`;
}

function untilAMessageShows(found: string): Limit {
  const next = "look in the reap function's log for messages that could not be sent, or cancel the batch";
  return { reason: "no_messages", most: 0, detail: `${found}: ${next}` };
}

/** Against the counts, or without any, one machine looks again. @param most that may look now */
function nowAndThen(most: number, found: string, { count, lastLeftMs }: Unused, nowMs: number): Limit {
  const againMs = lastLeftMs + Math.min(longestLookAgainMs, firstLookAgainMs * 2 ** (count - mostLooks));
  const next = `check which queues the workers may read; the next machine tries at ${clockTime(againMs, nowMs)}`;
  return { reason: "no_messages", most: againMs <= nowMs ? most : 0, detail: `${found}: ${next}` };
}

/** Messages that a new machine could receive, as far as SQS counts them; null: the queues did not answer. */
function messagesShown(model: string, { queues, machines }: Observation): number | null {
  const depth = queues[model];
  if (depth === undefined) return null;
  const isServed = machines.some((machine) => machine.model === model && machine.phase === "ready");
  // What is in flight is in the hands of a ready machine; where there is none it comes back.
  return isServed ? depth.visible : depth.visible + depth.inFlight;
}

interface Unused {
  /** Machines in a row that started, received no message and left. */
  readonly count: number;
  readonly lastLeftMs: number;
}

/** Those in the ledgers, and those that leave or have left since the reaper last wrote them. */
function unusedOf(model: string, { measured, machines, nowMs }: Observation): Unused {
  const written = measured[model]?.unused ?? [];
  const ids = new Set(written.map(({ instance_id }) => instance_id));
  const since = machines.filter(
    (machine) => machine.model === model && machine.leavesUnused && !ids.has(machine.instanceId),
  );
  return {
    count: written.length + since.length,
    lastLeftMs: since.length > 0 ? nowMs : Date.parse(written.at(-1)?.left_at ?? ""),
  };
}

/** Machines that are there or coming and have received nothing so far. */
const machinesThatLook = (model: string, { machines, coming }: Observation): number =>
  machines
    .filter((machine) => machine.model === model)
    .filter(
      ({ phase, messagesReceived }) => phase === "booting" || (phase === "ready" && messagesReceived === 0),
    ).length + unseenOf(model, coming);

function openWork(work: readonly OpenWork[]): string {
  const count = work.reduce((total, { openItems }) => total + openItems, 0);
  const [oldest] = work.toSorted((a, b) => a.submittedMs - b.submittedMs);
  const are = count === 1 ? "item is" : "items are";
  return `${count} ${are} open (oldest batch: ${oldest?.batchId ?? "none"})`;
}
