import { expect, test } from "vitest";
import { PlannedApiFaults } from "../../../../local/ec2/market/faults.ts";

const now = 1_000_000;

test("a fault strikes as often as planned, and only the action it names", () => {
  const faults = new PlannedApiFaults();
  faults.plan({ action: "DescribeInstances", code: "RequestLimitExceeded", times: 2 }, now);
  expect(faults.strike("CreateFleet", now)).toBeNull();
  expect(faults.strike("DescribeInstances", now)).toMatchObject({
    kind: "error",
    code: "RequestLimitExceeded",
  });
  expect(faults.left(now)).toHaveLength(1);
  expect(faults.strike("DescribeInstances", now)).not.toBeNull();
  expect(faults.strike("DescribeInstances", now)).toBeNull();
  expect(faults.left(now)).toEqual([]);
});

test("a fault that was planned for a time ends with it", () => {
  const faults = new PlannedApiFaults();
  faults.plan({ action: "CreateFleet", code: "InternalError", for_seconds: 10 }, now);
  expect(faults.strike("CreateFleet", now + 9_999)).toMatchObject({ kind: "error", code: "InternalError" });
  expect(faults.strike("CreateFleet", now + 10_000)).toBeNull();
});

test("a fault that is ended strikes no more, and those of other actions stay", () => {
  const faults = new PlannedApiFaults();
  faults.plan({ action: "TerminateInstances", code: "InternalError", times: 100 }, now);
  faults.plan({ action: "CreateFleet", code: "InternalError", times: 1 }, now);
  faults.end("TerminateInstances");
  expect(faults.strike("TerminateInstances", now)).toBeNull();
  expect(faults.strike("CreateFleet", now)).not.toBeNull();
});

test.each([
  ["TerminateInstances", "VcpuLimitExceeded", { kind: "error", code: "VcpuLimitExceeded" }],
  ["CreateFleet", "UnauthorizedOperation", { kind: "error", code: "UnauthorizedOperation" }],
  ["CreateFleet", "NoAnswer", { kind: "no_answer" }],
  ["CreateFleet", "LostReply", { kind: "lost_reply" }],
])("%s with %s comes as EC2 would let it come", (action, code, strike) => {
  const faults = new PlannedApiFaults();
  faults.plan({ action, code, times: 1 }, now);
  expect(faults.strike(action, now)).toMatchObject(strike);
});

test("the pools' fault waits for the pools to be asked, and what was planned after it waits for it", () => {
  const faults = new PlannedApiFaults();
  faults.plan({ action: "CreateFleet", code: "MaxSpotInstanceCountExceeded", times: 1 }, now);
  faults.plan({ action: "CreateFleet", code: "UnauthorizedOperation", times: 1 }, now);
  expect(faults.strike("CreateFleet", now)).toBeNull();
  expect(faults.left(now)).toHaveLength(2);
  expect(faults.poolRefusal("CreateFleet", now)).toMatchObject({ code: "MaxSpotInstanceCountExceeded" });
  expect(faults.poolRefusal("CreateFleet", now)).toBeNull();
  expect(faults.strike("CreateFleet", now)).toMatchObject({ code: "UnauthorizedOperation" });
});

test("a pool's fault may be one zone's alone, and in EC2's own words", () => {
  const faults = new PlannedApiFaults();
  const fault = { action: "CreateFleet", code: "InvalidFleetConfiguration", message: "not supported" };
  faults.plan({ ...fault, zone: "eu-central-1c", times: 1 }, now);
  expect(faults.strike("CreateFleet", now)).toBeNull();
  expect(faults.poolRefusal("CreateFleet", now)).toEqual({
    code: "InvalidFleetConfiguration",
    message: "not supported",
    zone: "eu-central-1c",
  });
});
