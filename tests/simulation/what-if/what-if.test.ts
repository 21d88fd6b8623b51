import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { around, hardMarket, upTo } from "../../../simulation/played/market.ts";
import { ordersOfADay } from "../../../simulation/played/workload.ts";
import { models, newYearMs, plainDay, type Scenario } from "../../../simulation/scenario.ts";
import { play, type Run } from "../../../simulation/world.ts";
import { folderStore } from "../../../what-if/folder.ts";
import { linesOf } from "../../../what-if/table.ts";
import { whatIf } from "../../../what-if/what-if.ts";
import { VirtualClock } from "../../../simulation/memory/virtual-clock.ts";

const hourMs = 3_600_000;
const hours = 5;
/** An afternoon on which zones run dry. */
const afternoon: Scenario = {
  ...plainDay(7),
  startMs: newYearMs + 12 * hourMs,
  market: hardMarket("dry", 7, 30 * hourMs, {
    zones: 3,
    upMs: around(2 * hourMs),
    downMs: around(hourMs / 3),
    machines: upTo(6),
  }),
  orders: ordersOfADay(7, hours, models.small, "standard"),
  lengthMs: hours * hourMs,
};
const settings = { ...afternoon.settings, zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"] };
const patient = {
  ...settings,
  speeds: { ...settings.speeds, standard: { target_seconds: 7200, slack_share: 1 } },
};

let run: Run;
beforeAll(async () => {
  run = await play(afternoon, false);
  expect(run.violations).toEqual([]);
});
const span = () => ({ fromMs: afternoon.startMs, toMs: run.endMs });

describe("a record of the simulator, played again", () => {
  test("costs within a tenth of what it did, and is cheaper and later when the target is", async () => {
    const answer = await whatIf(run.store, span(), { asItWas: settings, changed: patient });
    expect(answer.troubles).toEqual([]);
    expect(answer.real.clips).toBeGreaterThan(50);
    expect(answer.real.cost_usd).toBeCloseTo(run.report.cost_usd, 3);
    expect(answer.as_it_was.clips).toBe(answer.real.clips);
    expect(Math.abs(answer.cost_error ?? 1)).toBeLessThan(0.1);
    expect(answer.what_if.cost_usd).toBeLessThan(answer.as_it_was.cost_usd);
    expect(answer.what_if.p50_s ?? 0).toBeGreaterThan(answer.as_it_was.p50_s ?? 0);
    const lines = linesOf(answer, 100).join("\n");
    expect(lines).toContain("played with the change");
    expect(lines).toContain("where EC2 never refused, it had machines enough");
  });

  test("gives the same from a copy of its bucket", async () => {
    const folder = mkdtempSync(join(tmpdir(), "what-if-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    for (const prefix of ["index/", "fleet/", "batches/"])
      for (let after = "", more = true; more;) {
        const page = await run.store.list(prefix, { after });
        for (const { key } of page.objects) {
          mkdirSync(dirname(join(folder, key)), { recursive: true });
          writeFileSync(join(folder, key), (await run.store.get(key))?.body ?? "");
        }
        ({ more } = page);
        after = page.objects.at(-1)?.key ?? "";
      }
    const copy = await folderStore(folder, new VirtualClock(run.endMs));
    const [one, other] = [
      await whatIf(run.store, span(), { asItWas: settings, changed: settings }),
      await whatIf(copy, span(), { asItWas: settings, changed: settings }),
    ];
    expect(other).toEqual(one);
    expect(one.what_if).toEqual(one.as_it_was);
  });

  test("says what is wrong with a folder or a span", async () => {
    const clock = new VirtualClock(0);
    await expect(folderStore("/nowhere", clock)).rejects.toThrow("is no folder");
    const empty = { fromMs: 0, toMs: 1 };
    await expect(whatIf(run.store, empty, { asItWas: settings, changed: settings })).rejects.toThrow(
      "no batch was submitted",
    );
  });
});
