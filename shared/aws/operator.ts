/** What the command line does with a person's own AWS credentials, when there is no key, or no API that answers. */
import type { Clock, ComputeFleet, Log, ObjectStore, TaggedMachine } from "../ports.ts";
import { StoreClock } from "../system/store-clock.ts";
import { ec2Client } from "./clients.ts";
import { Ec2Fleet } from "./ec2/fleet.ts";
import { enabledRegions, taggedMachines } from "./ec2/tagged-machines.ts";
import { bucketOf } from "./ports.ts";

/** Any region knows which ones there are. */
const firstRegion = "us-east-1";

export interface OperatorAws {
  bucket(region: string, name: string): ObjectStore;
  /** To look at a stage's machines and to end them; it launches nothing. */
  fleet(region: string, stage: string): ComputeFleet;
  /** Of every stage. @throws FleetError */
  machines(region: string): Promise<readonly TaggedMachine[]>;
  /** @throws FleetError */
  regions(): Promise<readonly string[]>;
}

export const operatorAws = (clock: Clock, log: Log): OperatorAws => ({
  bucket: (region, name) => bucketOf(region, name, new StoreClock(clock)),
  fleet: (region, stage) =>
    new Ec2Fleet({ client: ec2Client(region), stage, launchTemplateId: "none", clock, log }),
  machines: (region) => taggedMachines(ec2Client(region), region),
  regions: () => enabledRegions(ec2Client(firstRegion)),
});
