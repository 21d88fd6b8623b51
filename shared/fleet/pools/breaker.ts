/** The breaker: after a refusal it holds every launch, until a time or until an operator has fixed the cause. */
import type { PoolsRecord } from "../../contract/records/fleet-records.ts";
import { poolsRecordSchema } from "../../contract/records/fleet-records.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import { cutText } from "../../contract/text.ts";
import type { Log } from "../../ports.ts";
import type { RecordPorts } from "../../records/records.ts";
import { updateRecord } from "../../records/records.ts";
import { pauseMs, retryMs } from "./lessons.ts";
import { nothingYet } from "./pools-record.ts";
import type { Breaker } from "./pauses.ts";

/** What a deploy creates is known to all of EC2 within minutes. What is not found for longer is missing. */
const consistentWithinMs = 10 * 60_000;

/** A refusal that comes again within this time is the same one, still going on. */
const goesOnMs = 5 * 60_000;

/** EC2's own text is cut to this many characters. */
const longestDetail = 2000;

export const breakerOf = ({ breaker }: PoolsRecord): Breaker | null =>
  breaker === null
    ? null
    : { untilMs: Date.parse(breaker.until), reason: breaker.reason, detail: breaker.detail };

/**
 * Holds every launch for half an hour and calls an operator: an alarm of the stage matches this exact message
 * (`serverless/resources/cloud-only.yml`). A resource that EC2 does not know yet may only be new: then the next tick
 * asks again, until it has been missing for too long.
 */
export async function openBreaker(
  ports: RecordPorts & { readonly log: Log },
  reason: Breaker["reason"],
  detail: string,
): Promise<void> {
  const nowMs = ports.clock.nowMs();
  const stored = await updateRecord(ports, fleetKeys.pools, poolsRecordSchema, (current) => {
    const record = current ?? nothingYet;
    const since = sinceWhen(record.breaker, reason, nowMs);
    const mayAppearYet = reason === "not_there_yet" && nowMs - Date.parse(since) < consistentWithinMs;
    const until = new Date(nowMs + (mayAppearYet ? retryMs : pauseMs)).toISOString();
    return { ...record, breaker: { until, since, reason, detail: cutText(detail, longestDetail) } };
  });
  const { until } = stored?.breaker ?? {};
  const fields = { reason, detail, until };
  if (until !== undefined && Date.parse(until) <= nowMs + retryMs)
    ports.log.warn("EC2 does not know a resource that the launch names; a later tick asks again", fields);
  else ports.log.error("launches are paused", fields);
}

function sinceWhen(breaker: PoolsRecord["breaker"], reason: Breaker["reason"], nowMs: number): string {
  const goesOn = breaker?.reason === reason && nowMs - Date.parse(breaker.until) < goesOnMs;
  return goesOn ? breaker.since : new Date(nowMs).toISOString();
}

export const forgivenMs = ({ forgiven_at }: PoolsRecord): number =>
  forgiven_at === null ? 0 : Date.parse(forgiven_at);

/**
 * Ends the hold: an operator has fixed the cause. Pools and markets that were left out for longer than a minute may be
 * asked again. The breaker's record stays readable, and failed starts until now no longer count.
 */
export async function closeBreaker(ports: RecordPorts): Promise<void> {
  const now = new Date(ports.clock.nowMs()).toISOString();
  await updateRecord(ports, fleetKeys.pools, poolsRecordSchema, (current) => {
    const record = current ?? nothingYet;
    const { breaker } = record;
    const cooling = Object.entries(record.cooling).filter(
      ([, { reason }]) => reason !== "not_offered" && reason !== "refused",
    );
    return {
      ...record,
      cooling: Object.fromEntries(cooling),
      quotas: {},
      failed_starts: {},
      forgiven_at: now,
      breaker: breaker === null || breaker.until <= now ? breaker : { ...breaker, until: now },
    };
  });
}
