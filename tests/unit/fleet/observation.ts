/** What a tick knows, for tests of the decision: a test says what matters to it, the rest is quiet. */
import { instanceIdSchema } from "../../../shared/contract/ids.ts";
import type { Observation } from "../../../shared/fleet/launch/decide/observation.ts";
import type { Machine } from "../../../shared/fleet/machines/phase.ts";

/** A ready spot machine that has received a message. */
export const aMachine: Omit<Machine, "launchedMs"> = {
  instanceId: instanceIdSchema.parse("i-0123456789abcdef0"),
  model: "small",
  instanceType: "g4dn.xlarge",
  zone: "zone-a",
  market: "spot",
  phase: "ready",
  messagesReceived: 1,
  unusedEnd: null,
  failure: null,
  audioSecondsPerSecond: null,
  usdPerHour: 0.2,
  goneByMs: null,
  unservedUsd: null,
};

/** Nothing is there, and nothing holds. */
export const nothingSeen: Omit<Observation, "nowMs"> = {
  latchedMs: null,
  work: [],
  machines: [],
  coming: [],
  pools: [],
  cooling: {},
  risky: [],
  quotas: {},
  breaker: null,
  forgivenMs: 0,
  queues: {},
  measured: {},
  spent: { dayUsd: 0, monthUsd: 0 },
  turn: null,
};

/** Of a model that no machine has shown anything of. */
export const unmeasured: Observation["measured"][string] = {
  boot_seconds: null,
  slow_boot_seconds: null,
  audio_seconds_per_second: null,
  types: {},
  received_at: null,
  unused: [],
  failed: [],
};
