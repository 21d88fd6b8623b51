import { expect, test } from "vitest";
import { startFailureOn } from "../../../shared/contract/start-failure.ts";

const line = (code: string, detail: string): string =>
  JSON.stringify({ level: "ERROR", message: "failed to start", service: "worker", code, detail });

test.each<[name: string, console: string, told: ReturnType<typeof startFailureOn>]>([
  ["nothing of it", 'Welcome to Ubuntu\n{"message":"booting"}\n', null],
  ["nothing at all", "", null],
  [
    "a line of the worker's log",
    `booting\n${line("access_denied", "AccessDenied: no")}\nbye`,
    { code: "access_denied", detail: "AccessDenied: no" },
  ],
  [
    "a line that the console's own words begin",
    `[   61.204] mgb-worker[812]: ${line("config_unreadable", "expected JSON")}\r\n[   62.1] reboot`,
    { code: "config_unreadable", detail: "expected JSON" },
  ],
  [
    "two of them: the last counts",
    `${line("disk", "full")}\n${line("bad_model", "no config.json")}`,
    { code: "bad_model", detail: "no config.json" },
  ],
  ["a code that nobody knows", line("moon_phase", "full"), null],
  ["half a line", line("disk", "full").slice(0, 40), null],
  ["the words alone", "failed to start", null],
])("of a console with %s", (_name, console, told) => {
  expect(startFailureOn(console)).toEqual(told);
});

test("of a long detail the beginning is kept", () => {
  expect(startFailureOn(line("internal", "x".repeat(1000)))?.detail).toHaveLength(300);
});
