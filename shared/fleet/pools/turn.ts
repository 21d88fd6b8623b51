/** Of ticks that saw the same fleet, one may launch. */
import type { IntentRecord } from "../../contract/records/fleet-records.ts";
import { poolsRecordSchema } from "../../contract/records/fleet-records.ts";
import type { IntentId } from "../../contract/ids.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import type { RecordPorts } from "../../records/records.ts";
import { updateRecord } from "../../records/records.ts";
import { nothingYet } from "./pools-record.ts";

/**
 * Take the turn: of ticks that saw the same fleet, one may launch.
 * The intents are written before, and the turn is read before them: whoever reads this turn sees the intents.
 * @param seen the turn that the plan was made after.
 * @param granted their markets' limits are over: they are asked again.
 * @param keep granted intents that still matter.
 */
export async function takeTurn(
  ports: RecordPorts,
  seen: IntentId | null,
  granted: readonly Pick<IntentRecord, "id" | "market">[],
  keep: readonly IntentId[],
): Promise<"granted" | "overtaken"> {
  const ids = granted.map(({ id }) => id);
  const turn = ids.at(-1) ?? null;
  const asked = new Set<string>(granted.map(({ market }) => market));
  const stored = await updateRecord(ports, fleetKeys.pools, poolsRecordSchema, (current) => {
    const record = current ?? nothingYet;
    const quotas = Object.fromEntries(Object.entries(record.quotas).filter(([market]) => !asked.has(market)));
    return record.turn === seen ? { ...record, turn, intents: [...keep, ...ids], quotas } : null;
  });
  return stored?.turn === turn ? "granted" : "overtaken";
}
