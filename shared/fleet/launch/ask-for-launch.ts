/** One call of CreateFleet: it asks, writes the outcome down, and notes what EC2's errors say of the pools. */
import type { StageConfig } from "../../config.ts";
import type { IntentRecord, Market } from "../../contract/records/fleet-records.ts";
import type { FleetInstance, LaunchOutcome, PoolError } from "../../ports.ts";
import type { FleetPorts } from "../machines/fleet-ports.ts";
import { requestOf, recordOutcome } from "./intents.ts";
import { latchIsClosed } from "../../interlock/latch.ts";
import { noteLaunched } from "../../billing/ledger/ledger-notes.ts";
import { lessonsOf, poolsNamed, type Lesson } from "../pools/lessons.ts";
import { coolPool } from "../pools/cooling.ts";
import { pauseMarkets } from "../pools/quotas.ts";
import { openBreaker } from "../pools/breaker.ts";

export interface LaunchReport {
  readonly model: string;
  readonly market: Market;
  readonly asked: number;
  readonly launched: IntentRecord["instances"];
  readonly errors: readonly PoolError[];
  /**
   * `latched`: the latch was closed, so EC2 was not asked, or the new machines were ended at once. `open`: the outcome
   * is not known; a later tick asks again.
   */
  readonly kind: "answered" | "refused" | "open" | "latched";
  readonly detail: string;
}

/** @param asked whether EC2 may have been asked for it before, without an answer that is known */
export async function askForLaunch(
  intent: IntentRecord,
  asked: "never" | "before",
  ports: FleetPorts,
  settings: StageConfig,
): Promise<LaunchReport> {
  if (await latchIsClosed(ports.store)) {
    // A launch that was asked for may have brought machines: a stop waits for it, and a later tick gives it up.
    if (asked === "never") await recordOutcome(ports, intent.id, { state: "abandoned" });
    return report(intent, "latched", "the latch closed before the launch");
  }
  const outcome = await ports.fleet.launch(requestOf(intent));
  const answer = await recordAnswer(intent, outcome, ports, settings);
  if (!(await latchIsClosed(ports.store))) return answer;
  // Stop-all may have listed the fleet before these machines were in it. If one of them is not ended here, the reaper
  // finds it by its tag: it sweeps for as long as the latch is closed.
  const ended = await ports.fleet.terminate(answer.launched.map(({ instance_id }) => instance_id));
  ports.log.warn("the latch closed during a launch; its machines were told to end", {
    intent: intent.id,
    ended,
  });
  return { ...answer, kind: "latched", detail: "the latch closed during the launch" };
}

async function recordAnswer(
  intent: IntentRecord,
  outcome: LaunchOutcome,
  ports: FleetPorts,
  settings: StageConfig,
): Promise<LaunchReport> {
  switch (outcome.kind) {
    case "unknown":
      ports.log.warn("a launch got no answer; a later tick asks again with the same token", {
        intent: intent.id,
        detail: outcome.detail,
      });
      return report(intent, "open", outcome.detail);
    case "refused":
      return recordRefusal(intent, outcome.error, ports);
    case "answered":
      return recordLaunched(intent, outcome, ports, settings);
  }
}

async function recordRefusal(
  intent: IntentRecord,
  error: PoolError,
  ports: FleetPorts,
): Promise<LaunchReport> {
  const fields = { intent: intent.id, code: error.code, detail: error.message };
  const refused = report(intent, "refused", `${error.code}: ${error.message}`, [error]);
  if (error.errorClass === "again" || error.errorClass === "server_fault") {
    // It stays open and keeps its token: after a server error EC2 may have launched machines all the same.
    ports.log.warn("EC2 refused a launch for now; a later tick asks again with the same token", fields);
    return { ...refused, kind: "open" };
  }
  ports.log.warn("EC2 refused a launch", fields);
  await learn(intent, [error], 0, ports);
  await recordOutcome(ports, intent.id, { state: "answered", errors: [plain(error)] });
  return refused;
}

async function recordLaunched(
  intent: IntentRecord,
  { launched, errors }: Extract<LaunchOutcome, { kind: "answered" }>,
  ports: FleetPorts,
  settings: StageConfig,
): Promise<LaunchReport> {
  // If the tick is cut off here, a later tick asks for the launch again and gets the same answer.
  await learn(intent, errors, launched.length, ports);
  await noteLaunched(ports, intent, launched, settings);
  const instances = launched.map(({ instanceId, instanceType, zone }) => ({
    instance_id: instanceId,
    instance_type: instanceType,
    zone,
    price_usd_per_hour: poolsNamed(intent, { instanceType, zone })[0]?.price_usd_per_hour ?? 0,
  }));
  await recordOutcome(ports, intent.id, { state: "answered", instances, errors: errors.map(plain) });
  const detail = errors.map(({ code, zone }) => `${code}${zone === null ? "" : ` in ${zone}`}`).join(", ");
  ports.log.info("EC2 answered a launch", { intent: intent.id, asked: intent.count, launched, detail });
  return { ...report(intent, "answered", detail, errors), launched: instances };
}

async function learn(
  intent: IntentRecord,
  errors: readonly PoolError[],
  launched: number,
  ports: FleetPorts,
): Promise<void> {
  for (const lesson of lessonsOf(intent, errors, launched)) await keepInMind(lesson, ports);
}

async function keepInMind(lesson: Lesson, ports: FleetPorts): Promise<void> {
  switch (lesson.kind) {
    case "leave_pool": {
      const { pool, forMs, reason, code } = lesson;
      return coolPool(ports, pool, forMs, { reason, code });
    }
    case "quota":
      return pauseMarkets(ports, lesson.markets, lesson.detail, await machinesOf(ports));
    case "hold":
      return openBreaker(ports, lesson.reason, lesson.detail);
  }
}

/** Without this list, a quota pauses launches for its full time: no machine's end can lift it earlier. */
async function machinesOf({ fleet, log }: FleetPorts): Promise<readonly FleetInstance[]> {
  try {
    return await fleet.list();
  } catch (error) {
    log.warn("could not list the machines that count against a quota; launches wait the full pause", {
      error,
    });
    return [];
  }
}

const report = (
  { model, market, count }: IntentRecord,
  kind: LaunchReport["kind"],
  detail: string,
  errors: readonly PoolError[] = [],
): LaunchReport => ({ model, market, asked: count, launched: [], errors, kind, detail });

export const plain = ({ code, message, zone, instanceType }: PoolError): IntentRecord["errors"][number] => ({
  code,
  message,
  zone,
  instance_type: instanceType,
});
