import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeImagesCommand } from "@aws-sdk/client-ec2";
import { startLocalEc2 } from "../../local/ec2/local-ec2.ts";
import { ec2Client } from "../../shared/aws/clients.ts";
import { Ec2Fleet } from "../../shared/aws/ec2/fleet.ts";
import { MemoryFleet } from "../../simulation/memory/memory-fleet.ts";
import { RecordingLog } from "../../simulation/memory/recording-log.ts";
import { SeededRandom } from "../../simulation/memory/seeded-random.ts";
import { VirtualClock } from "../../simulation/memory/virtual-clock.ts";
import { systemClock } from "../../shared/system/system-clock.ts";
import { systemRandom } from "../../shared/system/system-random.ts";
import { inject } from "vitest";
import { describeComputeFleet, zones, type FleetUnderTest } from "./compute-fleet.ts";
import { region, useEmulatedAws } from "./emulated-aws.ts";
import { startMoto } from "./moto.ts";
import { makeStageNetwork } from "./stage-network.ts";

useEmulatedAws();

const real = {
  nowMs: () => systemClock.nowMs(),
  pass: (seconds: number) => systemClock.sleep(seconds * 1000),
};
const stageName = (): string => `contract-${systemRandom.ulid(systemClock.nowMs())}`;

/** The fleet of a new stage at the EC2 that the environment names. */
function fleetAt(url: string, stage: string, launchTemplateId: string): Ec2Fleet {
  process.env["AWS_ENDPOINT_URL_EC2"] = url;
  const client = ec2Client(region);
  return new Ec2Fleet({ client, stage, launchTemplateId, clock: systemClock, log: new RecordingLog() });
}

function memoryFleet(): Promise<FleetUnderTest> {
  const clock = new VirtualClock();
  const fleet = new MemoryFleet({
    clock,
    random: new SeededRandom(1),
    zones: zones.map((zone) => ({ zone, priceUsdPerHour: 0.2, capacity: 100 })),
    pendingMs: 2_000,
    listDelayMs: 500,
  });
  return Promise.resolve({
    fleet,
    neighbour: null,
    nowMs: () => clock.nowMs(),
    pass: (seconds) => clock.advance(seconds * 1000),
    setCapacity: (zone, instances) => {
      fleet.setCapacity(zone, instances);
      return Promise.resolve();
    },
    setPrice: (zone, usdPerHour) => {
      fleet.setPrice(zone, usdPerHour);
      return Promise.resolve();
    },
    stop: () => Promise.resolve(),
  });
}

async function localEc2Fleet(): Promise<FleetUnderTest> {
  const emulatorUrl = inject("emulatorUrl");
  const folder = mkdtempSync(join(tmpdir(), "mgb-ec2-"));
  const [stage, other] = [stageName(), stageName()];
  process.env["AWS_ENDPOINT_URL_EC2"] = emulatorUrl;
  const template = await makeStageNetwork(ec2Client(region), stage, "ami-00000000000000001");
  const ec2 = await startLocalEc2({
    region,
    awsEndpoint: emulatorUrl,
    launchWorker: { command: "/bin/sleep", args: ["600"], env: {}, cwd: folder },
    deliverEvent: () => Promise.resolve(),
    onLog: () => undefined,
    folder,
    bootSeconds: 1,
    noticeSeconds: 1,
    graceSeconds: 0.2,
    visibilityDelaySeconds: 0.5,
    seed: 1,
    zones: zones.map((name) => ({ name, spotUsdPerHour: 0.2, instances: 100 })),
  });
  const control = async (path: string, body: unknown): Promise<void> => {
    const answer = await fetch(`${ec2.controlEndpoint}${path}`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  };
  return {
    ...real,
    fleet: fleetAt(ec2.endpoint, stage, template),
    neighbour: fleetAt(ec2.endpoint, other, template),
    setCapacity: (zone, instances) => control("/capacity", { zone, instances }),
    setPrice: (zone, usd) => control("/price", { zone, usd }),
    stop: async () => {
      await ec2.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function motoFleet(): Promise<FleetUnderTest> {
  const moto = await startMoto();
  process.env["AWS_ENDPOINT_URL_EC2"] = moto.url;
  const client = ec2Client(region);
  const { Images: images } = await client.send(new DescribeImagesCommand({}));
  const [stage, other] = [stageName(), stageName()];
  const template = await makeStageNetwork(client, stage, images?.[0]?.ImageId ?? "");
  return {
    ...real,
    fleet: fleetAt(moto.url, stage, template),
    neighbour: fleetAt(moto.url, other, template),
    setCapacity: null,
    setPrice: null,
    stop: () => moto.stop(),
  };
}

describeComputeFleet("memory", memoryFleet, { stages: "the fleet in memory holds one stage alone" });
describeComputeFleet("EC2 on this machine", localEc2Fleet);
describeComputeFleet("EC2 on moto", motoFleet, {
  pricesByZone: "moto tells one made-up price for every zone, and it cannot be changed",
  tokens: "moto ignores CreateFleet's client token and launches again",
  capacity: "moto never lacks capacity",
});
