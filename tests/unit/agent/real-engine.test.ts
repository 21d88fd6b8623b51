import { expect, test } from "vitest";
import { hasEngine, killRepeatedly } from "./real-engine.ts";

// Without the Python environment there is no engine; `npm test` makes it first.
test.skipIf(!hasEngine)(
  "the real engine, killed twice at random moments: every clip comes out, once",
  { timeout: 180_000 },
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
