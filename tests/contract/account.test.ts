/** Reading an account before a deploy, on an emulator of EC2 that nobody here wrote. */
import { CreateKeyPairCommand, DescribeImagesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkAccount, readAccount } from "../../serverless/account.ts";
import { type Moto, startMoto } from "./moto.ts";

const asked = {
  region: "us-west-1",
  zones: ["us-west-1a", "us-west-1b"],
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
let moto: Moto;
let client: EC2Client;
beforeAll(async () => {
  moto = await startMoto();
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  client = new EC2Client({ endpoint: moto.url, region: asked.region, credentials });
});
afterAll(async () => {
  client.destroy();
  await moto.stop();
});

test("a missing image and key pair are read as missing, and a region of two zones as two zones", async () => {
  const facts = await readAccount(client, asked);
  expect(facts).toMatchObject({ image: null, keyPairExists: false });
  const zones = facts.zonesOffering["g4dn.xlarge"] ?? [];
  expect(zones).toHaveLength(2);
  for (const zone of zones) expect(zone).toMatch(/^us-west-1[a-c]$/);
});

test("an image is read with the name of its root device, and a key pair that is there is found", async () => {
  await client.send(new CreateKeyPairCommand({ KeyName: "mine" }));
  const { Images = [] } = await client.send(new DescribeImagesCommand({ Owners: ["amazon"] }));
  const image = Images.find(
    ({ RootDeviceName, Architecture }) => RootDeviceName === "/dev/xvda" && Architecture === "x86_64",
  );
  if (image?.ImageId === undefined) throw new Error("expected moto to have an image of Amazon Linux");
  const { faults } = await checkAccount(client, { ...asked, ami_id: image.ImageId });
  expect(faults.filter((fault) => !fault.startsWith("zones"))).toEqual([
    `root_device: ${image.ImageId} has its root volume at /dev/xvda, not at /dev/sda1: set root_device to /dev/xvda`,
  ]);
});
