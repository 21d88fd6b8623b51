import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type StageConfig, parseStageConfig, runtimeConfigFrom } from "../../../shared/config.ts";
import { workerConfigSchema } from "../../../shared/contract/worker-config.ts";
import { stageFromOptions, stageTemplate } from "../../../serverless/stage.ts";
import { resolve } from "./resolve.ts";

const example = parseStageConfig(readFileSync("config/example.json", "utf8"), "config/example.json");
const template = (change: Partial<StageConfig> = {}) =>
  stageTemplate("prod", { ...example, ...change }).resources.Resources;

const propertiesOf = (name: string, change: Partial<StageConfig> = {}): Record<string, unknown> => {
  const resource = template(change)[name];
  if (resource?.Properties === undefined) throw new Error(`expected the resource ${name}`);
  return resource.Properties;
};
const launchData = (change: Partial<StageConfig> = {}) =>
  propertiesOf("WorkerTemplate", change)["LaunchTemplateData"] as Record<string, unknown>;

const twoModels: Partial<StageConfig> = {
  models: ["facebook/musicgen-small", "facebook/musicgen-stereo-large"].map((id) => ({
    id,
    display_name: id,
    source: id,
    licence: "CC-BY-NC-4.0",
    audio_seconds_per_gpu_second: 3,
    max_duration_seconds: 30,
  })),
};

const userDataIn = (change: Partial<StageConfig> = {}): string =>
  resolve((launchData(change)["UserData"] as { "Fn::Base64": unknown })["Fn::Base64"]);

test("a worker is told at boot exactly what its schema asks for, in a script that cloud-init takes", () => {
  const [first, second = ""] = userDataIn().split("\n");
  expect(first).toBe("#!/usr/bin/env bash");
  const told = workerConfigSchema.parse(JSON.parse(second.slice("#mgb-worker ".length)));
  expect(told).toMatchObject({
    stage: "prod",
    region: "eu-central-1",
    bucket: "your-musicgen-batch-bucket",
    events_queue_url: "https://sqs.example/Events",
    models: [
      {
        id: "facebook/musicgen-small",
        queue_urls: {
          fast: "https://sqs.example/JobsFastFacebookMusicgenSmall",
          standard: "https://sqs.example/JobsFacebookMusicgenSmall",
          bulk: "https://sqs.example/JobsBulkFacebookMusicgenSmall",
        },
      },
    ],
  });
});

test("a machine of another image is told how to make a worker of itself, and may read the package", () => {
  const sha256 = "ab".repeat(32);
  const bootstrap = { source: "s3", version: "0123456789abcdef", sha256 } as const;
  const script = userDataIn({ bootstrap });
  expect(script).toContain(
    `\nregion=eu-central-1\nbucket=your-musicgen-batch-bucket\nminutes=360\nsource=s3\nversion=0123456789abcdef\nsha256=${sha256}\n`,
  );
  expect(Buffer.byteLength(script)).toBeLessThan(16_384);
  // osls would take it for a variable of its own, and the deploy would fail.
  expect(script).not.toMatch(/\$\{\w+:/);
  expect(JSON.stringify(propertiesOf("WorkerBootstrapPolicy", { bootstrap }))).toContain("/worker/*");
  expect(template()).not.toHaveProperty("WorkerBootstrapPolicy");
});

test("a machine that makes the worker of a commit is told where, and may read no package", () => {
  const commit = "c0".repeat(20);
  const bootstrap = {
    source: "git",
    repository: "https://github.com/ada/musicgen-batch.git",
    commit,
  } as const;
  const script = userDataIn({ bootstrap });
  expect(script).toContain(
    `\nminutes=360\nsource=git\nrepository=https://github.com/ada/musicgen-batch.git\ncommit=${commit}\n`,
  );
  expect(Buffer.byteLength(script)).toBeLessThan(16_384);
  const rights = JSON.stringify(propertiesOf("WorkerBootstrapPolicy", { bootstrap }));
  expect(rights).toContain("/fleet/bootstraps/*");
  expect(rights).not.toContain("GetObject");
});

test("a function's environment parses to the configuration that was deployed", () => {
  const { environment } = stageTemplate("prod", example);
  const runtime = runtimeConfigFrom({
    MGB_STAGE: "prod",
    MGB_BUCKET: "b",
    MGB_DEAD_LETTERS_QUEUE: "https://sqs.example/JobsDeadLetters",
    MGB_WEBHOOKS_QUEUE: "https://sqs.example/Webhooks",
    MGB_LAUNCH_TEMPLATE: "lt-1",
    MGB_LAUNCH_FUNCTION: "launch",
    MGB_EXPAND_FUNCTION: "expand",
    MGB_CONFIG: String(environment["MGB_CONFIG"]),
    MGB_JOB_QUEUES: resolve(environment["MGB_JOB_QUEUES"]),
  });
  expect(runtime.settings).toEqual(example);
  expect(Object.keys(runtime.jobQueues)).toEqual(["facebook/musicgen-small"]);
});

test("webhooks to plain http and private addresses are for the embedded cloud alone", () => {
  const insecure = { ...example, insecure_webhooks: true };
  expect(stageTemplate("local", insecure).config.insecure_webhooks).toBe(true);
  expect(() => stageTemplate("prod", insecure)).toThrow(
    "insecure_webhooks is for the embedded cloud (stage local) only: leave it out",
  );
  expect(example.insecure_webhooks).toBe(false);
});

test("each model has a queue for each tier, with dead letters only after many receives", () => {
  const queues = Object.values(template(twoModels)).filter(({ Type }) => Type === "AWS::SQS::Queue");
  expect(queues.map(({ Properties }) => Properties?.["QueueName"])).toEqual([
    "musicgen-batch-prod-jobs-fast-facebook-musicgen-small",
    "musicgen-batch-prod-jobs-facebook-musicgen-small",
    "musicgen-batch-prod-jobs-bulk-facebook-musicgen-small",
    "musicgen-batch-prod-jobs-fast-facebook-musicgen-stereo-large",
    "musicgen-batch-prod-jobs-facebook-musicgen-stereo-large",
    "musicgen-batch-prod-jobs-bulk-facebook-musicgen-stereo-large",
  ]);
  for (const { Properties } of queues)
    expect(Properties).toMatchObject({ SqsManagedSseEnabled: true, RedrivePolicy: { maxReceiveCount: 100 } });
  expect(stageTemplate("prod", { ...example, ...twoModels }).jobQueueArns).toHaveLength(6);
});

test("without ssh in the configuration there is no inbound rule and no key pair", () => {
  expect(propertiesOf("WorkerFirewall")).not.toHaveProperty("SecurityGroupIngress");
  expect(launchData()).not.toHaveProperty("KeyName");
});

test("ssh in the configuration opens port 22 to that range and nothing else", () => {
  const ssh = { ssh: { key_pair: "mine", cidr: "203.0.113.0/24" } };
  expect(propertiesOf("WorkerFirewall", ssh)["SecurityGroupIngress"]).toEqual([
    { IpProtocol: "tcp", FromPort: 22, ToPort: 22, CidrIp: "203.0.113.0/24", Description: "ssh" },
  ]);
  expect(launchData(ssh)["KeyName"]).toBe("mine");
  expect(JSON.stringify(stageTemplate("prod", { ...example, ...ssh }).runArns)).toContain(":key-pair/mine");
});

test("a machine asks for metadata tokens, ends when it shuts down and keeps no disk", () => {
  expect(launchData()).toMatchObject({
    ImageId: "ami-0123456789abcdef0",
    InstanceInitiatedShutdownBehavior: "terminate",
    MetadataOptions: { HttpTokens: "required", HttpPutResponseHopLimit: 1, InstanceMetadataTags: "enabled" },
    BlockDeviceMappings: [
      { Ebs: { VolumeType: "gp3", VolumeSize: 60, Encrypted: true, DeleteOnTermination: true } },
    ],
  });
});

test("the template tags only what a launch cannot tag, so that no key is set twice", () => {
  expect(launchData()["TagSpecifications"]).toEqual([
    {
      ResourceType: "network-interface",
      Tags: [
        { Key: "Name", Value: "musicgen-batch-prod-worker" },
        { Key: "mgb:stage", Value: "prod" },
      ],
    },
  ]);
});

const subnetsIn = (...zones: string[]): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(template({ region: zones[0]?.slice(0, -1) ?? "", zones }))
      .filter(([, { Type }]) => Type === "AWS::EC2::Subnet")
      .map(([name, { Properties }]) => [name, [Properties?.["AvailabilityZone"], Properties?.["CidrBlock"]]]),
  );

test("each zone has a subnet of its own, by its letter: the order in the configuration changes none", () => {
  const subnets = {
    WorkerSubnetA: ["eu-central-1a", "10.0.0.0/20"],
    WorkerSubnetB: ["eu-central-1b", "10.0.16.0/20"],
    WorkerSubnetC: ["eu-central-1c", "10.0.32.0/20"],
  };
  expect(subnetsIn("eu-central-1a", "eu-central-1b", "eu-central-1c")).toEqual(subnets);
  expect(subnetsIn("eu-central-1c", "eu-central-1a", "eu-central-1b")).toEqual(subnets);
});

test("a region of two zones gets two subnets, and a zone that is added later leaves them as they are", () => {
  expect(subnetsIn("us-west-1a", "us-west-1c")).toEqual({
    WorkerSubnetA: ["us-west-1a", "10.0.0.0/20"],
    WorkerSubnetC: ["us-west-1c", "10.0.32.0/20"],
  });
  expect(subnetsIn("us-west-1c", "us-west-1b", "us-west-1a")).toEqual({
    WorkerSubnetA: ["us-west-1a", "10.0.0.0/20"],
    WorkerSubnetB: ["us-west-1b", "10.0.16.0/20"],
    WorkerSubnetC: ["us-west-1c", "10.0.32.0/20"],
  });
});

test("the root volume is the one that the image has, under the image's own name for it", () => {
  expect(launchData()).toMatchObject({ BlockDeviceMappings: [{ DeviceName: "/dev/sda1" }] });
  expect(launchData({ root_device: "/dev/xvda" })).toMatchObject({
    BlockDeviceMappings: [{ DeviceName: "/dev/xvda" }],
  });
});

test("more models than a function's environment can hold are refused with their size", () => {
  const [model] = example.models;
  if (model === undefined) throw new Error("expected the example to have a model");
  const models = Array.from({ length: 9 }, (_, index) => ({ ...model, id: `${model.id}-${index}` }));
  expect(() => stageTemplate("prod", { ...example, models: models.slice(0, 3) })).not.toThrow();
  expect(() => stageTemplate("prod", { ...example, models })).toThrow(/takes \d{4} bytes/);
});

test("a configuration with mistakes is refused before anything is packaged, each named by its path", async () => {
  await expect(
    stageFromOptions({ stage: "prod", param: ["config=tests/unit/serverless/mistaken.json"] }),
  ).rejects.toThrow(/mistaken\.json has mistakes \(2\):\n {2}region: .*\n {2}budgets\.day_usd: /);
});

const existing: Partial<StageConfig> = {
  zones: ["eu-central-1a", "eu-central-1b"],
  network: {
    vpc_id: "vpc-0123456789abcdef0",
    subnets: { "eu-central-1a": "subnet-0000000a", "eu-central-1b": "subnet-0000000b" },
  },
};

test("in a network that is there already the stack makes none, and launches into its subnets alone", () => {
  const types = Object.values(template(existing)).map(({ Type }) => Type);
  expect(types.filter((type) => /VPC|Subnet|Route|Gateway/.test(type))).toEqual([]);
  expect(propertiesOf("WorkerFirewall", existing)["VpcId"]).toBe("vpc-0123456789abcdef0");
  const { subnetArns } = stageTemplate("prod", { ...example, ...existing });
  expect(subnetArns).toEqual(
    ["a", "b"].map((zone) => ({
      "Fn::Sub": `arn:\${AWS::Partition}:ec2:\${AWS::Region}:\${AWS::AccountId}:subnet/subnet-0000000${zone}`,
    })),
  );
});

test("tags of the account are on the stack and on what a launch cannot tag, and never in place of ours", () => {
  const tagged: Partial<StageConfig> = { tags: { team: "music" } };
  expect(stageTemplate("prod", { ...example, ...tagged }).stackTags).toEqual({
    team: "music",
    "mgb:stage": "prod",
  });
  expect(launchData(tagged)["TagSpecifications"]).toEqual([
    {
      ResourceType: "network-interface",
      Tags: [
        { Key: "team", Value: "music" },
        { Key: "Name", Value: "musicgen-batch-prod-worker" },
        { Key: "mgb:stage", Value: "prod" },
      ],
    },
  ]);
});

test("a machine's volume has the customer's key, and is loaded as fast as is paid for", () => {
  const kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef";
  const change: Partial<StageConfig> = {
    encryption: { kms_key_arn, logs: false },
    volume: { ...example.volume, initialization_mib_per_second: 200 },
  };
  expect(launchData(change)).toMatchObject({
    BlockDeviceMappings: [{ Ebs: { Encrypted: true, KmsKeyId: kms_key_arn, VolumeInitializationRate: 200 } }],
  });
  expect(JSON.stringify(launchData())).not.toMatch(/KmsKeyId|VolumeInitializationRate/);
});

test("a model that a machine type has no memory for is refused by name", () => {
  const [first] = example.instance_types;
  const change = { ...twoModels, instance_types: [first, { ...first, type: "g6f.xlarge" }] as const };
  expect(() => template(change)).toThrow(
    "g6f.xlarge has 3 GB of GPU memory, and facebook/musicgen-stereo-large needs about 11: name another type",
  );
  expect(() => template(twoModels)).not.toThrow();
});

test("the launcher may start each of the stage's machine types", () => {
  const [first] = example.instance_types;
  const types = [first, { ...first, type: "g5.xlarge" }] as const;
  expect(stageTemplate("prod", { ...example, instance_types: types }).instanceTypes).toEqual([
    "g4dn.xlarge",
    "g5.xlarge",
  ]);
});
