/** The story of a run. */
import type { Clock, Log } from "../shared/ports.ts";

/** What happened, in order, for a person who looks for a cause. */
export class Timeline {
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #keep: boolean;
  readonly lines: string[] = [];

  /** @param keep false: nothing is kept, for a soak that needs only the verdicts */
  constructor(clock: Clock, keep: boolean) {
    this.#clock = clock;
    this.#startMs = clock.nowMs();
    this.#keep = keep;
  }

  add(line: string): void {
    if (this.#keep) this.lines.push(`${sinceStart(this.#clock.nowMs() - this.#startMs)} ${line}`);
  }

  /** A program's log: its warnings and errors belong to the story. */
  logOf(process: string): Log {
    const tell = (level: string) => (message: string, fields?: Readonly<Record<string, unknown>>) => {
      if (this.#keep) this.add(`${level} ${process}: ${message}${inShort(fields)}`);
    };
    return { debug: () => undefined, info: tell("info"), warn: tell("warn"), error: tell("error") };
  }
}

/** Hours, minutes and seconds. */
export function sinceStart(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function inShort(fields: Readonly<Record<string, unknown>> | undefined): string {
  if (fields === undefined) return "";
  const text = JSON.stringify(fields, (_, value: unknown) =>
    value instanceof Error ? `${value.name}: ${value.message}` : value,
  );
  return ` ${text.length > 300 ? `${text.slice(0, 300)}…` : text}`;
}
