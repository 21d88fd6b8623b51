import type { WorkerRecord } from "../../../shared/contract/records/fleet-records.ts";
import { instanceIdSchema } from "../../../shared/contract/ids.ts";

/** What a machine says that is ready since then, has received one message and makes nothing now, unless changed. */
export const heartbeatAt = (time: string, change: Partial<WorkerRecord> = {}): WorkerRecord => ({
  v: 1,
  instance_id: instanceIdSchema.parse("i-00000001"),
  zone: "zone-a",
  model: "small",
  state: "idle",
  reason: null,
  booted_at: time,
  boot: null,
  ready_at: time,
  heartbeat_at: time,
  rebalance_at: null,
  idle_since: time,
  slots: 4,
  failure: null,
  messages_received: 1,
  items_running: 0,
  items_finished: 0,
  audio_seconds_made: 0,
  audio_seconds_per_second: null,
  guessed_audio_seconds_per_second: null,
  gpu_seconds_by_batch: {},
  idle_seconds: 0,
  interrupted_seconds: 0,
  ...change,
});
