import type { MachineType, StageConfig } from "../../../shared/config.ts";
import { parseStageConfig } from "../../../shared/config.ts";

/** A stage with one model of 10 audio seconds a second, machines that boot in 100 s, and a price cap of 0.40. */
export const testSettings: StageConfig = parseStageConfig(
  JSON.stringify({
    region: "eu-central-1",
    bucket: "musicgen-batch-test",
    ami_id: "ami-0123456789abcdef0",
    zones: ["eu-central-1a", "eu-central-1b"],
    models: [modelSettings("small")],
    limits: { max_instances: 4 },
    budgets: { day_usd: 5, month_usd: 50 },
    // Machines cost their hours alone, where a test does not say otherwise.
    volume: { usd_per_gb_month: 0 },
    public_ipv4_usd_per_hour: 0,
    // Half of the slack, between the two extremes that the other speeds have.
    speeds: { standard: { target_seconds: 900, slack_share: 0.5 } },
    worker: {
      boot_seconds: 100,
      boot_deadline_seconds: 600,
      heartbeat_deadline_seconds: 60,
      idle_exit_seconds: 15,
      max_lifetime_seconds: 6 * 3600,
    },
  }),
  "the tests' settings",
);

/** The same stage, whose only machine type is changed. */
export const withType = (
  change: Partial<MachineType>,
  settings: StageConfig = testSettings,
): StageConfig => ({
  ...settings,
  instance_types: [{ ...settings.instance_types[0], ...change }],
});

/** The same stage with several machine types: each costs 0.526 USD on demand, and is capped at 0.40. */
export const withTypes = (...types: [string, ...string[]]): StageConfig => {
  const [first, ...others] = types.map((type) => ({ ...testSettings.instance_types[0], type }));
  return { ...testSettings, instance_types: [first ?? testSettings.instance_types[0], ...others] };
};

export function modelSettings(id: string): StageConfig["models"][number] {
  return {
    id,
    display_name: id,
    source: id,
    licence: "Apache-2.0",
    audio_seconds_per_gpu_second: 10,
    max_duration_seconds: 30,
  };
}

export const withModels = (...ids: string[]): StageConfig => ({
  ...testSettings,
  models: ids.map(modelSettings),
});
