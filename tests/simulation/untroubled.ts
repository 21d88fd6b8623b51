import type { Scenario } from "../../simulation/scenario.ts";

/** A scenario in which nothing fails, is late, or comes by chance. */
export const untroubled = (scenario: Scenario): Scenario => ({
  ...scenario,
  hazards: { ...scenario.hazards, rate: 0, outages: [], maxSkewMs: 0, leftOut: 0 },
  noise: { ...scenario.noise, late: 0, twice: 0 },
  brokenShare: 0,
  happenings: [],
  listDelayMs: 0,
  lostEvents: 0,
});
