import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ConfigError, parseStageConfig } from "../../shared/config.ts";

const least = {
  region: "eu-central-1",
  bucket: "bucket",
  ami_id: "ami-00000000000000001",
  zones: ["eu-central-1a"],
  models: [
    {
      id: "small",
      display_name: "Small",
      source: "small",
      licence: "CC-BY-NC-4.0",
      audio_seconds_per_gpu_second: 28,
      max_duration_seconds: 30,
    },
  ],
  limits: {},
  budgets: { day_usd: 5, month_usd: 50 },
  speeds: {},
  worker: {},
};

test("what a stage leaves out has the default that the documents name", () => {
  expect(parseStageConfig(JSON.stringify(least), "the least")).toMatchObject({
    instance_types: [{ type: "g4dn.xlarge", max_spot_price_usd: 0.4, on_demand_price_usd: 0.526 }],
    max_price_mode: "gate",
    over_price_seconds: 600,
    public_ipv4_usd_per_hour: 0.005,
    rebalance: "note",
    limits: {
      max_instances: 4,
      queued_items: 100_000,
      active_batches: 1000,
      active_batches_per_owner: 500,
      waiting_requests: 4,
    },
    worker: {
      visibility_seconds: 120,
      heartbeat_seconds: 15,
      interruption_poll_seconds: 5,
      idle_exit_seconds: 0,
      max_lifetime_seconds: 21_600,
      boot_seconds: 215,
      boot_deadline_seconds: 900,
      heartbeat_deadline_seconds: 120,
      waits_to_be_taken: true,
      max_failures_per_item: 3,
      max_interruptions_per_item: 20,
    },
    log_retention_days: 30,
  });
});

test("on demand, ssh and mail are off until a stage asks for them", () => {
  const { rescue, ssh, alert_email } = parseStageConfig(JSON.stringify(least), "the least");
  expect([rescue, ssh, alert_email]).toEqual([undefined, undefined, undefined]);
});

test("budgets have no default: a stage without one is refused by their names", () => {
  const without = { ...least, budgets: {} };
  expect(() => parseStageConfig(JSON.stringify(without), "prod.json")).toThrow(ConfigError);
  expect(() => parseStageConfig(JSON.stringify(without), "prod.json")).toThrow(
    /mistakes \(2\)[^]*budgets\.day_usd[^]*budgets\.month_usd/,
  );
});

const key = "arn:aws:kms:eu-central-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef";
const parsed = (change: object) => parseStageConfig(JSON.stringify({ ...least, ...change }), "the file");

test("what accounts ask for is off until a stage asks for it", () => {
  const { network, encryption, permissions_boundary, tags, volume } = parsed({});
  expect([network, encryption, permissions_boundary, tags, volume.initialization_mib_per_second]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(parsed({ encryption: { kms_key_arn: key } }).encryption?.logs).toBe(false);
});

const subnet = "subnet-0123456789abcdef0";
const network = (subnets: object) => ({ network: { vpc_id: "vpc-0123456789abcdef0", subnets } });
test.each<[what: string, change: object, mistake: string]>([
  ["a zone without a subnet", network({}), "network.subnets: names no subnet for eu-central-1a"],
  [
    "a subnet of a zone that is not launched into",
    network({ "eu-central-1a": subnet, "eu-central-1b": "subnet-0123456789abcdef1" }),
    "network.subnets: names a subnet for eu-central-1b, which is not in zones",
  ],
  [
    "one subnet for two zones",
    {
      zones: ["eu-central-1a", "eu-central-1b"],
      ...network({ "eu-central-1a": subnet, "eu-central-1b": subnet }),
    },
    "network.subnets: names a subnet twice",
  ],
  [
    "a subnet's name in place of its id",
    network({ "eu-central-1a": "private-a" }),
    "must be an id such as subnet-",
  ],
  [
    "a key of another region",
    { encryption: { kms_key_arn: key.replace("eu-central-1", "us-east-1") } },
    "encryption.kms_key_arn: is not in eu-central-1",
  ],
  [
    "a key by its alias",
    { encryption: { kms_key_arn: key.replace(/key.*/, "alias/clips") } },
    "must be a KMS key's ARN",
  ],
  ["a boundary by its name", { permissions_boundary: "boundary" }, "must be a policy's ARN"],
  ["a tag of ours", { tags: { "mgb:stage": "x" } }, "is a tag of AWS or of musicgen-batch itself"],
  ["a tag of AWS", { tags: { "AWS:team": "x" } }, "is a tag of AWS or of musicgen-batch itself"],
  [
    "a tag that a machine cannot read from its metadata",
    { tags: { "cost centre": "x" } },
    "EC2 takes no other",
  ],
  ["a tag whose value AWS refuses", { tags: { team: "a;b" } }, "must be up to 256"],
  [
    "more tags than EC2 takes beside ours",
    { tags: Object.fromEntries(Array.from({ length: 31 }, (_, at) => [`tag-${at}`, ""])) },
    "must be at most 30 tags",
  ],
  ["a volume that is to load too fast", { volume: { initialization_mib_per_second: 301 } }, "<=300"],
])("%s is refused", (_what, change, mistake) => {
  expect(() => parsed(change)).toThrow(mistake);
});

const g5 = { type: "g5.xlarge", max_spot_price_usd: 0.7, on_demand_price_usd: 1.258 };

test("one type that is named alone is the list's only one, and a parsed stage can be parsed again", () => {
  const alone = { ...least, instance_type: "g5.xlarge", max_spot_price_usd: 0.7, on_demand_price_usd: 1.258 };
  const parsed = parseStageConfig(JSON.stringify(alone), "one type");
  expect(parsed.instance_types).toEqual([{ ...g5, audio_seconds_per_gpu_second: {} }]);
  expect(parsed).not.toHaveProperty("instance_type");
  expect(parseStageConfig(JSON.stringify(parsed), "the same")).toEqual(parsed);
});

test("several types keep their order, prices and guesses", () => {
  const g6 = { ...g5, type: "g6.xlarge", audio_seconds_per_gpu_second: { small: 27 } };
  const { instance_types } = parseStageConfig(JSON.stringify({ ...least, instance_types: [g6, g5] }), "two");
  expect(instance_types).toEqual([g6, { ...g5, audio_seconds_per_gpu_second: {} }]);
});

test.each<[what: string, change: object, mistake: string]>([
  [
    "a type both alone and in the list",
    { instance_type: "g4dn.xlarge", instance_types: [g5] },
    "instance_type: leave it out: instance_types says it for each type",
  ],
  [
    "a cap beside the list",
    { max_spot_price_usd: 0.3, instance_types: [g5] },
    "max_spot_price_usd: leave it out: instance_types says it for each type",
  ],
  ["a type twice", { instance_types: [g5, g5] }, "instance_types.1.type: names g5.xlarge twice"],
  [
    "a guess for a model that is not served",
    { instance_types: [{ ...g5, audio_seconds_per_gpu_second: { huge: 1 } }] },
    "instance_types.0.audio_seconds_per_gpu_second: huge is none of the models",
  ],
  [
    "a type without a price",
    { instance_types: [{ type: "g5.xlarge" }] },
    "instance_types.0.max_spot_price_usd",
  ],
  ["no type at all", { instance_types: [] }, "instance_types: "],
  ["a fifth type", { instance_types: Array.from({ length: 5 }, () => g5) }, "<=4 items"],
])("%s is refused", (_what, change, mistake) => {
  expect(() => parseStageConfig(JSON.stringify({ ...least, ...change }), "prod.json")).toThrow(mistake);
});

test("the example with several types is a whole configuration", () => {
  const text = readFileSync("config/example-types.json", "utf8");
  const { instance_types } = parseStageConfig(text, "config/example-types.json");
  expect(instance_types.map(({ type }) => type)).toEqual(["g4dn.xlarge", "g5.xlarge", "g6.xlarge"]);
});

const fromGit = (repository: string, commit = "c0".repeat(20)): string =>
  JSON.stringify({ ...least, bootstrap: { source: "git", repository, commit } });

test.each([
  "https://github.com/ada/musicgen-batch.git",
  "https://GitHub.com/ada/musicgen-batch",
  "https://git.music.example/teams/a_b/musicgen-batch/",
  "https://git.sr.ht/~ada/musicgen-batch",
])("a worker may be made of a commit of %s", (repository) => {
  expect(parseStageConfig(fromGit(repository), "it").bootstrap).toMatchObject({ source: "git", repository });
});

test.each([
  ["a user and a password", "https://ada:secret@github.com/ada/musicgen-batch.git"],
  ["a token", "https://ghp_0123@github.com/ada/musicgen-batch.git"],
  ["a token in its query", "https://github.com/ada/musicgen-batch.git?token=1"],
  ["another port", "https://github.com:8443/ada/musicgen-batch.git"],
  ["plain http", "http://github.com/ada/musicgen-batch.git"],
  ["ssh", "git@github.com:ada/musicgen-batch.git"],
  ["ssh as an address", "ssh://git@github.com/ada/musicgen-batch.git"],
  ["a folder", "file:///srv/musicgen-batch.git"],
  ["no repository", "https://github.com"],
  ["an address of a machine", "https://169.254.169.254/latest/meta-data"],
  ["the folder above", "https://github.com/../etc"],
  ["a command", "https://github.com/ada/$(poweroff)"],
  ["a second line", "https://github.com/ada/musicgen-batch\npoweroff"],
  ["a second word", "https://github.com/ada/musicgen-batch poweroff"],
])("a repository's address with %s is refused", (_what, repository) => {
  expect(() => parseStageConfig(fromGit(repository), "it")).toThrow(
    "bootstrap.repository: must be the https",
  );
});

test.each([
  ["a branch", "main"],
  ["a short id", "c0ffee0"],
  ["large letters", "C0".repeat(20)],
])("a commit that is named by %s is refused", (_what, commit) => {
  const text = fromGit("https://github.com/ada/musicgen-batch.git", commit);
  expect(() => parseStageConfig(text, "it")).toThrow("bootstrap.commit: must be a commit's whole id");
});
