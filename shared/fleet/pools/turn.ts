/** The turn: of several ticks that saw the same fleet, only one may launch. */
import type { IntentRecord } from "../../contract/records/fleet-records.ts";
import { poolsRecordSchema } from "../../contract/records/fleet-records.ts";
import type { IntentId } from "../../contract/ids.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import type { RecordPorts } from "../../records/records.ts";
import { updateRecord } from "../../records/records.ts";
import { nothingYet } from "./pools-record.ts";

/**
 * Takes the turn, which only one of several ticks that saw the same fleet can. Intents are written before the turn is
 * taken, and the turn is read before the intents: whoever reads this turn also sees its intents.
 * @param seen the turn that the plan is based on
 * @param granted the quotas of their markets are lifted: those markets are asked again
 * @param keep granted intents that are still needed
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
