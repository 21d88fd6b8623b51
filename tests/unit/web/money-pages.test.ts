import { describe, expect, test } from "vitest";
import { countText, durationText, percentText, usdText } from "../../../web/parts/numbers.ts";
import { csvOf, shareOf, tablesOf, type Worth } from "../../../web/pages/cost/worth.ts";
import { totalsOf } from "../../../web/pages/new-batch/request.ts";

test.each([
  [0, "$0.00"],
  [0.0042, "$0.0042"],
  [0.000489, "$0.000489"],
  [12.3, "$12.30"],
  [1234.5, "$1,234.50"],
])("%s USD reads %s", (usd, text) => {
  expect(usdText(usd)).toBe(text);
});

test.each([
  [0, "0 %"],
  [0.0002, "1 %"],
  [0.9997, "99 %"],
  [1, "100 %"],
])("a share of %s is %s: what has begun is not 0, and what is not done is not 100", (share, text) => {
  expect(percentText(share)).toBe(text);
});

test.each([
  [45, "45 s"],
  [720, "12 min"],
  [12_000, "3 h 20 min"],
  [187_200, "2 d 4 h"],
])("%s seconds are %s", (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

test("counts have separators", () => {
  expect(countText(50_000)).toBe("50,000");
});

describe("the page Cost", () => {
  const worth = (usd: string): Worth => ({
    ...{ usd, work_usd: usd, boot_usd: "0.00", load_usd: "0.00", idle_usd: "0.00", interrupted_usd: "0.00" },
    ...{
      volume_usd: "0.00",
      address_usd: "0.00",
      waste_usd: "0.00",
      on_demand_usd: "1.00",
      saved_usd: "0.50",
    },
    ...{ audio_seconds: null, usd_per_audio_minute: null },
  });
  const usage = {
    from: "2026-01-01",
    to: "2026-01-02",
    ...worth("0.50"),
    unassigned_usd: "0.20",
    by_day: [
      { day: "2026-01-01", ...worth("0.40") },
      { day: "2026-01-02", ...worth("0.10") },
    ],
    by_model: [{ model: null, ...worth("0.50") }],
    by_batch: [
      { batch_id: "batch_1", ...worth("0.05") },
      { batch_id: "batch_2", ...worth("0.15") },
    ],
    other_batches: { count: 7, usd: "0.10" },
    instances: null,
    other_instances: null,
  };

  test("has the latest day and the dearest batch first, the rest together, and nothing of what a key may not see", () => {
    const tables = tablesOf(usage, new Map([["batch_2", "Friday"]]));
    expect(tables.map(({ title, rows }) => [title, rows.map(({ name, shown }) => shown ?? name)])).toEqual([
      ["By day", ["2026-01-02", "2026-01-01"]],
      ["By model", ["unknown"]],
      ["By batch", ["Friday", "batch_1"]],
    ]);
    expect(tables[2]?.rest).toEqual([
      { name: "7 other batches", usd: "0.10" },
      { name: "for no batch", usd: "0.20" },
    ]);
  });

  test("saves a table with every amount as the API told it, and what is not known empty", () => {
    const [, , batches] = tablesOf(usage, new Map());
    expect(batches === undefined ? "" : csvOf(batches)).toBe(
      [
        "batch,usd,work_usd,boot_usd,load_usd,idle_usd,interrupted_usd,volume_usd,address_usd,waste_usd,on_demand_usd,saved_usd,audio_seconds,usd_per_audio_minute",
        '"batch_2",0.15,0.15,0.00,0.00,0.00,0.00,0.00,0.00,0.00,1.00,0.50,,',
        '"batch_1",0.05,0.05,0.00,0.00,0.00,0.00,0.00,0.00,0.00,1.00,0.50,,',
        '"7 other batches",0.10,,,,,,,,,,,,',
        '"for no batch",0.20,,,,,,,,,,,,',
        "",
      ].join("\r\n"),
    );
  });

  test("saves nothing that a spreadsheet would run", () => {
    const row = { name: '=HYPERLINK("x")', ...worth("0.10") };
    expect(csvOf({ title: "By model", thing: "Model", rows: [row], rest: [] }).split("\r\n")[1]).toMatch(
      /^"'=HYPERLINK\(""x""\)",0\.10,/,
    );
  });

  test("knows no share of nothing", () => {
    expect([shareOf("0.25", "1.00"), shareOf("0.00", "0.00")]).toEqual([0.25, null]);
  });
});

test("an estimate counts variations one by one, and takes the batch's length where a prompt has none", () => {
  const items = [{ prompt: "a" }, { prompt: "b", variations: 3, duration_seconds: 20 }];
  expect(totalsOf(items, { duration_seconds: 5 })).toEqual({
    items: 4,
    audio_seconds: 65,
    longest_seconds: 20,
  });
});
