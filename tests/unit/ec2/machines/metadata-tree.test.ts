import { describe, expect, test } from "vitest";
import { metadataAt } from "../../../../local/ec2/machines/metadata-tree.ts";
import { sampleMachine, sampleTemplate } from "../sample-machine.ts";

const region = "eu-central-1";
const read = (path: string, change: Parameters<typeof sampleMachine>[0] = {}): string | null =>
  metadataAt(sampleMachine(change), region, path);

describe("a machine's metadata", () => {
  test.each([
    ["meta-data/instance-id", "i-0123456789abcdef0"],
    ["meta-data/placement/availability-zone", "eu-central-1b"],
    ["meta-data/placement/region", "eu-central-1"],
    ["meta-data/instance-life-cycle", "spot"],
    ["meta-data/tags/instance/mgb:model", "tiny-random"],
    ["meta-data/tags/instance", "Name\nmgb:stage\nmgb:model"],
    ["meta-data/tags/", "instance/"],
    ["user-data", '{"stage":"local"}'],
  ])("has %s", (path, text) => {
    expect(read(path)).toBe(text);
  });

  test.each([
    "meta-data/spot/instance-action",
    "meta-data/spot/termination-time",
    "meta-data/events/recommendations/rebalance",
    "meta-data/tags/instance/absent",
    "meta-data/instance",
  ])("has no %s before there is one", (path) => {
    expect(read(path)).toBeNull();
  });

  test("tells a coming interruption with the time it comes, in whole seconds", () => {
    const noticeMs = Date.parse("2026-11-23T12:10:00.750Z");
    const interruption = { noticeMs, actionMs: noticeMs + 120_000 };
    expect(read("meta-data/spot/instance-action", { interruption })).toBe(
      '{"action":"terminate","time":"2026-11-23T12:12:00Z"}',
    );
  });

  test("tells a rebalance recommendation with the time it was given", () => {
    expect(
      read("meta-data/events/recommendations/rebalance", { rebalanceMs: Date.parse("2026-11-23T12:10:00Z") }),
    ).toBe('{"noticeTime":"2026-11-23T12:10:00Z"}');
  });

  test("shows no tags when the launch template does not switch them on", () => {
    const template = { ...sampleTemplate, tagsInMetadata: false };
    expect(read("meta-data/tags/instance/mgb:model", { template })).toBeNull();
  });

  test("has no user data when the launch template has none", () => {
    expect(read("user-data", { template: { ...sampleTemplate, userData: null } })).toBeNull();
  });

  test("identifies the machine in a document", () => {
    expect(JSON.parse(read("dynamic/instance-identity/document") ?? "")).toMatchObject({
      instanceId: "i-0123456789abcdef0",
      availabilityZone: "eu-central-1b",
      instanceType: "g4dn.xlarge",
      region: "eu-central-1",
    });
  });
});
