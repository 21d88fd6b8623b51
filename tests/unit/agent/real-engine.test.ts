import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { resultRecordSchema } from "../../../shared/contract/records/batch-records.ts";
import type { EngineDone } from "../../../shared/contract/engine-protocol.ts";
import { batchKeys } from "../../../shared/contract/records/keys.ts";
import { readRecord } from "../../../shared/records/records.ts";
import type { EngineListener, EnginePort, EngineSession } from "../../../worker/agent/ports.ts";
import { RealStage, batchId, hasEngine, killRepeatedly, realMessage, slowEngine } from "./real-engine.ts";

/** Records what the engine finished, and says when it is at work. */
class WatchedEngine implements EnginePort {
  readonly #inner: EnginePort;
  readonly #begun = Promise.withResolvers<undefined>();
  readonly begun = this.#begun.promise;
  readonly done: EngineDone[] = [];

  constructor(inner: EnginePort) {
    this.#inner = inner;
  }

  start(listener: EngineListener): EngineSession {
    return this.#inner.start({
      said: (event) => {
        if (event.type === "done") this.done.push(event);
        if (event.type === "progress") this.#begun.resolve(undefined);
        listener.said(event);
      },
      exited: (detail) => {
        listener.exited(detail);
      },
    });
  }
}

/** Far more than they take on a quiet machine: each starts engines, and waits for states, not for times. */
const timeout = 900_000;

// Without the Python environment and the tiny checkpoint there is no engine; `npm test` makes them first.
test.skipIf(!hasEngine)(
  "with the real engine killed twice at random moments, every clip is made once",
  { timeout },
  async () => {
    const report = await killRepeatedly(2, 1, () => undefined);
    expect(report.kills).toBe(2);
    expect(report.results.map((result) => result.outcome)).toEqual(
      Array.from({ length: report.items }, () => "succeeded"),
    );
    expect(report.strayAudio).toEqual([]);
    expect(report.messagesLeft).toBe(0);
    for (const { audio } of report.results)
      expect(audio).toMatchObject({ duration_seconds: 3, sample_rate: 32_000 });
  },
);

test.skipIf(!hasEngine)(
  "the next worker resumes the clips that stop-all cut short",
  { timeout },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "mgb-resume-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    const stage = new RealStage(folder);
    // More than the slow engine makes before the worker reads the latch and within the 18 s that it gives then: 303 steps.
    const clips = Array.from({ length: 4 }, (_, index) => index);
    await stage.send(clips.map((index) => realMessage(index, 6)));
    const watched = (engine: EnginePort) => new WatchedEngine(engine);
    const stopped = (engine: EnginePort): WatchedEngine => {
      const first = new WatchedEngine(engine);
      void first.begun.then(() => stage.setLatch(true));
      return first;
    };
    expect((await stage.runWorker(stopped, slowEngine)).reason).toBe("stopped");
    await stage.setLatch(false);
    const second = await stage.runWorker(watched);
    expect(second.engine.done.some(({ resumed_at_step }) => resumed_at_step > 0)).toBe(true);
    for (const index of clips) {
      const result = await readRecord(stage.store, batchKeys.result(batchId, index), resultRecordSchema);
      expect(result?.value.outcome).toBe("succeeded");
    }
  },
);
