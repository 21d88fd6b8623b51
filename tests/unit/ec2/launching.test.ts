import { describe, expect, test } from "vitest";
import { subnets, templateId } from "./stub-emulator.ts";
import { fleetInput, runLocalEc2 } from "./running-ec2.ts";
import { eventually } from "./patience.ts";

const sample = fleetInput.LaunchTemplateConfigs?.[0];

describe("CreateFleet", () => {
  test("launches in the cheapest zone and says which, from the deployed template", async () => {
    const ec2 = await runLocalEc2();
    const answer = await ec2.launch({
      TargetCapacitySpecification: { TotalTargetCapacity: 2, DefaultTargetCapacityType: "spot" },
    });
    expect(answer.FleetId).toMatch(/^fleet-/);
    expect(answer.Errors).toEqual([]);
    expect(answer.Instances).toEqual([
      {
        LaunchTemplateAndOverrides: {
          LaunchTemplateSpecification: { LaunchTemplateId: templateId, Version: "3" },
          Overrides: {
            InstanceType: "g4dn.xlarge",
            SubnetId: subnets.a,
            AvailabilityZone: "eu-central-1a",
          },
        },
        Lifecycle: "spot",
        InstanceIds: [expect.stringMatching(/^i-[0-9a-f]{17}$/), expect.stringMatching(/^i-[0-9a-f]{17}$/)],
        InstanceType: "g4dn.xlarge",
      },
    ]);
  });

  test("goes to the other zone when the first is dry, and reports the dry pool inside its answer of 200", async () => {
    const ec2 = await runLocalEc2();
    await ec2.control("POST /capacity", { zone: "eu-central-1a", instances: 0 });
    const answer = await ec2.launch();
    expect(answer.Instances?.[0]?.LaunchTemplateAndOverrides?.Overrides?.AvailabilityZone).toBe(
      "eu-central-1b",
    );
    expect(answer.Errors).toMatchObject([
      {
        ErrorCode: "InsufficientInstanceCapacity",
        Lifecycle: "spot",
        LaunchTemplateAndOverrides: { Overrides: { AvailabilityZone: "eu-central-1a" } },
      },
    ]);
  });

  test("frees its place in a zone when a machine is gone", async () => {
    const ec2 = await runLocalEc2();
    await ec2.control("POST /capacity", { zone: "eu-central-1a", instances: 1 });
    await ec2.control("POST /capacity", { zone: "eu-central-1b", instances: 0 });
    const instanceId = await ec2.launchOne();
    expect((await ec2.launch()).Instances).toEqual([]);
    await ec2.control("POST /kill", { instance_id: instanceId });
    await eventually(async () => (await ec2.describe(instanceId)).State?.Name).toBe("terminated");
    expect((await ec2.launch()).Instances).toHaveLength(1);
  });

  test("with the same token and parameters gives the same machines, also when both calls overlap", async () => {
    const ec2 = await runLocalEc2();
    const [first, second] = await Promise.all([
      ec2.launch({ ClientToken: "once" }),
      ec2.launch({ ClientToken: "once" }),
    ]);
    const third = await ec2.launch({ ClientToken: "once" });
    expect(second.Instances).toEqual(first.Instances);
    expect(third.Instances).toEqual(first.Instances);
    expect(third.FleetId).toBe(first.FleetId);
    expect(await ec2.control("GET /state")).toMatchObject({ body: { instances: { length: 1 } } });
  });

  test("with the same token and other parameters is refused", async () => {
    const ec2 = await runLocalEc2();
    await ec2.launch({ ClientToken: "once" });
    const other = ec2.launch({
      ClientToken: "once",
      TargetCapacitySpecification: { TotalTargetCapacity: 2, DefaultTargetCapacityType: "spot" },
    });
    await expect(other).rejects.toMatchObject({ name: "IdempotentParameterMismatch" });
  });

  test("buys on demand where the bid of a spot pool does not matter", async () => {
    const ec2 = await runLocalEc2();
    const { SpotOptions: _none, ...input } = fleetInput;
    const answer = await ec2.launch({
      ...input,
      TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: "on-demand" },
    });
    const instanceId = answer.Instances?.[0]?.InstanceIds?.[0] ?? "";
    expect(answer.Instances?.[0]?.Lifecycle).toBe("on-demand");
    expect((await ec2.describe(instanceId)).InstanceLifecycle).toBeUndefined();
    expect(await ec2.control("POST /interrupt", { instance_id: instanceId })).toMatchObject({ status: 409 });
  });

  test("asks no more than the bid where there is one", async () => {
    const ec2 = await runLocalEc2();
    await ec2.control("POST /price", { zone: "eu-central-1a", usd: 0.41 });
    const answer = await ec2.launch({
      LaunchTemplateConfigs: [
        { ...sample, Overrides: [{ SubnetId: subnets.a, InstanceType: "g4dn.xlarge", MaxPrice: "0.40" }] },
      ],
    });
    expect(answer.Instances).toEqual([]);
    expect(answer.Errors).toMatchObject([{ ErrorCode: "SpotMaxPriceTooLow" }]);
  });

  test.each([
    [
      "a template that does not exist",
      {
        LaunchTemplateConfigs: [
          {
            ...sample,
            LaunchTemplateSpecification: { LaunchTemplateId: "lt-00000000000000000", Version: "1" },
          },
        ],
      },
      "InvalidLaunchTemplateId.NotFound",
    ],
    ["a fleet that would maintain itself", { Type: "maintain" as const }, "InvalidParameterValue"],
    ["a parameter that we never send", { ReplaceUnhealthyInstances: true }, "UnknownParameter"],
    [
      "a capacity that does not say of what kind",
      { TargetCapacitySpecification: { TotalTargetCapacity: 1 } },
      "InvalidParameterValue",
    ],
    [
      "a pool that is named twice, as two subnets of one zone are",
      {
        LaunchTemplateConfigs: [
          {
            ...sample,
            Overrides: [{ SubnetId: subnets.b }, { SubnetId: subnets.a }, { SubnetId: subnets.a2 }],
          },
        ],
      },
      "InvalidFleetConfig",
    ],
    [
      "a tag that the launch template sets on the machine too",
      {
        TagSpecifications: [
          { ResourceType: "instance" as const, Tags: [{ Key: "mgb:stage", Value: "test" }] },
        ],
      },
      "InvalidParameterValue",
    ],
    [
      "a tag that metadata could not show",
      { TagSpecifications: [{ ResourceType: "instance" as const, Tags: [{ Key: "a b", Value: "" }] }] },
      "InvalidParameterValue",
    ],
  ])("refuses %s", async (_name, change, code) => {
    const ec2 = await runLocalEc2();
    await expect(ec2.launch(change)).rejects.toMatchObject({
      name: code,
      $metadata: { httpStatusCode: 400 },
    });
  });

  test.each([
    ["a subnet that does not exist", { SubnetId: "subnet-0000000000000000f" }, "InvalidSubnetID.NotFound"],
    [
      "a zone that its subnet is not in",
      { SubnetId: subnets.a, AvailabilityZone: "eu-central-1b" },
      "InvalidParameterCombination",
    ],
    [
      "an instance type that is not sold",
      { SubnetId: subnets.a, InstanceType: "p5.48xlarge" as const },
      "InvalidFleetConfiguration",
    ],
  ])("reports %s as that pool's error and takes the next pool", async (_name, wrong, code) => {
    const ec2 = await runLocalEc2();
    const right = { SubnetId: subnets.b, InstanceType: "g4dn.xlarge" as const };
    await ec2.control("POST /capacity", { zone: "eu-central-1b", instances: 1 });
    const answer = await ec2.launch({
      LaunchTemplateConfigs: [{ ...sample, Overrides: [wrong, right] }],
      TargetCapacitySpecification: { TotalTargetCapacity: 2, DefaultTargetCapacityType: "spot" },
    });
    expect(answer.Instances).toHaveLength(1);
    expect(answer.Errors?.map((error) => error.ErrorCode)).toEqual(["InsufficientInstanceCapacity", code]);
  });
});
