import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import type { EngineEvent } from "../../../../shared/contract/engine-protocol.ts";
import { defaultParameters } from "../../../../shared/contract/api/parameters.ts";
import { EngineProcess } from "../../../../worker/agent/engine/engine-process.ts";
import type { EngineSession } from "../../../../worker/agent/ports.ts";

/** A process that listens ends by itself, however busy the machine is. */
const patienceMs = 300_000;
const script = fileURLToPath(new URL("fake-engine-process.ts", import.meta.url));

/** One session, and the things it says as promises. */
class Conversation {
  readonly said: EngineEvent[] = [];
  readonly session: EngineSession;
  readonly exited: Promise<string>;
  #onSaid: () => void = () => undefined;

  constructor(command: readonly string[]) {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.exited = promise;
    this.session = new EngineProcess(command, patienceMs).start({
      said: (event) => {
        this.said.push(event);
        this.#onSaid();
      },
      exited: resolve,
    });
    onTestFinished(() => {
      this.session.kill();
    });
  }

  async hear(type: EngineEvent["type"]): Promise<EngineEvent> {
    for (;;) {
      const event = this.said.find((candidate) => candidate.type === type);
      if (event !== undefined) return event;
      await new Promise<void>((resolve) => {
        this.#onSaid = resolve;
      });
    }
  }

  submit(prompt: string): void {
    const output = { ...defaultParameters.output, only_new: false };
    const parameters = { ...defaultParameters, extend_stride: 18, output };
    const none = { continue_from: null, resume: null };
    this.session.send({ type: "submit", id: "item", prompt, seed: 1, ...parameters, ...none });
  }
}

function start(): Conversation {
  const folder = mkdtempSync(join(tmpdir(), "mgb-test-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return new Conversation([process.execPath, script, "--model", "tiny-random", "--out", folder]);
}

test("an engine process says that it is ready, makes a clip and stops when told", async () => {
  const engine = start();
  expect(await engine.hear("ready")).toMatchObject({ model: "tiny-random", slots: 2 });
  engine.submit("a ünïcode piano 🎹");
  const done = await engine.hear("done");
  expect(done.type === "done" && readFileSync(done.path, "utf8")).toBe("audio of a ünïcode piano 🎹");
  await engine.session.stop();
  expect(await engine.exited).toBe("exit status 0");
});

test("the exit of a killed engine process names the signal", async () => {
  const engine = start();
  await engine.hear("ready");
  engine.submit("die");
  expect(await engine.exited).toBe("signal SIGKILL");
});

test("an engine process that breaks the protocol is killed", async () => {
  const engine = start();
  await engine.hear("ready");
  engine.submit("talk nonsense");
  expect(await engine.exited).toMatch(/expected an event of the engine, got Loading weights/);
});

test("a command to a process that is gone throws nothing", async () => {
  const engine = start();
  await engine.hear("ready");
  engine.session.kill();
  await engine.exited;
  engine.submit("too late");
  await engine.session.stop();
});

test("a program that does not exist counts as an exit", async () => {
  expect(await new Conversation(["/no/such/engine"]).exited).toMatch(/ENOENT/);
});

test.each([
  [undefined, "passive"],
  ["active", "active"],
])("where OMP_WAIT_POLICY is %s the engine's idle threads are %s", async (set, policy) => {
  vi.stubEnv("OMP_WAIT_POLICY", set);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const exits = `process.exit(process.env.OMP_WAIT_POLICY === "${policy}" ? 3 : 4)`;
  expect(await new Conversation([process.execPath, "-e", exits]).exited).toBe("exit status 3");
});
