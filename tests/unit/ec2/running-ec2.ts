/** A local EC2 for one test: quick, with a worker that is a shell script, and an ordinary SDK client. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateFleetCommand,
  DescribeInstancesCommand,
  EC2Client,
  GetConsoleOutputCommand,
  type CreateFleetCommandInput,
  type CreateFleetCommandOutput,
  type Instance,
} from "@aws-sdk/client-ec2";
import { onTestFinished } from "vitest";
import type { Ec2Event } from "../../../local/ec2/machines/events.ts";
import { startLocalEc2 } from "../../../local/ec2/local-ec2.ts";
import type { LocalEc2Options } from "../../../local/ec2/options.ts";
import { startStubEmulator, subnets, templateId, type StubEmulator } from "./stub-emulator.ts";

/** A shell's: it works for five minutes, far longer than any test, and hears a signal at once. */
export const work = "for turn in $(seq 12000); do sleep 0.025; done";
/** Says when it is up and when it is told to end. */
export const obedientWorker = `trap 'echo told to stop; exit 0' TERM
echo "up at $AWS_EC2_METADATA_SERVICE_ENDPOINT"
${work}`;

export interface RunningEc2 {
  readonly client: EC2Client;
  readonly emulator: StubEmulator;
  readonly events: readonly Ec2Event[];
  readonly log: readonly string[];
  stop(): Promise<void>;
  launch(change?: Partial<CreateFleetCommandInput>): Promise<CreateFleetCommandOutput>;
  launchOne(): Promise<string>;
  describe(instanceId: string): Promise<Instance>;
  console(instanceId: string): Promise<string>;
  control(route: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
}

export interface RunOptions extends Partial<Omit<LocalEc2Options, "launchWorker">> {
  /** A shell script. */
  readonly worker?: string;
}

export async function runLocalEc2({
  worker = obedientWorker,
  ...change
}: RunOptions = {}): Promise<RunningEc2> {
  const emulator = await startStubEmulator();
  const folder = await mkdtemp(join(tmpdir(), "local-ec2-"));
  const events: Ec2Event[] = [];
  const log: string[] = [];
  const ec2 = await startLocalEc2({
    region: "eu-central-1",
    awsEndpoint: emulator.url,
    launchWorker: {
      command: "/bin/sh",
      args: ["-c", worker],
      env: { PATH: process.env["PATH"] ?? "" },
      cwd: process.cwd(),
    },
    deliverEvent: (event) => {
      events.push(event);
      return Promise.resolve();
    },
    onLog: (line) => log.push(line),
    folder,
    bootSeconds: 0.03,
    noticeSeconds: 0.2,
    // Only a worker that does not listen is ended by force.
    graceSeconds: 300,
    visibilityDelaySeconds: 0,
    seed: 1,
    zones: [
      { name: "eu-central-1a", spotUsdPerHour: 0.2 },
      { name: "eu-central-1b", spotUsdPerHour: 0.3 },
    ],
    ...change,
  });
  onTestFinished(async () => {
    await ec2.stop();
    await emulator.close();
    await rm(folder, { recursive: true });
  });
  const client = new EC2Client({
    endpoint: ec2.endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "caller", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
  const launch = (input: Partial<CreateFleetCommandInput> = {}): Promise<CreateFleetCommandOutput> =>
    client.send(new CreateFleetCommand({ ...fleetInput, ...input }));
  return {
    client,
    emulator,
    events,
    log,
    stop: () => ec2.stop(),
    launch,
    launchOne: async () => (await launch()).Instances?.[0]?.InstanceIds?.[0] ?? "",
    describe: async (instanceId) => {
      const answer = await client.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
      const instance = answer.Reservations?.[0]?.Instances?.[0];
      if (instance === undefined) throw new Error(`${instanceId} was not described`);
      return instance;
    },
    console: async (instanceId) => {
      const answer = await client.send(new GetConsoleOutputCommand({ InstanceId: instanceId }));
      return Buffer.from(answer.Output ?? "", "base64").toString("utf8");
    },
    control: async (route, body) => {
      const [method = "GET", path = "/"] = route.split(" ");
      const response = await fetch(`${ec2.controlEndpoint}${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json() };
    },
  };
}

export const fleetInput: CreateFleetCommandInput = {
  Type: "instant",
  LaunchTemplateConfigs: [
    {
      LaunchTemplateSpecification: { LaunchTemplateId: templateId, Version: "$Latest" },
      Overrides: [
        { InstanceType: "g4dn.xlarge", SubnetId: subnets.a, AvailabilityZone: "eu-central-1a" },
        { InstanceType: "g4dn.xlarge", SubnetId: subnets.b, AvailabilityZone: "eu-central-1b" },
      ],
    },
  ],
  TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: "spot" },
  SpotOptions: { AllocationStrategy: "price-capacity-optimized" },
  TagSpecifications: [
    { ResourceType: "instance", Tags: [{ Key: "mgb:model", Value: "tiny-random" }] },
    { ResourceType: "fleet", Tags: [{ Key: "mgb:stage", Value: "test" }] },
  ],
};
