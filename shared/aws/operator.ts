/** What the command line does with a person's own AWS credentials, when there is no key, or no API that answers. */
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Clock, ComputeFleet, Log, LogLine, ObjectStore, TaggedMachine } from "../ports.ts";
import { StoreClock } from "../system/store-clock.ts";
import { ec2Client, stsClient } from "./clients.ts";
import { Ec2Fleet } from "./ec2/fleet.ts";
import { enabledRegions, taggedMachines } from "./ec2/tagged-machines.ts";
import { type LogQuestion, logsClient, readLog } from "./logs/read-logs.ts";
import { bucketOf } from "./ports.ts";

/** Any region knows which ones there are. */
const firstRegion = "us-east-1";

export interface OperatorAws {
  bucket(region: string, name: string): ObjectStore;
  /** To look at a stage's machines and to end them; it launches nothing. */
  fleet(region: string, stage: string): ComputeFleet;
  /** Whose credentials they are; null when AWS does not tell. */
  caller(region: string): Promise<string | null>;
  /** @throws LogsError */
  readLog(region: string, group: string, question: LogQuestion): Promise<readonly LogLine[]>;
  /** Of every stage. @throws FleetError */
  machines(region: string): Promise<readonly TaggedMachine[]>;
  /** @throws FleetError */
  regions(): Promise<readonly string[]>;
}

export const operatorAws = (clock: Clock, log: Log): OperatorAws => ({
  bucket: (region, name) => bucketOf(region, name, new StoreClock(clock)),
  fleet: (region, stage) =>
    new Ec2Fleet({ client: ec2Client(region), stage, launchTemplateId: "none", clock, log }),
  caller: callerArn,
  readLog: (region, group, question) => readLog(logsClient(region), group, question),
  machines: (region) => taggedMachines(ec2Client(region), region),
  regions: () => enabledRegions(ec2Client(firstRegion)),
});

async function callerArn(region: string): Promise<string | null> {
  try {
    return (await stsClient(region).send(new GetCallerIdentityCommand())).Arn ?? null;
  } catch {
    // It is asked for a record beside an act that is done: without it, the record names nobody.
    return null;
  }
}
