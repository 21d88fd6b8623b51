import { expect, test } from "vitest";
import { EngineLines } from "../../../../worker/agent/engine/engine-lines.ts";

const progress = { type: "progress", id: "a", step: 1, steps: 2 } as const;

test("an event that comes in pieces is one event", () => {
  const lines = new EngineLines();
  const text = `${JSON.stringify(progress)}\n`;
  expect(lines.push(text.slice(0, 9))).toEqual({ events: [], fault: null });
  expect(lines.push(text.slice(9))).toEqual({ events: [progress], fault: null });
});

test("several events in one piece come in their order, and empty lines are skipped", () => {
  const second = { ...progress, step: 2 };
  const heard = new EngineLines().push(`${JSON.stringify(progress)}\n\n${JSON.stringify(second)}\n`);
  expect(heard.events).toEqual([progress, second]);
});

test.each([
  { type: "failed_to_start", code: "out_of_memory", detail: "the decoder needs 5 GB, 3 are free" },
  { type: "stats", audio_seconds_per_second: 3.2, measured_clips: 8 },
])("an engine's event of the type $type is parsed", (event) => {
  expect(new EngineLines().push(`${JSON.stringify(event)}\n`)).toEqual({ events: [event], fault: null });
});

test("events before an invalid line still count", () => {
  const heard = new EngineLines().push(`${JSON.stringify(progress)}\nwarning: slow disk\n`);
  expect(heard.events).toEqual([progress]);
  expect(heard.fault).toBe("expected an event of the engine, got warning: slow disk");
});

test("a line that never ends is an error, and does not fill the memory", () => {
  expect(new EngineLines().push("x".repeat(1024 * 1024 + 1)).fault).toMatch(/at most 1048576 characters/);
});
