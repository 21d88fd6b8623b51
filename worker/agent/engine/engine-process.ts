/** The engine as a child process: commands to its stdin, events from its stdout, its log on our stderr. */
import type { ChildProcessByStdio } from "node:child_process";
import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { EngineCommand } from "../../../shared/contract/engine-protocol.ts";
import { messageText } from "../../../shared/contract/messages.ts";
import { EngineLines } from "./engine-lines.ts";
import type { EngineListener, EnginePort, EngineSession } from "../ports.ts";

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** From the `shutdown` command to SIGKILL. */
const stopDeadlineMs = 5_000;

export class EngineProcess implements EnginePort {
  readonly #command: readonly string[];
  readonly #stopMs: number;

  /** @param command program and arguments; run without a shell. @param stopMs how long a polite end may take */
  constructor(command: readonly string[], stopMs = stopDeadlineMs) {
    this.#command = command;
    this.#stopMs = stopMs;
  }

  start(listener: EngineListener): EngineSession {
    const [program = "", ...rest] = this.#command;
    const child = spawn(program, rest, { stdio: ["pipe", "pipe", "inherit"], env: environment() });
    return new Session(child, listener, this.#stopMs);
  }
}

/**
 * Idle threads of PyTorch sleep. By default they poll, and take the processors from the agent, the encoders and, where
 * there are few of them, from each other. torch reads this when it is loaded.
 */
const environment = (): NodeJS.ProcessEnv => ({ OMP_WAIT_POLICY: "passive", ...process.env });

class Session implements EngineSession {
  readonly #child: Child;
  readonly #stopMs: number;
  readonly #gone: Promise<void>;
  #fault: string | null = null;

  constructor(child: Child, listener: EngineListener, stopMs: number) {
    this.#child = child;
    this.#stopMs = stopMs;
    const lines = new EngineLines();
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (text: string) => {
      // After a breach of the protocol nothing it says counts.
      if (this.#fault !== null) return;
      const heard = lines.push(text);
      for (const event of heard.events) listener.said(event);
      if (heard.fault === null) return;
      this.#fault = heard.fault;
      child.kill("SIGKILL");
    });
    // A write to a process that is gone fails here; `close` follows and has the reason.
    child.stdin.on("error", () => undefined);
    this.#gone = new Promise((resolve) => {
      // `close`, not `exit`: it comes after the last line of stdout has been read.
      child.on("close", (code, signal) => {
        listener.exited(this.#fault ?? (signal === null ? `exit status ${code}` : `signal ${signal}`));
        resolve();
      });
      child.on("error", (error) => {
        // The program could not be started; `close` follows with a negative exit status.
        this.#fault ??= error.message;
      });
    });
  }

  send(command: EngineCommand): void {
    this.#child.stdin.write(`${messageText(command)}\n`);
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  async stop(): Promise<void> {
    this.send({ type: "shutdown" });
    const force = setTimeout(() => {
      this.kill();
    }, this.#stopMs);
    await this.#gone;
    clearTimeout(force);
  }
}
