import { expect, test } from "vitest";
import { VirtualClock } from "../../../../simulation/memory/virtual-clock.ts";
import { beforeAgent, BootTimes } from "../../../../worker/agent/lifecycle/boot-times.ts";

test("each phase of a boot is told once it is over", async () => {
  const clock = new VirtualClock();
  const times = new BootTimes(clock, { kernel_seconds: 9.1, agent_seconds: 0.4 });
  await clock.advance(1_200);
  times.firstHeartbeatWritten();
  expect(times.told).toEqual({
    kernel_seconds: 9.1,
    agent_seconds: 0.4,
    first_heartbeat_seconds: 1.2,
    imports_seconds: null,
    weights_seconds: null,
    self_test_seconds: null,
  });
  await clock.advance(20_000);
  times.engineReady({ start: { weights_seconds: 4.04, trial_seconds: 10 } });
  const whole = { imports_seconds: 6, weights_seconds: 4, self_test_seconds: 10 };
  expect(times.told).toMatchObject(whole);
  await clock.advance(60_000);
  times.engineReady({ start: { weights_seconds: 1, trial_seconds: 1 } });
  expect(times.told).toMatchObject(whole);
});

test("an engine that does not tell its parts has been started as a whole", async () => {
  const clock = new VirtualClock();
  const times = new BootTimes(clock);
  times.firstHeartbeatWritten();
  await clock.advance(3_000);
  times.engineReady({});
  expect(times.told).toMatchObject({
    kernel_seconds: null,
    imports_seconds: 3,
    weights_seconds: null,
    self_test_seconds: null,
  });
});

test("what came before the agent is from the kernel's start, where the kernel is the machine's own", () => {
  expect(beforeAgent(12.34, 0.5, 21_600)).toEqual({ kernel_seconds: 11.8, agent_seconds: 0.5 });
  expect(beforeAgent(86_400, 0.5, 21_600)).toEqual({ kernel_seconds: null, agent_seconds: 0.5 });
});
