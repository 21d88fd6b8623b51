import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { MgbWorld } from "../mgb-world.ts";
import { collector, problem, useMgbWorld } from "../mgb-world.ts";
import { sampleBatch } from "../sample-batch.ts";
import { someEstimate } from "../../billing/ledger-entry.ts";

let world: MgbWorld;
useMgbWorld((made) => {
  world = made;
});

/** 1,001 items are more than a body holds. */
function scriptUpload(): string {
  const later = "2026-01-02T00:00:00.000Z";
  const upload = {
    id: "upload_01KDVDNG00ZZZZZZZZZZZZZZZZ",
    bytes: 18_018,
    method: "PUT",
    url: `${world.url}/bucket`,
    headers: { "If-None-Match": "*" },
    url_expires_at: later,
    expires_at: later,
  };
  world.script = {
    "POST /v1/estimates": {
      body: { model: "tiny-random", speed: "fast", items: 1001, audio_seconds: 10, estimate: someEstimate },
    },
    "POST /v1/uploads": { status: 201, body: upload },
    "PUT /bucket": { body: "" },
    "POST /v1/batches": { status: 202, body: sampleBatch({}) },
  };
  const file = join(world.folder, "many.txt");
  writeFileSync(file, "a calm piano\n".repeat(1001));
  return file;
}

test("on a terminal an upload shows how many of its bytes are sent", async () => {
  const err = collector(true);
  const ended = await world.run(["submit", scriptUpload(), "--yes"], { err: err.stream });
  expect(ended.exitCode).toBe(0);
  const sent = world.asked.find(({ path }) => path === "/bucket");
  expect([sent?.headers["if-none-match"], sent?.body.split("\n").length]).toEqual(["*", 1002]);
  expect(err.text()).toContain("uploading  ████████████████████████ 0.0 of 0.0 MB");
});

test("clips whose line says no length have the one of --duration, in the estimate as well", async () => {
  await world.run(["submit", scriptUpload(), "--yes", "--duration", "3"]);
  const bodies = new Map(world.asked.map(({ path, body }) => [path, body]));
  expect(JSON.parse(bodies.get("/v1/estimates") ?? "")).toEqual({
    totals: { items: 1001, audio_seconds: 3003, longest_seconds: 3 },
  });
  expect(JSON.parse(bodies.get("/v1/batches") ?? "")).toMatchObject({ defaults: { duration_seconds: 3 } });
});

describe("--continue", () => {
  const item = "item_01KDVDNG00AAAAAAAAAAAAAAAA_3";
  const sentItems = () => {
    const sent = world.asked.find(({ path }) => path === "/v1/batches");
    return (JSON.parse(sent?.body ?? "{}") as { items: unknown }).items;
  };
  const submit = (...args: string[]) => world.run(["submit", "--prompt", "strings", "--yes", ...args]);

  test("sends an audio file as an upload, and every clip goes on from the part that is named", async () => {
    scriptUpload();
    writeFileSync(join(world.folder, "song.wav"), "RIFF\0\0\0\0WAVE");
    const ended = await submit("--continue", "song.wav", "--continue-start", "4", "--continue-end", "14");
    expect(ended.exitCode).toBe(0);
    expect(world.asked.find(({ path }) => path === "/bucket")?.body).toContain("WAVE");
    const upload_id = "upload_01KDVDNG00ZZZZZZZZZZZZZZZZ";
    expect(sentItems()).toEqual([{ prompt: "strings", continue_from: { upload_id, start: 4, end: 14 } }]);
  });

  test("asks for the same batch, with the upload that is there, when it is run again after its answer was lost", async () => {
    scriptUpload();
    writeFileSync(join(world.folder, "song.wav"), "RIFF\0\0\0\0WAVE");
    const { "POST /v1/batches": answer, ...before } = world.script;
    const lost = {
      type: "about:blank",
      title: "Internal error",
      status: 500,
      code: "internal",
      detail: "it broke",
    };
    const body = { ...lost, request_id: "r", retryable: true };
    world.script = { ...before, "POST /v1/batches": { status: 500, body } };
    expect((await submit("--continue", "song.wav")).exitCode).not.toBe(0);
    world.script = { ...before, ...(answer && { "POST /v1/batches": answer }) };
    expect((await submit("--continue", "song.wav")).exitCode).toBe(0);
    const keysOf = (path: string) =>
      new Set(
        world.asked
          .filter((one) => one.path === path)
          .map(({ headers }) => String(headers["idempotency-key"])),
      );
    const [batchKey = ""] = keysOf("/v1/batches");
    expect([...keysOf("/v1/batches")]).toHaveLength(1);
    expect([...keysOf("/v1/uploads")]).toEqual([`${batchKey}-source`]);
    expect(world.asked.filter(({ path }) => path === "/bucket")).toHaveLength(1);
  });

  test("with --only-new asks for the new part alone", async () => {
    scriptUpload();
    await submit("--continue", item, "--only-new", "--duration", "20");
    const sent = world.asked.find(({ path }) => path === "/v1/batches");
    expect(JSON.parse(sent?.body ?? "")).toMatchObject({
      defaults: { duration_seconds: 20, output: { only_new: true } },
    });
  });

  test("names an item, and sends no file", async () => {
    scriptUpload();
    expect((await submit("--continue", item)).exitCode).toBe(0);
    expect(sentItems()).toEqual([{ prompt: "strings", continue_from: { item_id: item } }]);
    expect(world.asked.map(({ path }) => path)).not.toContain("/v1/uploads");
  });

  test.each<[what: string, args: readonly string[], says: string]>([
    ["a file that is not there", ["nowhere.wav"], "nowhere.wav does not exist; name an audio file"],
    ["a folder", ["."], "is no file"],
    ["an empty file", ["empty.wav"], "is empty"],
    ["a prompts file", ["prompts.jsonl"], "is a text; name an audio file"],
    ["a batch", ["batch_01KDVDNG00AAAAAAAAAAAAAAAA"], "does not exist; name an audio file, or an item's id"],
    ["31 s", ["song.wav", "--continue-end", "31"], "--continue-end must be at most 30 seconds after start"],
    [
      "an end before its start",
      ["song.wav", "--continue-start", "9", "--continue-end", "8"],
      "must be greater",
    ],
    ["a part of an item", [item, "--continue-start", "1"], "--continue-start is for an upload"],
    ["a time that is none", ["song.wav", "--continue-start", "1:30"], "expected seconds"],
  ])("is refused for %s before anything is asked", async (_what, args, says) => {
    writeFileSync(join(world.folder, "song.wav"), "RIFF\0\0\0\0WAVE");
    writeFileSync(join(world.folder, "empty.wav"), "");
    writeFileSync(join(world.folder, "prompts.jsonl"), '{"prompt":"a pad ♪"}\n');
    const ended = await submit("--continue", ...args);
    expect([ended.exitCode, world.asked]).toEqual([2, []]);
    expect(ended.err).toContain(says);
  });

  test("a part of nothing is refused", async () => {
    const ended = await submit("--continue-end", "9");
    expect([ended.exitCode, world.asked]).toEqual([2, []]);
    expect(ended.err).toContain("need --continue");
  });
});

describe("what the API says of an item", () => {
  const faults = (...errors: { pointer: string; detail: string }[]) => {
    const { body, ...rest } = problem("invalid_input");
    return { ...rest, body: { ...(body as object), errors } };
  };
  const table = 'prompt,duration_seconds\n\npad,60\n"two\nlines",10\nlofi,60\n';

  test.each(["submit", "estimate"])("is told by its line in the file, by %s", async (command) => {
    const detail = "must be at most 30 seconds for the model 'small'";
    const answer = faults(
      { pointer: "/items/0/duration_seconds", detail },
      { pointer: "/items/2/duration_seconds", detail },
      { pointer: "/items/1/output/format", detail: "is not known" },
      { pointer: "/model", detail: "is not served" },
    );
    world.script = { "POST /v1/estimates": answer, "POST /v1/batches": answer };
    writeFileSync(join(world.folder, "songs.csv"), table);
    const ended = await world.run([command, "songs.csv", ...(command === "submit" ? ["--yes"] : [])]);
    expect(ended.exitCode).toBe(2);
    expect(ended.err).toBe(
      [
        `songs.csv:3: duration_seconds ${detail} (also in line 6)`,
        "songs.csv:4: output.format is not known",
        "/model: is not served",
        "Nothing was sent.",
        "",
      ].join("\n"),
    );
  });

  test("of --prompt, or about no item, is told as the API says it", async () => {
    world.script = { "POST /v1/estimates": faults({ pointer: "/items/0/prompt", detail: "is too long" }) };
    const ended = await world.run(["submit", "--prompt", "pad", "--yes"]);
    expect(ended.err).toContain("/items/0/prompt: is too long");
  });

  test("is also true of an upload: its items have the lines that they have in the file", async () => {
    scriptUpload();
    const file = join(world.folder, "many.csv");
    writeFileSync(file, `prompt,seed\n"a\ncalm",1\n\n${"piano,2\n".repeat(1001)}`);
    expect((await world.run(["submit", file, "--yes"])).exitCode).toBe(0);
    const lines = world.asked.find(({ path }) => path === "/bucket")?.body.split("\n") ?? [];
    expect(lines.slice(0, 6)).toEqual([
      "",
      '{"prompt":"a\\ncalm","seed":1}',
      "",
      "",
      '{"prompt":"piano","seed":2}',
      '{"prompt":"piano","seed":2}',
    ]);
    expect(lines).toHaveLength(1006);
  });

  test("of a JSON array on one line is told by that line, and its upload has a line for each item", async () => {
    scriptUpload();
    const file = join(world.folder, "many.json");
    writeFileSync(file, JSON.stringify(Array.from({ length: 1001 }, () => ({ prompt: "piano" }))));
    expect((await world.run(["submit", file, "--yes"])).exitCode).toBe(0);
    const lines = world.asked.find(({ path }) => path === "/bucket")?.body.split("\n") ?? [];
    expect(lines).toEqual([...Array.from({ length: 1001 }, () => '{"prompt":"piano"}'), ""]);
  });
});

describe("an upload whose submit was not answered, run again", () => {
  const dayMs = 86_400_000;
  const pending = () => readdirSync(join(world.folder, ".local", "state", "mgb", "pending"));
  const submits = () =>
    world.asked
      .filter(({ path }) => path === "/v1/batches")
      .map(({ headers, body }) => [headers["idempotency-key"], JSON.parse(body) as unknown] as const);
  /** @returns the file, and how a submit of it is answered */
  async function unanswered() {
    const file = scriptUpload();
    const answered = world.script;
    world.script = { ...answered, "POST /v1/batches": problem("internal") };
    expect((await world.run(["submit", file, "--yes"])).exitCode).toBe(1);
    expect(pending()).toHaveLength(1);
    return { file, answered };
  }

  test("after more than a day is sent as it was, and is the batch that it became", async () => {
    const { file, answered } = await unanswered();
    const first = submits()[0];
    world.asked.length = 0;
    world.nowMs += 1.1 * dayMs;
    world.script = { ...answered, "POST /v1/uploads": problem("conflict", "has expired; use a new key") };
    const ended = await world.run(["submit", file]);
    expect(ended.exitCode).toBe(0);
    expect(world.asked.map(({ path }) => path)).toEqual(["/v1/batches"]);
    expect(submits()).toEqual([first]);
    expect(ended.err).toContain("An earlier run of this was not answered.");
    expect(pending()).toEqual([]);
  });

  test("begins anew when its upload is gone: no batch was made of it", async () => {
    const { file, answered } = await unanswered();
    world.asked.length = 0;
    world.nowMs += 1.1 * dayMs;
    const gone = problem("not_found", "no such upload; an upload is kept for a day");
    world.script = { ...answered, "POST /v1/batches": [gone, { status: 202, body: sampleBatch({}) }] };
    expect((await world.run(["submit", file, "--yes"])).exitCode).toBe(0);
    expect(world.asked.map(({ path }) => path)).toEqual([
      "/v1/batches",
      "/v1/estimates",
      "/v1/uploads",
      "/bucket",
      "/v1/batches",
    ]);
    expect(new Set(submits().map(([key]) => key)).size).toBe(2);
    expect(pending()).toEqual([]);
  });

  test("after a week is not sent: nobody knows whether it became a batch, and how to find out is said", async () => {
    const { file, answered } = await unanswered();
    world.asked.length = 0;
    world.script = answered;
    world.nowMs += 7 * dayMs;
    const ended = await world.run(["submit", file, "--yes"]);
    expect([ended.exitCode, ended.out, world.asked]).toEqual([1, "", []]);
    expect(ended.err).toContain("This was sent on 2026-01-01 and not answered.");
    expect(ended.err).toContain("Look for it with mgb ls. If it is not there: delete ");
    const [path = ""] = pending();
    rmSync(join(world.folder, ".local", "state", "mgb", "pending", path));
    expect((await world.run(["submit", file, "--yes"])).exitCode).toBe(0);
  });

  test("with the key that an earlier version left is not sent either", async () => {
    const { file, answered } = await unanswered();
    world.script = answered;
    const [path = ""] = pending();
    const whole = join(world.folder, ".local", "state", "mgb", "pending", path);
    writeFileSync(whole, "01KDVDNG00ZZZZZZZZZZZZZZZZ");
    const ended = await world.run(["submit", file, "--yes"]);
    expect(ended.exitCode).toBe(1);
    expect(ended.err).toContain(`by an earlier version of mgb and not answered.`);
  });
});

test("a submit that its user declined has sent nothing, and is asked about again", async () => {
  const file = scriptUpload();
  const terminal = { err: collector(true).stream };
  expect((await world.run(["submit", file, "--max-cost", "0.000001", "--yes"], terminal)).exitCode).toBe(8);
  expect(existsSync(join(world.folder, ".local", "state", "mgb", "pending"))).toBe(false);
});

test("without a terminal an upload redraws nothing", async () => {
  const ended = await world.run(["submit", scriptUpload(), "--yes"]);
  expect(ended.exitCode).toBe(0);
  expect(ended.err).not.toContain("uploading");
});
