import { expect, test } from "vitest";
import { accountFaults, type AccountFacts } from "../../../serverless/account.ts";

const config = {
  region: "us-west-1",
  zones: ["us-west-1a", "us-west-1c"],
  instance_type: "g4dn.xlarge",
  ami_id: "ami-0123456789abcdef0",
  root_device: "/dev/sda1",
  ssh: { key_pair: "mine", cidr: "203.0.113.0/24" },
};
const fits: AccountFacts = {
  zonesOffering: ["us-west-1a", "us-west-1c"],
  image: { rootDevice: "/dev/sda1", architecture: "x86_64", state: "available" },
  keyPairExists: true,
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
    { zonesOffering: ["us-west-1a"] },
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
