import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { apiHandler } from "../../../../../functions/http/api.ts";
import { csvLine } from "../../../../../functions/http/csv.ts";
import { parsePromptFile } from "../../../../../cli/prompts/prompt-file.ts";
import { readRoutes } from "../../../../../functions/http/read/read-routes.ts";
import { foldEvents } from "../../../../../shared/batch/progress/fold.ts";
import { itemIdOf, type BatchId } from "../../../../../shared/contract/ids.ts";
import { batchKeys } from "../../../../../shared/contract/records/keys.ts";
import { finished, of, result } from "../../../batch/events.ts";
import { uploaded } from "../../../batch/expand/upload-world.ts";
import { prompts, settings, storedItems, submitted, world, type World } from "../../../batch/world.ts";
import { apiEvent, lambdaContext, type EventOptions } from "../../api-event.ts";

async function results(at: World, id: BatchId, options: EventOptions) {
  const event = apiEvent("GET /v1/batches/{id}/results", { params: { id }, ...options });
  const answer = await apiHandler(readRoutes(at, settings), at.log)(event, lambdaContext);
  const { "content-type": type = "", link = null, vary } = (answer.headers ?? {}) as Record<string, string>;
  return { status: answer.statusCode, text: answer.body ?? "", type, link, vary };
}

async function commit(at: World, id: BatchId, ...records: ReturnType<typeof result>[]): Promise<void> {
  for (const record of records) {
    const own = { ...record, batch_id: id, item_id: itemIdOf(id, record.index) };
    await at.store.create(batchKeys.result(id, record.index), JSON.stringify(own));
    await foldEvents([of(id, finished(record.index, 30, own))], at);
  }
}

const csv = { query: { format: "csv" } };

test("results as CSV are a table with a header, good and bad items, in the order of the items", async () => {
  const at = world();
  const { id } = await submitted(at, {
    items: [{ prompt: 'a "slow" pad, warm', custom_id: "x" }, { prompt: "Café ♪" }, { prompt: "open" }],
  });
  await commit(at, id, result(1, "failed"), result(0, "succeeded", { custom_id: "x" }));
  const { status, text, type, link, vary } = await results(at, id, csv);
  expect([status, type, link, vary]).toEqual([
    200,
    "text/csv; charset=utf-8; header=present",
    null,
    "accept",
  ]);
  const rows: Record<string, string>[] = parse(text, { columns: true, record_delimiter: "\r\n" });
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({
    index: "0",
    item_id: itemIdOf(id, 0),
    custom_id: "x",
    outcome: "succeeded",
    prompt: 'a "slow" pad, warm',
    duration_seconds: "10",
    url: `/v1/items/${itemIdOf(id, 0)}/audio`,
    lufs: "-14",
    licence: "CC-BY-NC-4.0",
    error_code: "",
    usd: "",
  });
  expect(rows[1]).toMatchObject({
    index: "1",
    custom_id: "",
    outcome: "failed",
    prompt: "Café ♪",
    url: "",
    error_code: "engine_error",
    error_detail: "it broke",
  });
});

test("rows of CSV are items again when they are submitted: the same clips, with all that was asked for", async () => {
  const at = world();
  const audio = await uploaded(at, "RIFF and so on");
  const asked = [
    {
      prompt: "a pad",
      seed: 5,
      duration_seconds: 20,
      temperature: 0.9,
      top_k: 100,
      top_p: 0.5,
      guidance_scale: 4,
      extend_stride: 20,
      output: { format: "mp3", normalize: "peak", fade_out_seconds: 2, only_new: true },
      continue_from: { upload_id: audio, start: 1, end: 9.5 },
    },
    { prompt: "-6 dB drums; +808 kick", seed: 6, custom_id: "b" },
  ];
  const batch = await submitted(at, { items: asked });
  await commit(at, batch.id, result(0, "failed"), result(1, "failed", { custom_id: "b" }));
  const { text } = await results(at, batch.id, csv);
  const read = parsePromptFile("all.csv", Buffer.from(text), { ignoreOtherColumns: true });
  const again = await submitted(at, { items: read.kind === "items" ? read.items : [] });
  expect(await storedItems(at, again)).toEqual(await storedItems(at, batch));
});

test("pages of CSV, one after the other, are one table", async () => {
  const at = world();
  const { id } = await submitted(at, prompts(5));
  await commit(at, id, ...[0, 1, 2, 3, 4].map((index) => result(index)));
  let table = "";
  const types: string[] = [];
  for (let query: Record<string, string> | null = { format: "csv", limit: "2" }; query !== null;) {
    const { text, type, link } = await results(at, id, { query });
    table += text;
    types.push(type);
    const next: string | undefined = /<[^?]+\?([^>]+)>/.exec(link ?? "")?.[1];
    query = next === undefined ? null : Object.fromEntries(new URLSearchParams(next));
  }
  const rows: Record<string, string>[] = parse(table, { columns: true });
  expect(rows.map((row) => row["index"])).toEqual(["0", "1", "2", "3", "4"]);
  expect(types.map((type) => type.split("header=")[1])).toEqual(["present", "absent", "absent"]);
});

test("a batch without results is the header alone", async () => {
  const at = world();
  const { id } = await submitted(at);
  expect((await results(at, id, csv)).text.split("\r\n")).toHaveLength(2);
});

describe("without a form in the query, Accept decides", () => {
  test.each([
    [undefined, "application/x-ndjson"],
    ["*/*", "application/x-ndjson"],
    ["text/csv", "text/csv"],
    ["TEXT/CSV; charset=utf-8", "text/csv"],
    ["text/csv, */*;q=0.1", "text/csv"],
    ["application/x-ndjson, text/csv;q=0.5", "application/x-ndjson"],
    ["text/csv;q=0", "application/x-ndjson"],
    ["text/html,application/xhtml+xml,*/*;q=0.8", "application/x-ndjson"],
  ])("%s", async (accept, expected) => {
    const at = world();
    const { id } = await submitted(at);
    const { type } = await results(at, id, accept === undefined ? {} : { headers: { Accept: accept } });
    expect(type.split(";")[0]).toBe(expected);
  });

  test("and the query is stronger than it", async () => {
    const at = world();
    const { id } = await submitted(at);
    const asked = { query: { format: "jsonl" }, headers: { accept: "text/csv" } };
    expect((await results(at, id, asked)).type).toBe("application/x-ndjson");
    expect((await results(at, id, { query: { format: "xlsx" } })).status).toBe(422);
  });
});

describe("a cell", () => {
  test.each([
    ["=1+1", `"'=1+1"`],
    ["+49 30", `"'+49 30"`],
    ["-ambient", `"'-ambient"`],
    ["@SUM(A1)", `"'@SUM(A1)"`],
    ["  =1", `"'  =1"`],
    ["\t=1", `"'\t'=1"`],
    ["＝1+1", `"'＝1+1"`],
    ["pad;=cmd|' /C calc'!A0", `"pad;'=cmd|' /C calc'!A0"`],
    ['pad;"=1"', `"pad;'""=1"""`],
    ["one\n=two", `"one\n'=two"`],
    ["no formula: 1+1=2, a-b", `"no formula: 1+1=2, a-b"`],
  ])("%j is text to every spreadsheet", (text, cell) => {
    expect(csvLine([text])).toBe(`${cell}\r\n`);
  });

  test("that is a number stays one, and one that is not there is empty", () => {
    expect(csvLine([-14.5, null, 0])).toBe("-14.5,,0\r\n");
  });
});
