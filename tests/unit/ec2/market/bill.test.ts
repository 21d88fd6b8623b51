import { describe, expect, test } from "vitest";
import { billFor } from "../../../../local/ec2/market/bill.ts";
import type { Machine } from "../../../../local/ec2/machines/machine.ts";
import { sampleMachine } from "../sample-machine.ts";

const at = (time: string): number => Date.parse(`2026-11-23T${time}Z`);
const sixtyCents = (): number => 0.6;

describe("the bill of a machine's hours", () => {
  test.each<[name: string, change: Partial<Machine>, seconds: number, usd: number]>([
    [
      "is its seconds while it ran, at the price in force",
      { endedMs: at("12:30:10"), endCause: "shut_down_itself" },
      1800,
      0.3,
    ],
    ["is at least a minute", { endedMs: at("12:00:20"), endCause: "terminated_by_user" }, 10, 0.01],
    ["grows while it runs", {}, 7200, 1.2],
    ["is nothing when it never ran", { runningMs: null, endedMs: at("12:00:05"), endCause: "killed" }, 0, 0],
    [
      "is nothing when EC2 took it back within its first hour",
      { endedMs: at("13:00:09"), endCause: "spot_interruption" },
      3599,
      0,
    ],
    [
      "is all its seconds when EC2 took it back later",
      { endedMs: at("13:00:10"), endCause: "spot_interruption" },
      3600,
      0.6,
    ],
    [
      "is not forgiven when the machine ended itself after the notice",
      {
        endedMs: at("12:30:10"),
        endCause: "shut_down_itself",
        interruption: { noticeMs: at("12:29:00"), actionMs: at("12:31:00") },
      },
      1800,
      0.3,
    ],
  ])("%s", (_name, change, seconds, usd) => {
    const bill = billFor([sampleMachine(change)], sixtyCents, at("14:00:10"));
    expect(bill.machines[0]).toMatchObject({ seconds });
    expect(bill.machines[0]?.machine_usd).toBeCloseTo(usd, 9);
  });

  test("takes for each hour of the machine the price at that hour's beginning", () => {
    const machine = sampleMachine({ endedMs: at("13:30:10"), endCause: "terminated_by_user" });
    const doubledAtOne = (_machine: Machine, atMs: number): number => (atMs < at("13:00:00") ? 0.2 : 0.4);
    const [bill] = billFor([machine], doubledAtOne, at("14:00:00")).machines;
    expect(bill?.machine_usd).toBeCloseTo(0.2 + 0.2, 9);
  });
});

describe("the bill of a machine's volume and address", () => {
  // 60 GB at 0.0952 USD a GB-month: 0.00793 USD an hour of November. The address: 0.005.
  test.each<[name: string, change: Partial<Machine>, volume: number, address: number]>([
    [
      "is the volume's until the machine is terminated, and the address's while it ran",
      { endedMs: at("13:00:10"), terminatedMs: at("14:00:00"), endCause: "shut_down_itself" },
      0.0158667,
      0.005,
    ],
    [
      "goes on for the volume while the machine shuts down",
      { endedMs: at("13:00:10"), endCause: "shut_down_itself" },
      0.0158667,
      0.005,
    ],
    [
      "is a minute's at least",
      { endedMs: at("12:00:12"), terminatedMs: at("12:00:15"), endCause: "terminated_by_user" },
      0.0001322,
      0.0000833,
    ],
    [
      "is the volume's alone for a machine that never ran",
      { runningMs: null, endedMs: at("12:00:05"), terminatedMs: at("13:00:00"), endCause: "killed" },
      0.0079333,
      0,
    ],
    [
      "is not forgiven when EC2 took the machine back within its first hour",
      { endedMs: at("12:30:10"), terminatedMs: at("13:00:00"), endCause: "spot_interruption" },
      0.0079333,
      0.0025,
    ],
  ])("%s", (_name, change, volume, address) => {
    const [bill] = billFor([sampleMachine(change)], sixtyCents, at("14:00:00")).machines;
    expect(bill?.volume_usd).toBeCloseTo(volume, 7);
    expect(bill?.address_usd).toBeCloseTo(address, 7);
    expect(bill?.usd).toBeCloseTo((bill?.machine_usd ?? 0) + volume + address, 6);
  });
});

test("the bill of all machines is the sum of each", () => {
  const ended = {
    endedMs: at("12:30:10"),
    terminatedMs: at("13:00:00"),
    endCause: "terminated_by_user",
  } as const;
  const bill = billFor([sampleMachine(ended), sampleMachine(ended)], sixtyCents, at("14:00:00"));
  expect(bill).toMatchObject({ seconds: 3600 });
  // Half an hour at 0.60 and of the address, an hour of the volume, twice.
  expect(bill.usd).toBeCloseTo(2 * (0.3 + 0.0025 + 0.0079333), 6);
});
