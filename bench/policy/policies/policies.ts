/** Everyone who is compared, by name. */
import type { StageConfig } from "../../../shared/config.ts";
import type { Policy } from "../fleet-model.ts";
import type { Hindsight } from "./clairvoyant.ts";
import { Clairvoyant } from "./clairvoyant.ts";
import { Ours } from "./ours.ts";
import { BacklogPerAgent, ByHand, OnePerJob, TargetTracking } from "./peers.ts";

export const policyNames = [
  "ours_fast",
  "ours_standard",
  "ours_economy",
  "ours_rescue",
  "one_per_job",
  "backlog_per_agent",
  "backlog_per_agent_tuned",
  "target_tracking",
  "by_hand",
  "one_per_job_fallback",
  "karpenter_fallback",
  "backlog_per_agent_tuned_fallback",
  "clairvoyant",
] as const;
export type PolicyName = (typeof policyNames)[number];

export function policyOf(
  name: PolicyName,
  model: string,
  settings: StageConfig,
  hindsight: Hindsight = { keepS: 0, tailS: 0 },
): Policy {
  const rescue = { ...settings, rescue: { max_instances: 4 } };
  // On demand a peer takes the cheapest machine that it names.
  const [fallback] = settings.instance_types;
  switch (name) {
    case "ours_fast":
      return new Ours({ name, settings, model, speed: "fast" });
    case "ours_standard":
      return new Ours({ name, settings, model, speed: "standard" });
    case "ours_economy":
      return new Ours({ name, settings, model, speed: "economy" });
    case "ours_rescue":
      return new Ours({ name, settings: rescue, model, speed: "standard" });
    case "one_per_job":
      return new OnePerJob(name);
    case "backlog_per_agent":
      return new BacklogPerAgent(name, 300, 600);
    case "backlog_per_agent_tuned":
      return new BacklogPerAgent(name, 0, 60);
    case "target_tracking":
      return new TargetTracking();
    case "by_hand":
      return new ByHand();
    case "one_per_job_fallback":
      return new OnePerJob(name, fallback);
    // Pods that wait get nodes at once, spot before on demand; an empty node goes after `consolidateAfter`.
    case "karpenter_fallback":
      return new BacklogPerAgent(name, 0, 30, fallback);
    case "backlog_per_agent_tuned_fallback":
      return new BacklogPerAgent(name, 0, 60, fallback);
    case "clairvoyant":
      return new Clairvoyant(hindsight);
  }
}
