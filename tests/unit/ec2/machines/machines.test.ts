import { expect, onTestFinished, test, vi } from "vitest";
import { Machines } from "../../../../local/ec2/machines/machines.ts";
import { sampleMachine } from "../sample-machine.ts";

const noon = Date.parse("2026-11-23T12:00:00Z");
const oneHour = 3_600_000;

function machinesAt(
  clock: { nowMs: number },
  visibilityDelaySeconds = 0,
  booted: () => void = () => undefined,
): Machines {
  return new Machines(
    {
      options: {
        launchWorker: { command: "true", args: [], env: {}, cwd: "/" },
        bootSeconds: 60,
        graceSeconds: 1,
        folder: "/nonexistent",
        onLog: () => undefined,
      },
      startMetadata: () => {
        booted();
        return Promise.reject(new Error("no machine boots in this test"));
      },
      announce: () => undefined,
      nowMs: () => clock.nowMs,
    },
    visibilityDelaySeconds,
  );
}

test("a machine is listed for an hour after its end, and then unknown", async () => {
  const clock = { nowMs: noon };
  const machines = machinesAt(clock);
  const { instanceId } = machines.launch(sampleMachine());
  await machines.destroyAll();
  clock.nowMs = noon + oneHour - 1;
  expect(machines.visible()).toHaveLength(1);
  clock.nowMs = noon + oneHour;
  expect(machines.visible()).toEqual([]);
  expect(() => machines.visibleByIds([instanceId])).toThrow(`The instance ID '${instanceId}' does not exist`);
  expect(machines.all()).toHaveLength(1);
});

test("a new machine is unknown until its news has spread", async () => {
  const clock = { nowMs: noon };
  const machines = machinesAt(clock, 1);
  machines.launch(sampleMachine());
  clock.nowMs = noon + 999;
  expect(machines.visible()).toEqual([]);
  expect(machines.countIn("eu-central-1b")).toBe(1);
  clock.nowMs = noon + 1000;
  expect(machines.visible()).toHaveLength(1);
  await machines.destroyAll();
});

test("nothing is launched after all machines were destroyed", async () => {
  const machines = machinesAt({ nowMs: noon });
  await machines.destroyAll();
  expect(() => machines.launch(sampleMachine())).toThrow("The local EC2 is stopping");
});

test("a machine boots after its time, unless it was ended before", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let boots = 0;
  const machines = machinesAt({ nowMs: noon }, 0, () => (boots += 1));
  const [stays, goes] = [machines.launch(sampleMachine()), machines.launch(sampleMachine())];
  await vi.advanceTimersByTimeAsync(19_999);
  expect(stays.state).toBe("pending");
  await vi.advanceTimersByTimeAsync(1);
  expect([stays.state, goes.state]).toEqual(["running", "running"]);
  await machines.visibleByIds([goes.instanceId])[0]?.end("terminated_by_user");
  expect(goes.state).toBe("terminated");
  await vi.advanceTimersByTimeAsync(39_999);
  expect(boots).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(boots).toBe(1);
});
