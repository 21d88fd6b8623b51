/** `mgb` with an API that a test scripts, and with everything it says kept. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { afterEach, beforeEach } from "vitest";
import { runMgb } from "../../../cli/program.ts";
import type { Surroundings } from "../../../cli/surroundings.ts";
import { problemKinds, type ProblemCode } from "../../../shared/contract/api/problem.ts";
import { systemRandom } from "../../../shared/system/system-random.ts";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}
export type Answer = {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
};
/** By route, such as `GET /v1/models`; several answers are given one after another, the last for ever. */
export type Script = Readonly<Record<string, Answer | readonly Answer[]>>;

export const problem = (code: ProblemCode, detail = "because"): Answer => ({
  status: problemKinds[code].status,
  body: { type: "about:blank", ...problemKinds[code], code, detail, request_id: "r-1" },
});
export const page = (...data: unknown[]): Answer => ({ body: { data, next_cursor: null, has_more: false } });

export interface Ended {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

export class MgbWorld {
  readonly folder = mkdtempSync(join(tmpdir(), "mgb-cli-"));
  readonly asked: Asked[] = [];
  readonly interrupt = new AbortController();
  /** Milliseconds that were slept; time goes on by as much. */
  readonly slept: number[] = [];
  script: Script = {};
  nowMs = Date.parse("2026-01-01T00:01:00.000Z");
  readonly #given = new Map<string, number>();
  readonly #server: Server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      this.asked.push({ method, path: url, headers, body });
      const answer = this.#answerTo(`${method} ${url.replace(/\?.*/, "")}`);
      const text = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
      response.writeHead(answer.status ?? 200, answer.headers);
      response.end(answer.status === 304 ? undefined : text);
    });
  });
  url = "";

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    this.url = `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
    rmSync(this.folder, { recursive: true });
  }

  /** @param input what is piped in */
  async run(args: readonly string[], change: Partial<Surroundings> = {}, input = ""): Promise<Ended> {
    const out = collector();
    const err = collector();
    const exitCode = await runMgb(args, {
      out: out.stream,
      err: err.stream,
      input: Readable.from([Buffer.from(input)]),
      environment: {
        HOME: this.folder,
        MGB_API_URL: this.url,
        MGB_API_KEY: "mgb_test",
      },
      folder: this.folder,
      clock: {
        nowMs: () => this.nowMs,
        sleep: (ms) => {
          this.slept.push(ms);
          this.nowMs += ms;
          return Promise.resolve();
        },
      },
      random: systemRandom,
      playFile: () => Promise.resolve("no_player"),
      openPage: () => Promise.resolve(false),
      runInClone: () => Promise.reject(new Error("this test has no clone")),
      openAws: () => Promise.reject(new Error("this test has no AWS")),
      signal: this.interrupt.signal,
      ...change,
    });
    return { exitCode, out: out.text(), err: err.text() };
  }

  #answerTo(route: string): Answer {
    const scripted = this.script[route];
    if (scripted === undefined) return problem("not_found", `no script for ${route}`);
    if (!Array.isArray(scripted)) return scripted as Answer;
    const given = this.#given.get(route) ?? 0;
    this.#given.set(route, given + 1);
    const answers = scripted as readonly Answer[];
    return answers[Math.min(given, answers.length - 1)] ?? problem("internal");
  }
}

export function collector(isTTY = false): { readonly stream: NodeJS.WriteStream; text(): string } {
  let text = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  // What a terminal has beside a stream.
  Object.assign(stream, { isTTY, columns: 80, rows: 24 });
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => text };
}

/** A terminal on which somebody types this. */
export const answering = (text: string): Surroundings["input"] =>
  Object.assign(Readable.from([Buffer.from(text)]), { isTTY: true });

/** Every test of the file has an own one. @param give is called before each test */
export function useMgbWorld(give: (world: MgbWorld) => void): void {
  let world: MgbWorld;
  beforeEach(async () => {
    world = new MgbWorld();
    await world.open();
    give(world);
  });
  afterEach(() => {
    world.close();
  });
}
