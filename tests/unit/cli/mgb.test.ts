import { mkdirSync, statSync, writeFileSync, readdirSync, readFileSync, chmodSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { resultViewSchema, type StopView } from "../../../shared/contract/api/api.ts";
import type { ProblemCode } from "../../../shared/contract/api/problem.ts";
import { someEstimate } from "../billing/ledger-entry.ts";
import { collector, type MgbWorld, page, problem, useMgbWorld } from "./mgb-world.ts";
import { batchId, endedBatch, sampleBatch } from "./sample-batch.ts";
import { noMachine } from "./sample-capacity.ts";

let world: MgbWorld;
useMgbWorld((made) => {
  world = made;
});

const check = { model: "tiny-random", speed: "fast", items: 1, audio_seconds: 10, estimate: someEstimate };

describe("exit codes", () => {
  test("0 when it is done", async () => {
    world.script = { "GET /v1/models": page() };
    expect(await world.run(["models"])).toEqual({ exitCode: 0, out: '{"data":[]}\n', err: "" });
  });

  test.each<[code: ProblemCode, exitCode: number, next: string]>([
    ["conflict", 1, "mgb get"],
    ["internal", 1, "request id r-1"],
    ["invalid_input", 2, "Correct it"],
    ["unauthenticated", 4, "mgb login"],
    ["forbidden", 4, "mgb login"],
    ["not_found", 5, "mgb ls"],
    ["too_many_batches", 7, "mgb ls"],
    ["stopped", 7, "mgb start"],
  ])("a problem %s ends with %d and says what to do next", async (code, exitCode, next) => {
    world.script = { [`GET /v1/batches/${batchId}`]: problem(code) };
    const ended = await world.run(["get", batchId]);
    expect(ended.exitCode).toBe(exitCode);
    expect(ended.out).toBe("");
    expect(ended.err).toContain(next);
    expect(ended.err).not.toMatch(/\n\s+at /);
  });

  test("7 when a limit is met, after the time that the API asks for", async () => {
    world.script = {
      "POST /v1/estimates": { body: check },
      "POST /v1/batches": { ...problem("queue_full"), headers: { "retry-after": "9" } },
    };
    const ended = await world.run(["submit", "--prompt", "pad"]);
    expect(ended.exitCode).toBe(7);
    expect(ended.err).toContain("mgb ls");
    expect(world.slept).toEqual([9000, 9000, 9000]);
  });

  test.each([
    [["nonsense"]],
    [["ls", "--nonsense"]],
    [["ls", "--limit", "0"]],
    [["get"]],
    [["get", "batch_x"]],
    [["cancel", batchId, "--mode", "maybe"]],
    [["cost", "--from", "yesterday"]],
    [["submit"]],
    [["submit", "nowhere.txt"]],
    [["submit", "p.txt", "--prompt", "pad"]],
    [["submit", "--prompt", " "]],
    [["submit", "--prompt", "pad", "--max-cost", "much"]],
    [["stop"]],
    [["api", "GET"]],
  ])("2 for a command line that is wrong: %j", async (args: string[]) => {
    const ended = await world.run(args);
    expect(ended.exitCode).toBe(2);
    expect(ended.err).not.toBe("");
    expect(world.asked).toEqual([]);
  });

  test.each([[["what-now"]], [["ls", "--nonsense"]], [["get"]]])(
    "2 for %j, with where to look",
    async (args: string[]) => {
      const { exitCode, err } = await world.run(args);
      expect(exitCode).toBe(2);
      expect(err).toContain("mgb --help lists the commands");
    },
  );

  test("4 when nothing says where the API is", async () => {
    const ended = await world.run(["ls"], { environment: { HOME: world.folder } });
    expect(ended.exitCode).toBe(4);
    expect(ended.err).toContain("mgb login --url");
  });

  test("1 when the API does not answer", async () => {
    const ended = await world.run(["ls"], {
      environment: { HOME: world.folder, MGB_API_URL: "http://127.0.0.1:1", MGB_API_KEY: "k" },
    });
    expect(ended.exitCode).toBe(1);
    expect(ended.err).toContain("did not answer");
  });

  test.each([
    ["succeeded", 0],
    ["failed", 1],
    ["partial", 3],
    ["canceled", 6],
    ["expired", 6],
    ["stopped", 7],
  ] as const)("a batch that %s ends watch with %d", async (outcome, exitCode) => {
    world.script = { [`GET /v1/batches/${batchId}`]: { body: endedBatch(outcome) } };
    expect((await world.run(["watch", batchId])).exitCode).toBe(exitCode);
  });

  test.each([
    ["budget_batch", 8, `/budget --data '{"max_cost_usd":"…"}'`],
    ["latch", 7, "mgb start"],
  ] as const)("a batch that waits for %s ends watch with %d", async (reason, exitCode, next) => {
    const waiting = sampleBatch({
      counts: { total: 8, queued: 8, running: 0, succeeded: 0, failed: 0, canceled: 0, expired: 0 },
      waiting_reason: { reason, detail: "why", at: "2026-01-01T00:00:00.000Z" },
    });
    world.script = { [`GET /v1/batches/${batchId}`]: { body: waiting } };
    const ended = await world.run(["watch", batchId]);
    expect(ended.exitCode).toBe(exitCode);
    expect(ended.err).toContain(next);
  });

  test("8 when even the lower end of the estimate is over --max-cost, and nothing is sent", async () => {
    world.script = {
      "POST /v1/estimates": {
        body: { ...check, estimate: { ...someEstimate, usd: { low: "2.00", high: "3.00" } } },
      },
    };
    const ended = await world.run(["submit", "--prompt", "pad", "--max-cost", "1.50"]);
    expect(ended.exitCode).toBe(8);
    expect(world.asked.map(({ path }) => path)).toEqual(["/v1/estimates"]);
  });

  test("124 when the batch is not done in the time that watch was given", async () => {
    world.script = { [`GET /v1/batches/${batchId}`]: { body: sampleBatch() } };
    const ended = await world.run(["watch", batchId, "--timeout", "5"]);
    expect(ended.exitCode).toBe(124);
    expect(ended.err).toContain(`mgb watch ${batchId}`);
    expect(world.slept).toEqual([2000, 2000, 1000]);
  });

  test("130 after Ctrl-C, which lets the batch go on and says how to cancel it", async () => {
    world.script = { [`GET /v1/batches/${batchId}`]: { body: sampleBatch() } };
    world.interrupt.abort();
    const ended = await world.run(["watch", batchId]);
    expect(ended).toEqual({
      exitCode: 130,
      out: "",
      err: `\nThe batch goes on. Cancel it: mgb cancel ${batchId}\n`,
    });
  });

  test("3 when a pull finds only some of the clips, 1 when it finds none", async () => {
    const made = resultViewSchema.parse({
      item_id: "item_01J00000000000000000000000_0",
      index: 0,
      custom_id: null,
      outcome: "succeeded",
      finished_at: "2026-01-01T00:00:00.000Z",
      audio: {
        url: "/audio",
        format: "ogg",
        bytes: 4,
        sample_rate: 32_000,
        // Of "OggS".
        sha256: "68d9ed2adb24458ff173db06b41b9d1b6e228764c457030d63fad11b02bfae1e",
        duration_seconds: 1,
        checks: { lufs: -14, true_peak_dbtp: -1, silence_ratio: 0, clipped_samples: 0 },
      },
      error: null,
      provenance: null,
      licence: null,
      gpu_seconds: 0,
      steps: 0,
      interruptions: 0,
      receipt: null,
      reused: false,
      reused_from: null,
    });
    const results = `GET /v1/batches/${batchId}/results`;
    world.script = { [`GET /v1/batches/${batchId}`]: { body: sampleBatch() }, [results]: { body: "" } };
    expect((await world.run(["pull", batchId])).exitCode).toBe(1);
    world.script = {
      ...world.script,
      [results]: { body: `${JSON.stringify(made)}\n` },
      [`GET /v1/items/${made.item_id}/audio`]: { body: "OggS" },
    };
    expect((await world.run(["pull", batchId])).exitCode).toBe(3);
    expect(readdirSync(join(world.folder, batchId))).toEqual(["000.ogg"]);
  });
});

test.each([
  [429, 7, "try again in a minute"],
  [403, 4, "mgb login"],
  [502, 1, "Is it the right stage"],
])(
  "an answer %d of a gateway, which is no problem of the API, ends with %d",
  async (status, exitCode, next) => {
    world.script = { "GET /v1/models": { status, body: { message: "no" } } };
    const ended = await world.run(["models"]);
    expect(ended.exitCode).toBe(exitCode);
    expect(ended.err).toContain(next);
  },
);

test("an API that tells more than mgb knows of is understood, one that tells less is not", async () => {
  const batch = { ...sampleBatch(), news: 1 };
  world.script = { [`GET /v1/batches/${batchId}`]: [{ body: batch }, { body: { id: batchId } }] };
  expect((await world.run(["get", batchId])).exitCode).toBe(0);
  const ended = await world.run(["get", batchId]);
  expect(ended.exitCode).toBe(1);
  expect(ended.err).toContain("the mgb of the stage's own version");
});

describe("watch", () => {
  test("tells a program each change in a line, and asks with the tag of what it knows", async () => {
    world.script = {
      [`GET /v1/batches/${batchId}`]: [
        { headers: { etag: 'W/"a"' }, body: sampleBatch() },
        { status: 304, body: "" },
        { headers: { etag: 'W/"b"' }, body: endedBatch("succeeded") },
      ],
    };
    const { out } = await world.run(["watch", batchId]);
    const lines = out.trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { status: string }).status)).toEqual([
      "running",
      "ended",
    ]);
    expect(world.asked.map(({ headers }) => headers["if-none-match"])).toEqual([undefined, 'W/"a"', 'W/"a"']);
  });

  test("shows a person the view of npm start", async () => {
    world.script = {
      [`GET /v1/batches/${batchId}`]: { body: endedBatch("succeeded") },
      "GET /v1/capacity": { body: noMachine },
    };
    const out = collector(true);
    const ended = await world.run(["watch", batchId], { out: out.stream });
    expect(ended.err).toBe("");
    expect(out.text()).toContain("succeeded");
    expect(out.text()).toContain("8 of 8");
  });
});

describe("submit", () => {
  const script = {
    "POST /v1/estimates": { body: check },
    "POST /v1/batches": { status: 202, body: sampleBatch() },
  };

  test("sends a file's prompts with what was asked of the batch, and says first what it costs", async () => {
    world.script = script;
    writeFileSync(join(world.folder, "p.csv"), "Caption;ytid\nlofi, soft;x\n");
    const ended = await world.run([
      "submit",
      "p.csv",
      ...["--prompt-column", "caption", "--ignore-other-columns"],
      ...["--speed", "economy", "--name", "n", "--model", "m", "--max-cost", "1.50"],
      ...["--priority", "high", "--no-reuse"],
    ]);
    expect(ended.exitCode).toBe(0);
    expect(JSON.parse(world.asked[1]?.body ?? "")).toEqual({
      items: [{ prompt: "lofi, soft" }],
      name: "n",
      model: "m",
      speed: "economy",
      priority: "high",
      reuse: false,
      max_cost_usd: "1.50",
    });
    expect(ended.err).toContain("1 item, 10 s of audio by tiny-random, fast");
    expect((JSON.parse(ended.out) as { id: string }).id).toBe(batchId);
  });

  test.each([
    ['{"prompt":"pad","seed":5}\n', [{ prompt: "pad", seed: 5 }]],
    ['[{"prompt":"pad"}]', [{ prompt: "pad" }]],
    ["slow pad\nfast drums\n", [{ prompt: "slow pad" }, { prompt: "fast drums" }]],
    ["prompt,seed\npad,5\n", [{ prompt: "pad", seed: 5 }]],
  ])("reads %j from standard input", async (input, items) => {
    world.script = script;
    expect((await world.run(["submit", "-"], {}, input)).exitCode).toBe(0);
    expect(JSON.parse(world.asked[1]?.body ?? "")).toEqual({ items });
  });

  test("run again after it was not answered sends the same key, and after an answer a new one", async () => {
    world.script = { ...script, "POST /v1/batches": problem("internal") };
    expect((await world.run(["submit", "--prompt", "pad"])).exitCode).toBe(1);
    world.script = script;
    await world.run(["submit", "--prompt", "pad"]);
    await world.run(["submit", "--prompt", "pad"]);
    const keys = world.asked
      .filter(({ path }) => path === "/v1/batches")
      .map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toHaveLength(6);
    expect(new Set(keys.slice(0, 5)).size).toBe(1);
    expect(keys[5]).not.toBe(keys[4]);
    expect(readdirSync(join(world.folder, ".local", "state", "mgb", "pending"))).toEqual([]);
  });

  test("forgets the key of a refused submit", async () => {
    world.script = { ...script, "POST /v1/batches": problem("invalid_input") };
    expect((await world.run(["submit", "--prompt", "pad"])).exitCode).toBe(2);
    expect(readdirSync(join(world.folder, ".local", "state", "mgb", "pending"))).toEqual([]);
  });
});

describe("which API", () => {
  const models = { "GET /v1/models": page() };

  test("login keeps the key for its owner alone, once the API has taken it", async () => {
    world.script = models;
    const path = join(world.folder, ".config", "mgb", "profiles.json");
    const environment = { HOME: world.folder, MGB_API_KEY: "mgb_secret" };
    const ended = await world.run(["login", "--url", `${world.url}/`, "--profile", "prod"], { environment });
    expect(ended.exitCode).toBe(0);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({
      default: "prod",
      profiles: { prod: { url: world.url, key: "mgb_secret" } },
    });
    expect(ended.out + ended.err).not.toContain("mgb_secret");
    expect((await world.run(["models"], { environment: { HOME: world.folder } })).exitCode).toBe(0);
    expect(world.asked.at(-1)?.headers["authorization"]).toBe("Bearer mgb_secret");
  });

  test("a key file that others could read is closed again by the next login", async () => {
    world.script = models;
    const path = join(world.folder, ".config", "mgb", "profiles.json");
    const login = () =>
      world.run(["login", "--url", world.url], { environment: { HOME: world.folder, MGB_API_KEY: "k" } });
    await login();
    chmodSync(path, 0o644);
    await login();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("a key that the API refuses is not kept", async () => {
    world.script = { "GET /v1/models": problem("unauthenticated") };
    const environment = { HOME: world.folder, MGB_API_KEY: "wrong" };
    expect((await world.run(["login", "--url", world.url], { environment })).exitCode).toBe(4);
    expect(readdirSync(world.folder)).toEqual([]);
  });

  test("the embedded cloud is found from anywhere in its clone", async () => {
    world.script = models;
    mkdirSync(join(world.folder, ".local"));
    mkdirSync(join(world.folder, "deep", "er"), { recursive: true });
    writeFileSync(
      join(world.folder, ".local", "cloud.json"),
      JSON.stringify({
        apiUrl: world.url,
        keys: { read: "r", submit: "s", operate: "o" },
        bucket: "b",
        endpoints: { aws: world.url, ec2: world.url, ec2Control: world.url },
      }),
    );
    const ended = await world.run(["models"], {
      environment: { HOME: world.folder },
      folder: join(world.folder, "deep", "er"),
    });
    expect(ended.exitCode).toBe(0);
    expect(world.asked[0]?.headers["authorization"]).toBe("Bearer o");
  });

  test("an unknown profile ends with 4 and names the known ones", async () => {
    world.script = models;
    const environment = { HOME: world.folder, MGB_API_KEY: "k" };
    await world.run(["login", "--url", world.url, "--profile", "prod"], { environment });
    const ended = await world.run(["models", "--profile", "prd"], { environment });
    expect(ended.exitCode).toBe(4);
    expect(ended.err).toContain("no profile is called prd; known profiles: prod");
  });

  test("a broken file of profiles ends with 4", async () => {
    const folder = join(world.folder, ".config", "mgb");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "profiles.json"), "{");
    const ended = await world.run(["models"], { environment: { HOME: world.folder } });
    expect(ended.exitCode).toBe(4);
    expect(ended.err).toContain("mgb login");
  });
});

describe("stop", () => {
  const view = (state: StopView["state"]): StopView => ({
    id: null,
    state,
    requested_at: null,
    verified_at: null,
    reopened_at: null,
    instances_terminated: 2,
    instances_left: state === "stopped" ? 0 : 2,
    messages_left: 0,
    cost_per_hour_usd: "0.00",
    steps: [],
  });

  test("waits for the proof", async () => {
    world.script = {
      "POST /v1/stop": { status: 202, body: view("stopping") },
      "GET /v1/stop": [{ body: view("stopping") }, { body: view("stopped") }],
    };
    const ended = await world.run(["stop", "--yes"]);
    expect(ended.exitCode).toBe(0);
    expect((JSON.parse(ended.out) as { state: string }).state).toBe("stopped");
    expect(world.asked).toHaveLength(3);
  });

  test("that does not end in ten minutes ends with 124", async () => {
    world.script = {
      "POST /v1/stop": { status: 202, body: view("stopping") },
      "GET /v1/stop": { body: view("stopping") },
    };
    expect((await world.run(["stop", "--yes"])).exitCode).toBe(124);
  });
});

describe("data for people", () => {
  test("fits the width of the terminal", async () => {
    const long = sampleBatch({
      name: "a name that goes on and on and on and on and on and on and on and on",
    });
    world.script = { "GET /v1/batches": page(long) };
    const out = collector(true);
    await world.run(["ls"], { out: out.stream });
    expect(out.text()).toContain(batchId);
    for (const line of out.text().split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("is JSON when it is asked for, also in a terminal", async () => {
    world.script = { "GET /v1/batches": page() };
    const out = collector(true);
    await world.run(["ls", "--json"], { out: out.stream });
    expect(JSON.parse(out.text())).toEqual({ data: [], next_cursor: null, has_more: false });
  });
});

describe("api", () => {
  test("prints what a route answers unchanged, good or bad", async () => {
    world.script = { "POST /v1/launch": { status: 202, body: { triggered: true } } };
    expect(await world.run(["api", "post", "/v1/launch?dry_run=true", "--data", "{}"])).toEqual({
      exitCode: 0,
      out: '{"triggered":true}\n',
      err: "",
    });
    const missing = await world.run(["api", "/v1/nothing"]);
    expect(missing.exitCode).toBe(5);
    expect((JSON.parse(missing.out) as { code: string }).code).toBe("not_found");
  });
});

test("--debug shows where an error came from", async () => {
  const ended = await world.run(["get", "batch_x", "--debug"]);
  expect(ended.err).toMatch(/\n\s+at /);
});

test("help goes to standard output and ends with 0", async () => {
  const ended = await world.run(["--help"]);
  expect(ended.exitCode).toBe(0);
  for (const command of ["submit", "watch", "pull", "status", "stop", "login"])
    expect(ended.out).toContain(command);
});
