import { describe, expect, test } from "vitest";
import { runLocalEc2 } from "./running-ec2.ts";

const instancesIn = async (ec2: Awaited<ReturnType<typeof runLocalEc2>>): Promise<number> => {
  const { body } = await ec2.control("GET /state");
  return (body as { instances: unknown[] }).instances.length;
};

describe("a planned fault", () => {
  test("answers an error of EC2 with its status, once", async () => {
    const ec2 = await runLocalEc2({ bootSeconds: 60 });
    await ec2.control("POST /fault", { action: "CreateFleet", code: "RequestLimitExceeded", times: 1 });
    await expect(ec2.launch()).rejects.toMatchObject({
      name: "RequestLimitExceeded",
      $metadata: { httpStatusCode: 503 },
    });
    expect((await ec2.launch()).Instances).toHaveLength(1);
  });

  test("puts a pool's code into CreateFleet's answer of 200, for every pool", async () => {
    const ec2 = await runLocalEc2();
    await ec2.control("POST /fault", {
      action: "CreateFleet",
      code: "MaxSpotInstanceCountExceeded",
      times: 1,
    });
    const answer = await ec2.launch();
    expect(answer.Instances).toEqual([]);
    expect(answer.Errors?.map((error) => error.ErrorCode)).toEqual([
      "MaxSpotInstanceCountExceeded",
      "MaxSpotInstanceCountExceeded",
    ]);
  });

  test("of pools is not used up by a repeated token, which gets the first answer", async () => {
    const ec2 = await runLocalEc2();
    for (const code of ["UnfulfillableCapacity", "MaxSpotInstanceCountExceeded"])
      await ec2.control("POST /fault", { action: "CreateFleet", code, times: 1 });
    const codesOf = async (ClientToken: string) =>
      new Set((await ec2.launch({ ClientToken })).Errors?.map(({ ErrorCode }) => ErrorCode));
    expect(await codesOf("t")).toEqual(new Set(["UnfulfillableCapacity"]));
    expect(await codesOf("t")).toEqual(new Set(["UnfulfillableCapacity"]));
    expect(await codesOf("u")).toEqual(new Set(["MaxSpotInstanceCountExceeded"]));
  });

  test("of one zone leaves the other pools to give the machines", async () => {
    const ec2 = await runLocalEc2({ bootSeconds: 60 });
    const message = "Your requested instance type is not supported in your requested Availability Zone";
    const fault = {
      action: "CreateFleet",
      code: "InvalidFleetConfiguration",
      message,
      zone: "eu-central-1a",
    };
    await ec2.control("POST /fault", { ...fault, times: 1 });
    const answer = await ec2.launch();
    expect(answer.Instances).toHaveLength(1);
    expect(answer.Errors?.map(({ ErrorCode, ErrorMessage }) => [ErrorCode, ErrorMessage])).toEqual([
      ["InvalidFleetConfiguration", message],
    ]);
  });

  test("NoAnswer ends the connection and nothing was launched", async () => {
    const ec2 = await runLocalEc2();
    await ec2.control("POST /fault", { action: "CreateFleet", code: "NoAnswer", times: 1 });
    await expect(ec2.launch({ ClientToken: "t" })).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await instancesIn(ec2)).toBe(0);
  });

  test("LostReply launches, and the same token then gives the machine that was launched", async () => {
    const ec2 = await runLocalEc2({ bootSeconds: 60 });
    await ec2.control("POST /fault", { action: "CreateFleet", code: "LostReply", times: 1 });
    await expect(ec2.launch({ ClientToken: "t" })).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await instancesIn(ec2)).toBe(1);
    expect((await ec2.launch({ ClientToken: "t" })).Instances?.[0]?.InstanceIds).toHaveLength(1);
    expect(await instancesIn(ec2)).toBe(1);
  });
});

describe("the control endpoint", () => {
  test.each([
    ["GET /nothing", undefined, 404, "there is no GET /nothing; there are GET /state"],
    ["POST /kill", { instance_id: "i-0000000000000000f" }, 404, "there is no instance i-0000000000000000f"],
    ["POST /price", { zone: "eu-central-1z", usd: 1 }, 404, "there is no zone eu-central-1z"],
    ["POST /capacity", { zone: "eu-central-1a", instances: -1 }, 400, "instances"],
    ["POST /fault", { action: "CreateFleet", code: "X" }, 400, "expected times, for_seconds or both"],
    ["POST /kill", { instance: "x" }, 400, "instance_id"],
  ])("answers %s %j with its mistake", async (route, body, status, message) => {
    const ec2 = await runLocalEc2();
    const answer = await ec2.control(route, body);
    expect(answer.status).toBe(status);
    expect((answer.body as { error: string }).error).toContain(message);
  });

  test("shows zones with their price and room, and machines", async () => {
    const ec2 = await runLocalEc2({ bootSeconds: 60 });
    const instanceId = await ec2.launchOne();
    await ec2.control("POST /capacity", { zone: "eu-central-1a", instances: 3 });
    await ec2.control("POST /price", { zone: "eu-central-1a", usd: 0.5 });
    const { body } = await ec2.control("GET /state");
    expect(body).toMatchObject({
      zones: [
        { zone: "eu-central-1a", spot_usd_per_hour: 0.5, capacity: 3, instances: 1 },
        { zone: "eu-central-1b", capacity: null, instances: 0 },
      ],
      instances: [{ instance_id: instanceId, state: "pending", tags: { "mgb:model": "tiny-random" } }],
      faults: [],
    });
  });
});
