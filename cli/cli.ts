/** What every command shares: where it reads and writes, and how it ends. */
import type { Command } from "commander";
import { batchIdSchema, type BatchId, keyIdSchema, type KeyId } from "../shared/contract/ids.ts";
import { ApiClient } from "./connection/api-client.ts";
import { CommandError } from "./errors.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { findApi } from "./connection/find-api.ts";
import type { Surroundings } from "./surroundings.ts";

/** Of every command. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly profile?: string;
}

export class Cli {
  readonly around: Surroundings;
  exitCode: ExitCode = exitCodes.ok;

  constructor(around: Surroundings) {
    this.around = around;
  }

  /** A command with the options that all have. @param usage its name and arguments */
  command(program: Command, usage: string, does: string): Command {
    return program
      .command(usage)
      .description(does)
      .option("--json", "print JSON (the default when the output is not a terminal)")
      .option("--profile <name>", "use the stage that you logged in to under this name");
  }

  /** @param act what the command does; gets its arguments, its options, and last the command itself */
  runs<A extends unknown[]>(act: (...args: A) => Promise<ExitCode>): (...args: A) => Promise<void> {
    return async (...args) => {
      this.exitCode = await act(...args);
    };
  }

  client(options: CommonOptions): ApiClient {
    return new ApiClient(findApi(options.profile, this.around), this.around);
  }

  wantsJson(options: CommonOptions): boolean {
    return options.json === true || !this.around.out.isTTY;
  }

  /** Data: as JSON, or as lines for a person. */
  print(options: CommonOptions, value: unknown, lines: () => readonly string[]): void {
    const text = this.wantsJson(options) ? JSON.stringify(value) : lines().join("\n");
    this.around.out.write(`${text}\n`);
  }

  /** For people, never for a program. */
  say(text: string): void {
    this.around.err.write(`${text}\n`);
  }

  get columns(): number {
    return this.around.out.columns || 80;
  }
}

/** @throws CommandError when it is none */
export function batchIdIn(text: string): BatchId {
  const parsed = batchIdSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new CommandError(
    `'${text}' is not a batch id (batch_ and 26 letters and digits); mgb ls lists yours`,
    exitCodes.usage,
  );
}

/** @throws CommandError when it is none */
export function keyIdIn(text: string): KeyId {
  const parsed = keyIdSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new CommandError(
    "that is not a key id (key_ and 16 digits and letters a to f); mgb keys list shows them",
    exitCodes.usage,
  );
}
