/** The tests' stage with two machine types. */
import type { StageConfig } from "../../../shared/config.ts";
import { noiseStage } from "../noise-stage.ts";

export function typesStage(root: string): StageConfig {
  const stage = noiseStage(root);
  const [first] = stage.instance_types;
  const second = { ...first, type: "g5.xlarge", max_spot_price_usd: 0.7, on_demand_price_usd: 1.258 };
  return { ...stage, instance_types: [first, second] };
}
