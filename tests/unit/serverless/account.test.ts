import { expect, test } from "vitest";
import { accountFaults, type AccountFacts } from "../../../serverless/account.ts";

const config = {
  region: "us-west-1",
  zones: ["us-west-1a", "us-west-1c"],
  instance_types: [
    {
      type: "g4dn.xlarge",
      max_spot_price_usd: 0.4,
      on_demand_price_usd: 0.526,
      audio_seconds_per_gpu_second: {},
    },
  ] as const,
  ami_id: "ami-0123456789abcdef0",
  root_device: "/dev/sda1",
  ssh: { key_pair: "mine", cidr: "203.0.113.0/24" },
};
const fits: AccountFacts = {
  zonesOffering: { "g4dn.xlarge": ["us-west-1a", "us-west-1c"] },
  image: { rootDevice: "/dev/sda1", architecture: "x86_64", state: "available" },
  keyPairExists: true,
  subnets: new Map([
    ["subnet-0000000a", { zone: "us-west-1a", vpcId: "vpc-00000001" }],
    ["subnet-0000000c", { zone: "us-west-1c", vpcId: "vpc-00000001" }],
  ]),
};
const image = (change: object): Partial<AccountFacts> => ({
  image: { rootDevice: "/dev/sda1", architecture: "x86_64", state: "available", ...change },
});

test("an account that has everything is deployed to", () => {
  expect(accountFaults(config, fits)).toEqual([]);
});

test.each<[what: string, change: Partial<AccountFacts>, fault: string]>([
  [
    "a zone without the type",
    { zonesOffering: { "g4dn.xlarge": ["us-west-1a"] } },
    "zones: us-west-1c offers no g4dn.xlarge; these do: us-west-1a",
  ],
  ["an image of another region", { image: null }, "ami_id: ami-0123456789abcdef0 is not in us-west-1"],
  [
    "an image whose root volume has another name",
    image({ rootDevice: "/dev/xvda" }),
    "root_device: ami-0123456789abcdef0 has its root volume at /dev/xvda, not at /dev/sda1: set root_device to /dev/xvda",
  ],
  [
    "an image for another processor",
    image({ architecture: "arm64" }),
    "ami_id: ami-0123456789abcdef0 is for arm64, a worker's is for x86_64",
  ],
  [
    "an image that is not ready",
    image({ state: "pending" }),
    "ami_id: ami-0123456789abcdef0 is pending, not available",
  ],
  [
    "a key pair that is not there",
    { keyPairExists: false },
    "ssh.key_pair: there is no key pair named mine in us-west-1",
  ],
])("%s is refused with what would fit", (_what, change, fault) => {
  expect(accountFaults(config, { ...fits, ...change })).toEqual([fault]);
});

test("without ssh no key pair is required", () => {
  const { ssh: _ssh, ...withoutSsh } = config;
  expect(accountFaults(withoutSsh, { ...fits, keyPairExists: false })).toEqual([]);
});

const withNetwork = (vpc_id: string, a: string) => ({
  ...config,
  network: { vpc_id, subnets: { "us-west-1a": a, "us-west-1c": "subnet-0000000c" } },
});

test("subnets that are there, each in its zone, are deployed into", () => {
  expect(accountFaults(withNetwork("vpc-00000001", "subnet-0000000a"), fits)).toEqual([]);
});

test.each<[what: string, vpc: string, a: string, faults: string[]]>([
  [
    "a subnet that is not there",
    "vpc-00000001",
    "subnet-00000009",
    ["network.subnets: subnet-00000009 is not in us-west-1"],
  ],
  [
    "a subnet of another zone",
    "vpc-00000001",
    "subnet-0000000c",
    ["network.subnets: subnet-0000000c is in us-west-1c, not in us-west-1a"],
  ],
  [
    "subnets of another network",
    "vpc-00000002",
    "subnet-0000000a",
    [
      "network.vpc_id: subnet-0000000a belongs to vpc-00000001, not to vpc-00000002",
      "network.vpc_id: subnet-0000000c belongs to vpc-00000001, not to vpc-00000002",
    ],
  ],
])("%s is refused", (_what, vpc, a, faults) => {
  expect(accountFaults(withNetwork(vpc, a), fits)).toEqual(faults);
});

test("of several types, one that some zones lack is deployed, and one that all zones lack is not", () => {
  const [first] = config.instance_types;
  const two = { ...config, instance_types: [first, { ...first, type: "g5.xlarge" }] as const };
  const offering = (...zones: string[]): AccountFacts => ({
    ...fits,
    zonesOffering: { ...fits.zonesOffering, "g5.xlarge": zones },
  });
  expect(accountFaults(two, offering("us-west-1c"))).toEqual([]);
  expect(accountFaults(two, offering("us-west-1b"))).toEqual([
    "instance_types: none of the zones offers g5.xlarge; these do: us-west-1b",
  ]);
});
