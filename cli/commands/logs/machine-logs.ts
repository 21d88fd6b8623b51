/** What a machine said: the phases of its bootstrap, and the end of its console, which has the worker's log. */
import type { InstanceId } from "../../../shared/contract/ids.ts";
import { fleetKeys } from "../../../shared/contract/records/keys.ts";
import { type Clock, FleetError, StoreError } from "../../../shared/ports.ts";
import { plainEntry, type Reading } from "./entries.ts";
import type { LogWorld } from "./function-logs.ts";

/** EC2 keeps the last 64 kB. */
const consoleCharacters = 64 * 1024;
/** It has fewer. */
const mostPhases = 50;

export async function machineEntries(id: InstanceId, world: LogWorld, clock: Clock): Promise<Reading> {
  const parts = await Promise.all([bootstrap(id, world), consoleOf(id, world)]);
  const entries = parts.flatMap((part) => part.entries);
  const faults = parts.flatMap((part) => part.faults);
  if (entries.length > 0 || faults.length > 0) return { entries, faults };
  const nothing = `EC2 has no console of ${id} (yet): it comes minutes after the boot, and is kept for an hour after the end.`;
  return { entries: [plainEntry("console", new Date(clock.nowMs()).toISOString(), nothing)], faults };
}

async function bootstrap(id: InstanceId, { config, aws }: LogWorld): Promise<Reading> {
  const store = aws.bucket(config.region, config.bucket);
  const prefix = fleetKeys.bootstrapsOf(id);
  try {
    const { objects } = await store.list(prefix, { limit: mostPhases });
    const inOrder = objects.toSorted((one, other) => one.modifiedMs - other.modifiedMs);
    const told = await Promise.all(
      inOrder.map(async ({ key, modifiedMs }) => {
        const body = (await store.get(key))?.body ?? "";
        const at = new Date(modifiedMs).toISOString();
        const phase = key.slice(prefix.length);
        return phase.endsWith(".log")
          ? linesOf(body).map((line) => plainEntry(`bootstrap ${phase}`, at, line))
          : [plainEntry("bootstrap", at, `begins with ${phase}`)];
      }),
    );
    return { entries: told.flat(), faults: [] };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const fault = `The bootstrap's log needs the rights s3:ListBucket on ${config.bucket} and s3:GetObject on its fleet/bootstraps/*. ${error.message}`;
    return { entries: [], faults: [error.isRefusal ? fault : error.message] };
  }
}

async function consoleOf(id: InstanceId, { stage, config, aws }: LogWorld): Promise<Reading> {
  try {
    const text = (await aws.fleet(config.region, stage).consoleOutput(id)) ?? "";
    const lines = linesOf(text.slice(-consoleCharacters));
    return { entries: lines.map((line) => plainEntry("console", null, line)), faults: [] };
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    const isRefusal = /UnauthorizedOperation|AccessDenied/.test(error.message);
    const fault = `A machine's console needs the right ec2:GetConsoleOutput. ${error.message}`;
    return { entries: [], faults: [isRefusal ? fault : error.message] };
  }
}

const linesOf = (text: string): readonly string[] => text.split(/\r?\n/).filter((line) => line.trim() !== "");
