/**
 * A cloud's time may be ahead of this machine's, by the milliseconds in a file, which may be replaced at any time, as a whole. The local EC2
 * reads it here, the emulator in `emulator/set_clock.py`; functions and workers go by the time of the store's answers.
 */
import { readFileSync } from "node:fs";
import { systemClock } from "../../shared/system/system-clock.ts";

export const clockOf =
  (file: string | undefined): (() => number) =>
  () =>
    systemClock.nowMs() + (file === undefined ? 0 : Number(readFileSync(file, "utf8")));
