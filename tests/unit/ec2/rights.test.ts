import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import type { Authorize, Check } from "../../../local/ec2/options.ts";
import { runLocalEc2 } from "./running-ec2.ts";
import { templateId } from "./stub-emulator.ts";

/** Allows all but one action, and remembers what it was asked. */
function judge(forbidden?: string) {
  const asked: Check[] = [];
  const authorize: Authorize = (_key, checks) => {
    asked.push(...checks);
    return Promise.resolve(checks.find(({ action }) => action === forbidden) ?? null);
  };
  return { asked, authorize };
}
const kinds = (asked: readonly Check[], action: string): string[] =>
  asked
    .filter((check) => check.action === action)
    .map(({ resource }) => resource.replace(/^[^/]*:/, ""))
    .toSorted();

test("a launch asks for the right to all that it names, all that the template holds, tags and role", async () => {
  const { asked, authorize } = judge();
  const ec2 = await runLocalEc2({ authorize });
  await ec2.launch();
  const template = `launch-template/${templateId}`;
  const network = ["subnet/subnet-0000000000000000a", "subnet/subnet-0000000000000000b"];
  expect(kinds(asked, "ec2:CreateFleet")).toEqual(["fleet/*", "instance/*", template, ...network]);
  expect(kinds(asked, "ec2:RunInstances")).toEqual([
    "image/ami-0123456789abcdef0",
    "instance/*",
    template,
    "network-interface/*",
    ...network,
    "volume/*",
  ]);
  expect(kinds(asked, "ec2:CreateTags")).toEqual(["fleet/*", "instance/*"]);
  expect(kinds(asked, "iam:PassRole")).toEqual(["role/worker-role"]);
  const instance = asked.find(
    ({ action, resource }) => action === "ec2:RunInstances" && resource.endsWith("instance/*"),
  );
  expect(instance?.context).toEqual({
    "ec2:LaunchTemplate": `arn:aws:ec2:eu-central-1:000000000000:${template}`,
    "ec2:InstanceType": "g4dn.xlarge",
    "aws:RequestTag/mgb:model": "tiny-random",
  });
});

test("a launch without one of those rights starts nothing", async () => {
  const { authorize } = judge("iam:PassRole");
  const ec2 = await runLocalEc2({ authorize });
  await expect(ec2.launch()).rejects.toMatchObject({
    name: "UnauthorizedOperation",
    message:
      "You are not authorized to perform: iam:PassRole on resource: arn:aws:iam::000000000000:role/worker-role",
  });
  expect((await ec2.control("GET /state")).body).toMatchObject({ instances: [] });
});

test("an end asks for the right to end that machine, with its tags", async () => {
  const { asked, authorize } = judge();
  const ec2 = await runLocalEc2({ authorize });
  const id = await ec2.launchOne();
  asked.length = 0;
  await ec2.client.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  expect(asked).toMatchObject([
    {
      action: "ec2:TerminateInstances",
      resource: `arn:aws:ec2:eu-central-1:000000000000:instance/${id}`,
      context: { "aws:ResourceTag/mgb:stage": "test" },
    },
  ]);
});
