import { EC2Client } from "@aws-sdk/client-ec2";
import { beforeEach, describe, expect, test } from "vitest";
import { Ec2Fleet } from "../../../../shared/aws/ec2/fleet.ts";
import type { InstanceId } from "../../../../shared/contract/ids.ts";
import { instanceIdSchema, intentIdOf } from "../../../../shared/contract/ids.ts";
import { RecordingLog } from "../../../../simulation/memory/recording-log.ts";
import type { LaunchRequest } from "../../../../shared/ports.ts";
import { FleetError } from "../../../../shared/ports.ts";
import type { Reply } from "../scripted-server.ts";
import { sdkSettings, SleeplessClock, useScriptedServer } from "../scripted-server.ts";

const server = useScriptedServer();
let log: RecordingLog;
let fleet: Ec2Fleet;
beforeEach(() => {
  log = new RecordingLog();
  fleet = new Ec2Fleet({
    client: new EC2Client(sdkSettings(server, 2)),
    stage: "prod",
    launchTemplateId: "lt-1",
    clock: new SleeplessClock(),
    log,
  });
});

function offer(zone: string, subnetId: string, priceUsdPerHour: number): LaunchRequest["pools"][number] {
  return { instanceType: "g4dn.xlarge", zone, subnetId, priceUsdPerHour, bidUsdPerHour: null };
}

const request: LaunchRequest = {
  intentId: intentIdOf("01JZZZZZZZZZZZZZZZZZZZZZZZ"),
  clientToken: "token-1",
  count: 3,
  model: "facebook/musicgen-small",
  market: "spot",
  pools: [offer("eu-central-1a", "subnet-a", 0.2), offer("eu-central-1b", "subnet-b", 0.3)],
  tags: {},
  expiresAt: "2026-03-01T18:00:00.000Z",
};
const id = (digit: string): InstanceId => instanceIdSchema.parse(`i-${digit.repeat(17)}`);
const xml = (body: string): Reply => ({ status: 200, body });
const refusal = (status: number, code: string): Reply => ({
  status,
  body: `<Response><Errors><Error><Code>${code}</Code><Message>no</Message></Error></Errors><RequestID>r</RequestID></Response>`,
});
const poolError = (code: string, place: string): string =>
  `<item><errorCode>${code}</errorCode><errorMessage>why</errorMessage><lifecycle>spot</lifecycle>
   <launchTemplateAndOverrides><overrides>${place}</overrides></launchTemplateAndOverrides></item>`;
const fleetAnswer = (errors: string, instances: string): Reply =>
  xml(`<CreateFleetResponse><fleetId>fleet-1</fleetId><errorSet>${errors}</errorSet>
       <fleetInstanceSet>${instances}</fleetInstanceSet></CreateFleetResponse>`);
const fieldsOf = (place: number): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(server.requests[place]?.body));

test("a launch names everything that EC2 would otherwise choose by itself", async () => {
  server.replies.push(fleetAnswer("", ""));
  await fleet.launch(request);
  expect(fieldsOf(0)).toMatchObject({
    Action: "CreateFleet",
    Type: "instant",
    ClientToken: "token-1",
    "TargetCapacitySpecification.TotalTargetCapacity": "3",
    "TargetCapacitySpecification.DefaultTargetCapacityType": "spot",
    "SpotOptions.AllocationStrategy": "price-capacity-optimized",
    "LaunchTemplateConfigs.1.LaunchTemplateSpecification.LaunchTemplateId": "lt-1",
    "LaunchTemplateConfigs.1.Overrides.1.InstanceType": "g4dn.xlarge",
    "LaunchTemplateConfigs.1.Overrides.1.SubnetId": "subnet-a",
    "LaunchTemplateConfigs.1.Overrides.1.AvailabilityZone": "eu-central-1a",
    "LaunchTemplateConfigs.1.Overrides.2.SubnetId": "subnet-b",
    "LaunchTemplateConfigs.1.Overrides.2.AvailabilityZone": "eu-central-1b",
  });
});

test("a launch tags the fleet, the machine and its volume with all that says whose they are", async () => {
  server.replies.push(fleetAnswer("", ""));
  await fleet.launch(request);
  const fields = fieldsOf(0);
  const tagged = [1, 2, 3].map((place) => [
    fields[`TagSpecification.${place}.ResourceType`],
    Object.fromEntries(
      [1, 2, 3, 4, 5].map((tag): [string, string | undefined] => [
        fields[`TagSpecification.${place}.Tag.${tag}.Key`] ?? "",
        fields[`TagSpecification.${place}.Tag.${tag}.Value`],
      ]),
    ) as unknown,
  ]);
  const tags = {
    Name: "musicgen-batch prod worker",
    "mgb:stage": "prod",
    "mgb:intent": "intent_01JZZZZZZZZZZZZZZZZZZZZZZZ",
    "mgb:model": "facebook/musicgen-small",
    "mgb:expires-at": "2026-03-01T18:00:00.000Z",
  };
  expect(tagged).toEqual([
    ["fleet", tags],
    ["instance", tags],
    ["volume", tags],
  ]);
});

test("in a network that was there before it, a stage launches into the subnets that it names, with the account's tags", async () => {
  const asking = new Ec2Fleet({
    client: new EC2Client(sdkSettings(server, 2)),
    stage: "prod",
    launchTemplateId: "lt-1",
    subnetIds: ["subnet-a", "subnet-b"],
    clock: new SleeplessClock(),
    log,
  });
  server.choose = ({ body }) => {
    if (body.includes("Action=DescribeSubnets")) return subnets;
    return body.includes("Action=CreateFleet") ? fleetAnswer("", "") : pricePage("", "");
  };
  await asking.pools(["g4dn.xlarge"], 600_000);
  await asking.launch({ ...request, tags: { team: "music", "mgb:stage": "other" } });
  const asked = server.requests.map((_, place) => fieldsOf(place));
  const looked = asked.find((fields) => fields["Action"] === "DescribeSubnets") ?? {};
  expect(looked).toMatchObject({
    "Filter.1.Name": "subnet-id",
    "Filter.1.Value.1": "subnet-a",
    "Filter.1.Value.2": "subnet-b",
  });
  expect(JSON.stringify(looked)).not.toContain("mgb:stage");
  const launched = asked.find((fields) => fields["Action"] === "CreateFleet") ?? {};
  for (const place of [1, 2, 3])
    expect(launched).toMatchObject({
      [`TagSpecification.${place}.Tag.1.Key`]: "team",
      [`TagSpecification.${place}.Tag.1.Value`]: "music",
      [`TagSpecification.${place}.Tag.2.Key`]: "mgb:stage",
      [`TagSpecification.${place}.Tag.2.Value`]: "prod",
    });
});

test("no price is bid, because a bid raises the number of interruptions", async () => {
  server.replies.push(fleetAnswer("", ""));
  await fleet.launch(request);
  expect(Object.keys(fieldsOf(0)).filter((name) => name.includes("Price"))).toEqual([]);
});

test("a bid is named for every pool, where one is wanted", async () => {
  server.replies.push(fleetAnswer("", ""));
  await fleet.launch({ ...request, pools: request.pools.map((pool) => ({ ...pool, bidUsdPerHour: 0.4 })) });
  expect(fieldsOf(0)).toMatchObject({
    "LaunchTemplateConfigs.1.Overrides.1.MaxPrice": "0.4",
    "LaunchTemplateConfigs.1.Overrides.2.MaxPrice": "0.4",
  });
});

test("an answer of 200 is read for its errors, and a partly filled fleet for its machines", async () => {
  const errors =
    poolError("InsufficientInstanceCapacity", "<availabilityZone>eu-central-1a</availabilityZone>") +
    poolError("MaxSpotInstanceCountExceeded", "<subnetId>subnet-b</subnetId>") +
    poolError("UnfulfillableCapacity", "");
  const machines = `<item><instanceIds><item>${id("a")}</item><item>${id("b")}</item></instanceIds>
    <launchTemplateAndOverrides><overrides><subnetId>subnet-b</subnetId></overrides></launchTemplateAndOverrides></item>`;
  server.replies.push(fleetAnswer(errors, machines));
  expect(await fleet.launch(request)).toEqual({
    kind: "answered",
    launched: [
      { instanceId: id("a"), instanceType: "g4dn.xlarge", zone: "eu-central-1b" },
      { instanceId: id("b"), instanceType: "g4dn.xlarge", zone: "eu-central-1b" },
    ],
    errors: [
      {
        code: "InsufficientInstanceCapacity",
        message: "why",
        instanceType: "g4dn.xlarge",
        zone: "eu-central-1a",
        errorClass: "pool_dry",
      },
      {
        code: "MaxSpotInstanceCountExceeded",
        message: "why",
        instanceType: "g4dn.xlarge",
        zone: "eu-central-1b",
        errorClass: "market_quota",
      },
      {
        code: "UnfulfillableCapacity",
        message: "why",
        instanceType: "g4dn.xlarge",
        zone: null,
        errorClass: "no_capacity",
      },
    ],
  });
  expect(log.entries).toEqual([]);
});

test.each([
  [403, "UnauthorizedOperation", "refused"],
  [400, "InvalidParameterValue", "refused"],
  [400, "IdempotentParameterMismatch", "refused"],
  [400, "VcpuLimitExceeded", "market_quota"],
  [400, "MaxFleetCountExceeded", "account_quota"],
  [400, "InvalidFleetConfiguration", "not_offered"],
  [400, "InvalidLaunchTemplateId.NotFound", "not_there_yet"],
  [500, "InsufficientInstanceCapacity", "pool_dry"],
  [503, "RequestLimitExceeded", "again"],
] as const)("a refusal of %i %s means: %s", async (status, code, errorClass) => {
  server.replies.push(refusal(status, code), refusal(status, code));
  expect(await fleet.launch(request)).toMatchObject({ kind: "refused", error: { code, errorClass } });
});

test("an error of the whole request that names one of its zones is about that zone", async () => {
  const message =
    "Your requested instance type (g4dn.xlarge) is not supported in your requested Availability Zone (eu-central-1b).";
  const body = `<Response><Errors><Error><Code>InvalidFleetConfiguration</Code><Message>${message}</Message></Error></Errors></Response>`;
  server.replies.push({ status: 400, body });
  expect(await fleet.launch(request)).toMatchObject({
    kind: "refused",
    error: { zone: "eu-central-1b", errorClass: "not_offered" },
  });
});

test("the message of a refusal is kept up to 2,000 characters", async () => {
  const body = `<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>${"x".repeat(9000)}</Message></Error></Errors></Response>`;
  server.replies.push({ status: 403, body });
  const outcome = await fleet.launch(request);
  expect(outcome.kind === "refused" ? outcome.error.message.length : 0).toBe(2000);
});

test("a launch refused with an unknown code is tried again, and an error is logged", async () => {
  server.replies.push(refusal(400, "BrandNewCode"));
  expect(await fleet.launch(request)).toMatchObject({
    kind: "refused",
    error: { code: "BrandNewCode", errorClass: "again" },
  });
  expect(log.entries).toMatchObject([{ level: "error", fields: { code: "BrandNewCode" } }]);
});

test.each<[name: string, reply: Reply]>([
  ["no answer at all", "cut"],
  ["an error of EC2's own", refusal(500, "InternalError")],
  ["an answer that is not EC2's", { status: 502, body: "<html>bad gateway</html>" }],
])("after %s the outcome is unknown, and both attempts carried the same token", async (_name, reply) => {
  server.replies.push(reply, reply);
  expect((await fleet.launch(request)).kind).toBe("unknown");
  expect([fieldsOf(0)["ClientToken"], fieldsOf(1)["ClientToken"]]).toEqual(["token-1", "token-1"]);
});

const priced = (zone: string, usd: string, at: string): string =>
  `<item><availabilityZone>${zone}</availabilityZone><spotPrice>${usd}</spotPrice><timestamp>${at}</timestamp></item>`;
const pricePage = (items: string, next: string): Reply =>
  xml(`<DescribeSpotPriceHistoryResponse><spotPriceHistorySet>${items}</spotPriceHistorySet>
       <nextToken>${next}</nextToken></DescribeSpotPriceHistoryResponse>`);
const subnets = xml(`<DescribeSubnetsResponse><subnetSet>
  <item><subnetId>subnet-b</subnetId><availabilityZone>b</availabilityZone></item>
  <item><subnetId>subnet-a</subnetId><availabilityZone>a</availabilityZone></item>
  <item><subnetId>subnet-c</subnetId><availabilityZone>c</availabilityZone></item>
</subnetSet></DescribeSubnetsResponse>`);

test("a pool's price is the newest that is told of its zone, and its lowest of all, on whichever page", async () => {
  const first =
    priced("a", "0.210000", "2026-03-01T11:00:00Z") + priced("b", "0.100000", "2026-03-01T09:00:00Z");
  const second =
    priced("b", "0.190000", "2026-03-01T10:00:00Z") + priced("a", "0.500000", "2026-03-01T08:00:00Z");
  server.choose = ({ body }) => {
    if (body.includes("Action=DescribeSubnets")) return subnets;
    return body.includes("NextToken=more") ? pricePage(second, "") : pricePage(first, "more");
  };
  const at = (time: string): number => Date.parse(`2026-03-01T${time}:00Z`);
  expect(await fleet.pools(["g4dn.xlarge"], 600_000)).toEqual([
    {
      instanceType: "g4dn.xlarge",
      zone: "a",
      subnetId: "subnet-a",
      priceUsdPerHour: 0.21,
      priceSinceMs: at("11:00"),
      lowestUsdPerHour: 0.21,
    },
    {
      instanceType: "g4dn.xlarge",
      zone: "b",
      subnetId: "subnet-b",
      priceUsdPerHour: 0.19,
      priceSinceMs: at("10:00"),
      lowestUsdPerHour: 0.1,
    },
    {
      instanceType: "g4dn.xlarge",
      zone: "c",
      subnetId: "subnet-c",
      priceUsdPerHour: null,
      priceSinceMs: null,
      lowestUsdPerHour: null,
    },
  ]);
  const asked = server.requests.map((_, place) => fieldsOf(place));
  expect(asked.find((fields) => fields["Action"] === "DescribeSpotPriceHistory")).toMatchObject({
    "InstanceType.1": "g4dn.xlarge",
    "ProductDescription.1": "Linux/UNIX",
    StartTime: "2026-03-01T11:50:00Z",
  });
  expect(asked.find((fields) => fields["Action"] === "DescribeSubnets")).toMatchObject({
    "Filter.1.Name": "tag:mgb:stage",
    "Filter.1.Value.1": "prod",
  });
});

const machine = (instanceId: string, tags = ""): string =>
  `<item><instanceId>${instanceId}</instanceId><instanceState><name>running</name></instanceState>
   <launchTime>2026-03-01T11:00:00Z</launchTime><placement><availabilityZone>a</availabilityZone></placement>
   <instanceLifecycle>spot</instanceLifecycle><tagSet>${tags}</tagSet></item>`;
const machinePage = (machines: string, next: string): Reply =>
  xml(`<DescribeInstancesResponse><reservationSet><item><instancesSet>${machines}</instancesSet></item></reservationSet>
       <nextToken>${next}</nextToken></DescribeInstancesResponse>`);

test("machines are listed from every page, also those whose tags were damaged", async () => {
  const spoiled = `<item><key>mgb:intent</key><value>mine now</value></item>
    <item><key>mgb:expires-at</key><value>never</value></item>`;
  server.replies.push(machinePage(machine(id("a"), spoiled), "more"), machinePage(machine(id("b")), ""));
  const machines = await fleet.list();
  expect(machines.map(({ instanceId }) => instanceId)).toEqual([id("a"), id("b")]);
  expect(machines[0]).toEqual({
    instanceId: id("a"),
    state: "running",
    instanceType: null,
    zone: "a",
    market: "spot",
    launchedMs: Date.parse("2026-03-01T11:00:00Z"),
    intentId: null,
    model: null,
    expiresMs: null,
    endedBy: null,
  });
});

describe("who ended a machine, by EC2's list of reasons", () => {
  test.each([
    ["Server.SpotInstanceTermination", "taken_back"],
    ["Server.SpotInstanceShutdown", "taken_back"],
    ["Server.InsufficientInstanceCapacity", "ec2"],
    ["Server.InternalError", "ec2"],
    ["Server.ScheduledStop", "ec2"],
    ["Server.SomethingNew", "ec2"],
    ["Client.UserInitiatedShutdown", "api"],
    ["Client.UserInitiatedHibernate", "api"],
    ["Client.InstanceTerminated", "api"],
    ["Client.InstanceInitiatedShutdown", "itself"],
    ["Client.InternalError", "launch_fault"],
    ["Client.InvalidSnapshot.NotFound", "launch_fault"],
    ["Client.VolumeLimitExceeded", "launch_fault"],
    ["Client.SomethingNew", "launch_fault"],
  ] as const)("%s: %s", async (code, endedBy) => {
    const ended = machine(id("a"))
      .replace("<name>running</name>", "<name>terminated</name>")
      .replace("<tagSet>", `<stateReason><code>${code}</code></stateReason><tagSet>`);
    server.replies.push(machinePage(ended, ""));
    expect(await fleet.list()).toMatchObject([{ state: "terminated", endedBy }]);
  });

  test("a machine that runs was ended by nobody, whatever reason is left from before", async () => {
    const restarted = machine(id("a")).replace(
      "<tagSet>",
      "<stateReason><code>Client.UserInitiatedShutdown</code></stateReason><tagSet>",
    );
    server.replies.push(machinePage(restarted, ""));
    expect(await fleet.list()).toMatchObject([{ state: "running", endedBy: null }]);
  });
});

test("a listing that EC2 does not answer is an error, never an empty fleet", async () => {
  server.replies.push("cut", "cut");
  await expect(fleet.list()).rejects.toThrow(FleetError);
  server.replies.push(refusal(403, "UnauthorizedOperation"));
  await expect(fleet.find(id("a"))).rejects.toThrow(FleetError);
});

const ending = (instanceId: string): Reply =>
  xml(
    `<TerminateInstancesResponse><instancesSet><item><instanceId>${instanceId}</instanceId></item></instancesSet></TerminateInstancesResponse>`,
  );

test("when machines cannot be ended together each is tried by itself, and each answer is told", async () => {
  server.choose = ({ body }) => {
    const asked = new URLSearchParams(body);
    if (asked.has("InstanceId.2")) return refusal(400, "InvalidInstanceID.NotFound");
    if (asked.get("InstanceId.1") === id("b")) return refusal(400, "InvalidInstanceID.NotFound");
    if (asked.get("InstanceId.1") === id("c")) return refusal(403, "UnauthorizedOperation");
    return ending(id("a"));
  };
  const outcomes = await fleet.terminate([id("a"), id("b"), id("c")]);
  expect(outcomes.map(({ instanceId, kind }) => [instanceId, kind])).toEqual([
    [id("a"), "terminating"],
    [id("b"), "not_found"],
    [id("c"), "failed"],
  ]);
});

test("a throttle of an end is not answered with one request for each machine", async () => {
  server.choose = () => refusal(503, "RequestLimitExceeded");
  const outcomes = await fleet.terminate([id("a"), id("b"), id("c")]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(["failed", "failed", "failed"]);
  // The SDK's two attempts.
  expect(server.requests).toHaveLength(2);
});

test("a machine that the answer does not name is not taken for ended", async () => {
  server.replies.push(ending(id("a")));
  expect((await fleet.terminate([id("a"), id("b")])).map((outcome) => outcome.kind)).toEqual([
    "terminating",
    "failed",
  ]);
});
