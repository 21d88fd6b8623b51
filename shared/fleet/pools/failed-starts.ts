/** The record of machines that failed to start. */
import type { PoolsRecord } from "../../contract/records/fleet-records.ts";
import { poolsRecordSchema } from "../../contract/records/fleet-records.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import type { Log } from "../../ports.ts";
import type { RecordPorts } from "../../records/records.ts";
import { updateRecord } from "../../records/records.ts";
import { nothingYet } from "./pools-record.ts";

/** For operators and for the alarm. The launcher itself goes by the machines that failed. */
export async function noteFailedStart(
  ports: RecordPorts & { readonly log: Log },
  model: string,
  failed: PoolsRecord["failed_starts"][string],
): Promise<void> {
  await updateRecord(ports, fleetKeys.pools, poolsRecordSchema, (current) => {
    const record = current ?? nothingYet;
    return { ...record, failed_starts: { ...record.failed_starts, [model]: failed } };
  });
  ports.log.error("launches are paused", { reason: "failed_starts", model, ...failed });
}
