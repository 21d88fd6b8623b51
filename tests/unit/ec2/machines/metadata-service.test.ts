import { join } from "node:path";
import { expect, test } from "vitest";
import { runLocalEc2, type RunningEc2 } from "../running-ec2.ts";
import { eventually } from "../patience.ts";

async function metadataOf(ec2: RunningEc2, instanceId: string): Promise<(path: string) => Promise<Response>> {
  await eventually(() => ec2.console(instanceId)).toContain("up at http");
  const [, endpoint = ""] = /up at (\S+)/.exec(await ec2.console(instanceId)) ?? [];
  const token = await fetch(`${endpoint}/latest/api/token`, {
    method: "PUT",
    headers: { "x-aws-ec2-metadata-token-ttl-seconds": "60" },
  }).then((response) => response.text());
  return (path) =>
    fetch(
      `${endpoint}${path}`,
      path.startsWith("/latest") ? { headers: { "x-aws-ec2-metadata-token": token } } : {},
    );
}

test("a machine reads itself, its tags and its user data with a token", async () => {
  const ec2 = await runLocalEc2();
  const instanceId = await ec2.launchOne();
  const get = await metadataOf(ec2, instanceId);
  const text = async (path: string): Promise<string> => (await get(`/latest/${path}`)).text();
  expect(await text("meta-data/instance-id")).toBe(instanceId);
  expect(await text("meta-data/placement/availability-zone")).toBe("eu-central-1a");
  expect(await text("meta-data/tags/instance/mgb:model")).toBe("tiny-random");
  expect(await text("meta-data/tags/instance/mgb%3Astage")).toBe("test");
  expect(await text("user-data")).toBe('{"stage":"test","note":"ä"}');
  expect((await get("/latest/meta-data/spot/instance-action")).status).toBe(404);
});

test("a request without a token, or with one that was never given, is refused", async () => {
  const ec2 = await runLocalEc2();
  const instanceId = await ec2.launchOne();
  await metadataOf(ec2, instanceId);
  const [, endpoint = ""] = /up at (\S+)/.exec(await ec2.console(instanceId)) ?? [];
  const url = `${endpoint}/latest/meta-data/instance-id`;
  expect((await fetch(url)).status).toBe(401);
  expect((await fetch(url, { headers: { "x-aws-ec2-metadata-token": "made-up" } })).status).toBe(401);
  const lifeless = { method: "PUT", headers: { "x-aws-ec2-metadata-token-ttl-seconds": "0" } };
  expect((await fetch(`${endpoint}/latest/api/token`, lifeless)).status).toBe(400);
});

test("a notice shows in the metadata while the machine still runs", async () => {
  const ec2 = await runLocalEc2();
  const instanceId = await ec2.launchOne();
  const get = await metadataOf(ec2, instanceId);
  await ec2.control("POST /interrupt", { instance_id: instanceId, notice_seconds: 60 });
  await ec2.control("POST /rebalance", { instance_id: instanceId });
  expect(await (await get("/latest/meta-data/spot/instance-action")).json()).toMatchObject({
    action: "terminate",
  });
  expect((await get("/latest/meta-data/events/recommendations/rebalance")).status).toBe(200);
});

test("the SDK's default chain in a machine finds a session of the profile's role", async () => {
  const sdk = join(import.meta.dirname, "../../../../node_modules/@aws-sdk/client-sqs/dist-cjs/index.js");
  // The chain gives the service a second for an answer, which may be too little where other suites run.
  const program = `const { SQSClient } = require(${JSON.stringify(sdk)});
const look = () => new SQSClient({ region: "eu-central-1" }).config.credentials().then((found) =>
  console.log("found " + found.accessKeyId + " " + found.sessionToken), look);
look();`;
  const ec2 = await runLocalEc2({ worker: `exec ${process.execPath} -e '${program}'` });
  const instanceId = await ec2.launchOne();
  await eventually(() => ec2.console(instanceId)).toContain("found ASIASTUB stub-session");
});
