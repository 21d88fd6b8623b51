import { instanceIdSchema } from "../../../shared/contract/ids.ts";
import type { LaunchTemplateVersion } from "../../../local/ec2/api/launch-templates.ts";
import type { Machine } from "../../../local/ec2/machines/machine.ts";

export const sampleTemplate: LaunchTemplateVersion = {
  id: "lt-0123456789abcdef0",
  version: "3",
  imageId: "ami-0123456789abcdef0",
  instanceType: "g4dn.xlarge",
  userData: '{"stage":"local"}',
  instanceProfile: { arn: "arn:aws:iam::000000000000:instance-profile/worker", name: null },
  instanceTags: { "mgb:stage": "local" },
  interfaceTags: {},
  keyName: null,
  volumeGb: 60,
  securityGroupIds: ["sg-0123456789abcdef0"],
  tokenRequired: true,
  tagsInMetadata: true,
};

/** Launched at noon, running since ten seconds past, not ended. */
export const sampleMachine = (change: Partial<Machine> = {}): Machine => ({
  instanceId: instanceIdSchema.parse("i-0123456789abcdef0"),
  reservationId: "r-0123456789abcdef0",
  fleetId: "fleet-1",
  clientToken: "token",
  zone: "eu-central-1b",
  subnetId: "subnet-b",
  instanceType: "g4dn.xlarge",
  market: "spot",
  template: sampleTemplate,
  tags: { Name: "worker", "mgb:stage": "local", "mgb:model": "tiny-random" },
  launchedMs: Date.parse("2026-11-23T12:00:00Z"),
  state: "running",
  runningMs: Date.parse("2026-11-23T12:00:10Z"),
  endedMs: null,
  terminatedMs: null,
  endCause: null,
  interruption: null,
  rebalanceMs: null,
  ...change,
});
