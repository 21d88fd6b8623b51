/** The calls of the SDK's clients, as they are made, and the same calls made again by the bare SDK. */
import { S3Client } from "@aws-sdk/client-s3";

type Input = Readonly<Record<string, unknown>>;
interface Command {
  readonly input: Input;
  readonly constructor: new (input: Input) => Command;
}
type Send = (this: unknown, command: Command, ...more: unknown[]) => Promise<unknown>;

export interface Call {
  /** Such as `PutObject`. */
  readonly name: string;
  readonly input: Input;
  /** The same command with another input, by the same client. */
  readonly again: (input: Input) => Promise<unknown>;
  readonly startMs: number;
  endMs: number;
}

export class Recorder {
  #calls: Call[] = [];
  #isOpen = false;

  constructor() {
    // The class that the clients of all services extend.
    const client = Object.getPrototypeOf(S3Client.prototype) as { send: Send };
    const { send } = client;
    const record = this.#record.bind(this);
    client.send = function (command, ...more) {
      return record(command, (one) => send.call(this, one, ...more));
    };
  }

  async #record(command: Command, send: (command: Command) => Promise<unknown>): Promise<unknown> {
    if (!this.#isOpen) return send(command);
    const name = command.constructor.name.replace(/Command$/, "");
    const again = (input: Input): Promise<unknown> => send(new command.constructor(input));
    const call = { name, input: command.input, again, startMs: performance.now(), endMs: Infinity };
    this.#calls.push(call);
    try {
      return await send(command);
    } finally {
      call.endMs = performance.now();
    }
  }

  /** What is called while it runs, and how long all of it takes. */
  async during<T>(
    work: () => Promise<T>,
  ): Promise<{ readonly value: T; readonly ms: number; readonly calls: readonly Call[] }> {
    this.#calls = [];
    this.#isOpen = true;
    const began = performance.now();
    try {
      const value = await work();
      return { value, ms: performance.now() - began, calls: this.#calls };
    } finally {
      this.#isOpen = false;
    }
  }
}

/** How long at least one of the calls was under way. */
export function msWithin(calls: readonly Call[]): number {
  let [sum, until] = [0, -Infinity];
  for (const { startMs, endMs } of calls.toSorted((a, b) => a.startMs - b.startMs)) {
    sum += Math.max(0, endMs - Math.max(until, startMs));
    until = Math.max(until, endMs);
  }
  return sum;
}

/** Calls that were under way together, one such group after the other. */
export function wavesOf(calls: readonly Call[]): readonly (readonly Call[])[] {
  const waves: Call[][] = [];
  let until = -Infinity;
  for (const call of calls.toSorted((a, b) => a.startMs - b.startMs)) {
    if (call.startMs >= until) waves.push([call]);
    else waves.at(-1)?.push(call);
    until = Math.max(until, call.endMs);
  }
  return waves;
}

export function mostAtOnce(calls: readonly Call[]): number {
  return Math.max(
    ...calls.map(
      ({ startMs }) => calls.filter((one) => one.startMs <= startMs && startMs < one.endMs).length,
    ),
  );
}
