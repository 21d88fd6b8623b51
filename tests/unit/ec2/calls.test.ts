import {
  DescribeInstancesCommand,
  DescribeSpotPriceHistoryCommand,
  DescribeSubnetsCommand,
  paginateDescribeInstances,
  paginateDescribeSpotPriceHistory,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { runLocalEc2 } from "./running-ec2.ts";
import { subnets } from "./stub-emulator.ts";
import { eventually } from "./patience.ts";

const unknownId = "i-0000000000000000f";

describe("DescribeInstances", () => {
  test("tells what a caller needs to know of a machine", async () => {
    const ec2 = await runLocalEc2({ bootSeconds: 60 });
    const instance = await ec2.describe(await ec2.launchOne());
    expect(instance).toMatchObject({
      State: { Code: 0, Name: "pending" },
      InstanceType: "g4dn.xlarge",
      InstanceLifecycle: "spot",
      ImageId: "ami-0123456789abcdef0",
      Placement: { AvailabilityZone: "eu-central-1a" },
      SubnetId: subnets.a,
      LaunchTime: expect.any(Date) as Date,
    });
    expect(instance.LaunchTime?.getMilliseconds()).toBe(0);
    expect(Object.fromEntries((instance.Tags ?? []).map(({ Key, Value }) => [Key, Value]))).toMatchObject({
      "mgb:stage": "test",
      "mgb:model": "tiny-random",
      "aws:ec2launchtemplate:version": "3",
    });
    expect(instance.Tags?.map(({ Key }) => Key)).not.toContain("mgb:volume");
  });

  test("comes in pages that together tell of every machine once", async () => {
    const ec2 = await runLocalEc2({ bootSeconds: 60 });
    await ec2.launch({
      TargetCapacitySpecification: { TotalTargetCapacity: 12, DefaultTargetCapacityType: "spot" },
    });
    const filters = [{ Name: "tag:mgb:stage", Values: ["test"] }];
    const sizes: number[] = [];
    const ids = new Set<string | undefined>();
    for await (const page of paginateDescribeInstances(
      { client: ec2.client, pageSize: 5 },
      { Filters: filters },
    )) {
      const instances = (page.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []);
      sizes.push(instances.length);
      for (const instance of instances) ids.add(instance.InstanceId);
    }
    expect(sizes).toEqual([5, 5, 2]);
    expect(ids.size).toBe(12);
  });

  test("takes filters", async () => {
    const ec2 = await runLocalEc2({ bootSeconds: 60 });
    await ec2.launchOne();
    const none = await ec2.client.send(
      new DescribeInstancesCommand({ Filters: [{ Name: "instance-state-name", Values: ["running"] }] }),
    );
    expect(none.Reservations).toEqual([]);
  });

  test("does not know a new machine for a while, and TerminateInstances does not either", async () => {
    const ec2 = await runLocalEc2({ visibilityDelaySeconds: 60 });
    const instanceId = await ec2.launchOne();
    await expect(ec2.describe(instanceId)).rejects.toMatchObject({ name: "InvalidInstanceID.NotFound" });
    await expect(
      ec2.client.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] })),
    ).rejects.toMatchObject({ name: "InvalidInstanceID.NotFound" });
    const all = await ec2.client.send(new DescribeInstancesCommand({}));
    expect(all.Reservations).toEqual([]);
  });

  test.each([
    ["malformed", "i-nonsense", "InvalidInstanceID.Malformed"],
    ["unknown", unknownId, "InvalidInstanceID.NotFound"],
  ])("refuses an id that is %s", async (_name, instanceId, code) => {
    const ec2 = await runLocalEc2();
    await expect(ec2.describe(instanceId)).rejects.toMatchObject({ name: code });
  });

  test("refuses a page token that it did not give", async () => {
    const ec2 = await runLocalEc2();
    const call = ec2.client.send(new DescribeInstancesCommand({ NextToken: "nonsense" }));
    await expect(call).rejects.toMatchObject({ name: "InvalidNextToken" });
  });
});

describe("TerminateInstances", () => {
  test("ends none of them when one is unknown", async () => {
    const ec2 = await runLocalEc2({ bootSeconds: 60 });
    const instanceId = await ec2.launchOne();
    const call = ec2.client.send(new TerminateInstancesCommand({ InstanceIds: [instanceId, unknownId] }));
    await expect(call).rejects.toMatchObject({
      name: "InvalidInstanceID.NotFound",
      message: `The instance ID '${unknownId}' does not exist`,
    });
    expect((await ec2.describe(instanceId)).State?.Name).toBe("pending");
  });

  test("says from which state to which, also of one that has ended", async () => {
    const ec2 = await runLocalEc2({ bootSeconds: 60 });
    const InstanceIds = [await ec2.launchOne()];
    const first = await ec2.client.send(new TerminateInstancesCommand({ InstanceIds }));
    expect(first.TerminatingInstances).toMatchObject([
      { PreviousState: { Name: "pending" }, CurrentState: { Name: "shutting-down", Code: 32 } },
    ]);
    await eventually(async () => (await ec2.describe(InstanceIds[0] ?? "")).State?.Name).toBe("terminated");
    const again = await ec2.client.send(new TerminateInstancesCommand({ InstanceIds }));
    expect(again.TerminatingInstances).toMatchObject([
      { PreviousState: { Name: "terminated" }, CurrentState: { Name: "terminated", Code: 48 } },
    ]);
  });
});

describe("DescribeSpotPriceHistory", () => {
  test("of this moment gives the price in force, one a zone", async () => {
    const ec2 = await runLocalEc2();
    await ec2.control("POST /price", { zone: "eu-central-1b", usd: 0.4567 });
    const answer = await ec2.client.send(
      new DescribeSpotPriceHistoryCommand({
        InstanceTypes: ["g4dn.xlarge"],
        ProductDescriptions: ["Linux/UNIX"],
        StartTime: new Date(Date.now() + 60_000),
      }),
    );
    const prices = new Map(
      answer.SpotPriceHistory?.map(({ AvailabilityZone, SpotPrice }) => [AvailabilityZone, SpotPrice]),
    );
    expect(prices.get("eu-central-1b")).toBe("0.456700");
    expect(Number(prices.get("eu-central-1a"))).toBeCloseTo(0.2, 1);
    expect(answer.SpotPriceHistory).toHaveLength(2);
  });

  test("of a day comes in pages, newest first", async () => {
    const ec2 = await runLocalEc2();
    const times: number[] = [];
    for await (const page of paginateDescribeSpotPriceHistory(
      { client: ec2.client, pageSize: 20 },
      { AvailabilityZone: "eu-central-1a", StartTime: new Date(Date.now() - 86_400_000) },
    )) {
      for (const { Timestamp } of page.SpotPriceHistory ?? []) times.push(Timestamp?.getTime() ?? 0);
    }
    expect(times.length).toBeGreaterThan(20);
    expect(times).toEqual(times.toSorted((one, other) => other - one));
  });

  test("has none for what is not sold", async () => {
    const ec2 = await runLocalEc2();
    const answer = await ec2.client.send(
      new DescribeSpotPriceHistoryCommand({ InstanceTypes: ["p5.48xlarge"], StartTime: new Date() }),
    );
    expect(answer.SpotPriceHistory).toEqual([]);
  });
});

describe("the endpoint", () => {
  test("passes DescribeSubnets on, signed as it came", async () => {
    const ec2 = await runLocalEc2();
    const answer = await ec2.client.send(new DescribeSubnetsCommand({}));
    expect(answer.Subnets?.map((subnet) => subnet.SubnetId)).toEqual([subnets.a, subnets.a2, subnets.b]);
    const endpoint = await ec2.client.config.endpoint?.();
    expect(ec2.emulator.asked.at(-1)).toEqual({
      action: "DescribeSubnets",
      host: `127.0.0.1:${endpoint?.port}`,
    });
  });

  test("refuses a call that it does not know, by its name", async () => {
    const ec2 = await runLocalEc2();
    const call = ec2.client.send(new RunInstancesCommand({ MinCount: 1, MaxCount: 1 }));
    await expect(call).rejects.toMatchObject({
      name: "InvalidAction",
      message: "The local EC2 does not know the action RunInstances",
    });
  });

  test("refuses a call that nobody signed", async () => {
    const ec2 = await runLocalEc2();
    const endpoint = await ec2.client.config.endpoint?.();
    const response = await fetch(`http://127.0.0.1:${endpoint?.port}/`, {
      method: "POST",
      body: "Action=DescribeInstances&Version=2016-11-15",
    });
    expect(response.status).toBe(401);
    expect(await response.text()).toContain("<Code>AuthFailure</Code>");
  });
});
