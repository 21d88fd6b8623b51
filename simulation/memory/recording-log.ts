/** A log in memory. */
import type { Log } from "../../shared/ports.ts";

export interface LogEntry {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Keeps what was logged, so that a test can read it. */
export class RecordingLog implements Log {
  readonly entries: LogEntry[] = [];

  debug(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.entries.push({ level: "debug", message, fields });
  }
  info(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.entries.push({ level: "info", message, fields });
  }
  warn(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.entries.push({ level: "warn", message, fields });
  }
  error(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.entries.push({ level: "error", message, fields });
  }
}
