import { expect, test } from "vitest";
import { ConfigError, parseStageConfig } from "../../shared/config.ts";

const least = {
  region: "eu-central-1",
  bucket: "bucket",
  ami_id: "ami-00000000000000001",
  zones: ["eu-central-1a"],
  models: [
    {
      id: "small",
      display_name: "Small",
      source: "small",
      licence: "CC-BY-NC-4.0",
      audio_seconds_per_gpu_second: 28,
      max_duration_seconds: 30,
    },
  ],
  limits: {},
  budgets: { day_usd: 5, month_usd: 50 },
  speeds: {},
  worker: {},
};

test("what a stage leaves out has the default that the documents name", () => {
  expect(parseStageConfig(JSON.stringify(least), "the least")).toMatchObject({
    instance_type: "g4dn.xlarge",
    max_spot_price_usd: 0.4,
    max_price_mode: "gate",
    over_price_seconds: 600,
    public_ipv4_usd_per_hour: 0.005,
    rebalance: "note",
    limits: {
      max_instances: 4,
      queued_items: 100_000,
      active_batches: 1000,
      active_batches_per_owner: 500,
      waiting_requests: 4,
    },
    worker: {
      visibility_seconds: 120,
      heartbeat_seconds: 15,
      interruption_poll_seconds: 5,
      idle_exit_seconds: 0,
      max_lifetime_seconds: 21_600,
      boot_seconds: 215,
      boot_deadline_seconds: 900,
      heartbeat_deadline_seconds: 120,
      waits_to_be_taken: true,
      max_failures_per_item: 3,
      max_interruptions_per_item: 20,
    },
    log_retention_days: 30,
  });
});

test("on demand, ssh and mail are off until a stage asks for them", () => {
  const { rescue, ssh, alert_email } = parseStageConfig(JSON.stringify(least), "the least");
  expect([rescue, ssh, alert_email]).toEqual([undefined, undefined, undefined]);
});

test("budgets have no default: a stage without one is refused by their names", () => {
  const without = { ...least, budgets: {} };
  expect(() => parseStageConfig(JSON.stringify(without), "prod.json")).toThrow(ConfigError);
  expect(() => parseStageConfig(JSON.stringify(without), "prod.json")).toThrow(
    /mistakes \(2\)[^]*budgets\.day_usd[^]*budgets\.month_usd/,
  );
});
