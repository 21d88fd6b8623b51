import { describe, expect, test } from "vitest";
import type { WorkerState } from "../../../../shared/contract/records/fleet-records.ts";
import { workerStates } from "../../../../shared/contract/records/fleet-records.ts";
import type { Departure } from "../../../../worker/agent/lifecycle/departure.ts";
import { IllegalTransitionError, Life } from "../../../../worker/agent/lifecycle/life.ts";

const departure = (change: Partial<Departure> = {}): Departure => ({
  reason: "price",
  drainMs: 75_000,
  forceMs: 88_000,
  endMs: 100_000,
  lingerMs: null,
  ...change,
});

/** The shortest way from boot to each state. */
const ways: Readonly<Record<WorkerState, (life: Life) => void>> = {
  booting: () => undefined,
  idle: (life) => {
    life.engineReady(1_000);
  },
  busy: (life) => {
    life.engineReady(1_000);
    life.jobsChanged(true, 2_000);
  },
  draining: (life) => {
    life.toldToLeave(departure());
  },
  leaving: (life) => {
    life.toldToLeave(departure());
    life.nothingInHand();
  },
};
function lifeIn(state: WorkerState): Life {
  const life = new Life();
  ways[state](life);
  return life;
}

type Event = "engine ready" | "jobs" | "no jobs" | "told to leave" | "nothing in hand";
const events: Readonly<Record<Event, (life: Life) => void>> = {
  "engine ready": (life) => {
    life.engineReady(9_000);
  },
  jobs: (life) => {
    life.jobsChanged(true, 9_000);
  },
  "no jobs": (life) => {
    life.jobsChanged(false, 9_000);
  },
  "told to leave": (life) => {
    life.toldToLeave(departure());
  },
  "nothing in hand": (life) => {
    life.nothingInHand();
  },
};

describe("every event in every state", () => {
  const outcomes: Readonly<Record<WorkerState, Readonly<Record<Event, WorkerState | "fault">>>> = {
    booting: {
      "engine ready": "idle",
      jobs: "fault",
      "no jobs": "booting",
      "told to leave": "draining",
      "nothing in hand": "fault",
    },
    idle: {
      "engine ready": "idle",
      jobs: "busy",
      "no jobs": "idle",
      "told to leave": "draining",
      "nothing in hand": "fault",
    },
    busy: {
      "engine ready": "busy",
      jobs: "busy",
      "no jobs": "idle",
      "told to leave": "draining",
      "nothing in hand": "fault",
    },
    draining: {
      "engine ready": "draining",
      jobs: "draining",
      "no jobs": "draining",
      "told to leave": "draining",
      "nothing in hand": "leaving",
    },
    leaving: {
      "engine ready": "leaving",
      jobs: "leaving",
      "no jobs": "leaving",
      "told to leave": "leaving",
      "nothing in hand": "fault",
    },
  };
  const cases = workerStates.flatMap((state) =>
    (Object.keys(events) as Event[]).map((event) => [state, event, outcomes[state][event]] as const),
  );

  test.each(cases)("a worker that is %s, after '%s': %s", (state, event, outcome) => {
    const life = lifeIn(state);
    expect(life.state).toBe(state);
    const happen = (): void => {
      events[event](life);
    };
    if (outcome === "fault") {
      expect(happen).toThrow(IllegalTransitionError);
      expect(life.state).toBe(state);
    } else {
      happen();
      expect(life.state).toBe(outcome);
    }
  });
});

test("an illegal transition says what was expected and what came", () => {
  expect(() => {
    lifeIn("booting").jobsChanged(true, 0);
  }).toThrow("expected the worker to go from booting to idle or draining, got busy");
});

test("a worker is idle since its engine was ready, and then since its last job ended", () => {
  const life = lifeIn("idle");
  life.jobsChanged(false, 5_000);
  life.engineReady(6_000);
  expect(life.idleSinceMs).toBe(1_000);
  life.jobsChanged(true, 7_000);
  expect(life.idleSinceMs).toBeNull();
  life.jobsChanged(false, 8_000);
  expect(life.idleSinceMs).toBe(8_000);
});

test("a worker that was told to leave is no longer idle", () => {
  const life = lifeIn("idle");
  life.toldToLeave(departure());
  expect(life.idleSinceMs).toBeNull();
});

test.each<["draining" | "leaving"]>([["draining"], ["leaving"]])(
  "a worker that is %s takes a more urgent departure, and keeps its state",
  (state) => {
    const life = lifeIn(state);
    const urgent = departure({ reason: "interruption", drainMs: 10_000 });
    expect(life.toldToLeave(urgent)).toBe(true);
    expect(life.departure).toBe(urgent);
    expect(life.state).toBe(state);
  },
);

test("a departure that is no more urgent changes nothing", () => {
  const life = new Life();
  const first = departure();
  expect(life.toldToLeave(first)).toBe(true);
  expect(life.toldToLeave(departure({ reason: "rebalance" }))).toBe(false);
  expect(life.departure).toBe(first);
});

test("a worker that a budget sends away leaves as soon when EC2 gives notice, and then waits to be taken", () => {
  const life = new Life();
  life.toldToLeave(departure({ reason: "budget_day", drainMs: 10_000, forceMs: 20_000, endMs: 30_000 }));
  const notice = departure({ reason: "interruption", drainMs: 40_000, lingerMs: 200_000 });
  expect(life.toldToLeave(notice)).toBe(true);
  expect(life.departure).toEqual({
    reason: "interruption",
    drainMs: 10_000,
    forceMs: 20_000,
    endMs: 30_000,
    lingerMs: 200_000,
  });
});

test.each(["stopped", "signal"] as const)("a worker that leaves as %s waits for no EC2", (reason) => {
  const life = new Life();
  life.toldToLeave(departure({ reason, drainMs: 10_000 }));
  const notice = departure({ reason: "interruption", drainMs: 40_000, lingerMs: 200_000 });
  expect(life.toldToLeave(notice)).toBe(false);
  expect(life.departure).toMatchObject({ reason, lingerMs: null });
});

test("after SIGTERM a worker no longer waits for EC2, even if a notice comes later", () => {
  const life = lifeIn("draining");
  expect(life.mayLinger).toBe(true);
  life.toldToLeave(departure({ reason: "signal", drainMs: 90_000 }));
  expect(life.departure?.reason).toBe("price");
  expect(life.mayLinger).toBe(false);
  life.toldToLeave(departure({ reason: "interruption", drainMs: 10_000, lingerMs: 200_000 }));
  expect(life.departure?.reason).toBe("interruption");
  expect(life.mayLinger).toBe(false);
});
