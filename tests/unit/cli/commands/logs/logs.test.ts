import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { OperatorAws } from "../../../../../shared/aws/operator.ts";
import type { LogQuestion } from "../../../../../shared/aws/logs/read-logs.ts";
import { instanceIdSchema } from "../../../../../shared/contract/ids.ts";
import { fleetKeys } from "../../../../../shared/contract/records/keys.ts";
import { FleetError, type LogLine, LogsError, StoreError } from "../../../../../shared/ports.ts";
import { MemoryStore } from "../../../../../simulation/memory/memory-store.ts";
import { VirtualClock } from "../../../../../simulation/memory/virtual-clock.ts";
import { World } from "../../../fleet/world.ts";
import { awsOf, deployed } from "../../deployed-stage.ts";
import { collector, MgbWorld } from "../../mgb-world.ts";

let world: MgbWorld;
beforeEach(() => {
  world = new MgbWorld();
  deployed(world.folder);
});
afterEach(() => {
  world.close();
});

const batch = "batch_00000000000000000000000001";
const atMs = Date.parse("2026-01-01T00:00:30.000Z");
const line = (fields: object, change: Partial<LogLine> = {}): LogLine => ({
  id: "1",
  atMs,
  text: JSON.stringify({ level: "WARN", timestamp: "x", service: "reap", cold_start: true, ...fields }),
  ...change,
});

interface Asked extends LogQuestion {
  readonly group: string;
}
/** @param lines by the name of a function */
function logsOf(lines: Readonly<Record<string, readonly LogLine[]>>, asked: Asked[] = []) {
  return {
    environment: {},
    folder: join(world.folder, "docs"),
    ...awsOf({
      readLog: (_region, group, question) => {
        asked.push({ group, ...question });
        return Promise.resolve(lines[group.replace("/aws/lambda/musicgen-batch-prod-", "")] ?? []);
      },
    }),
  };
}
const run = (args: readonly string[], around: Parameters<MgbWorld["run"]>[1]) =>
  world.run(["logs", ...args, "--stage", "prod"], around);

describe("a batch", () => {
  test("is looked for in every function's log of the last hour, and shown in the order of time", async () => {
    const asked: Asked[] = [];
    const lines = {
      fold: [line({ message: "dropped events", batchId: batch }, { atMs: atMs + 1_000 })],
      reap: [line({ message: "folding results", batchId: batch, items: 3 })],
    };
    const out = collector(true);
    const { exitCode } = await run([batch], { ...logsOf(lines, asked), out: out.stream });
    expect([exitCode, out.text()]).toEqual([
      0,
      [
        `2026-01-01 00:00:30.000  reap  WARN  folding results  batchId="${batch}"  items=3`,
        `2026-01-01 00:00:31.000  fold  WARN  dropped events  batchId="${batch}"`,
        "",
      ].join("\n"),
    ]);
    expect(asked).toHaveLength(9);
    expect(asked[0]).toEqual({
      group: "/aws/lambda/musicgen-batch-prod-authorize",
      text: batch,
      fromMs: Date.parse("2025-12-31T23:01:00.000Z"),
      mostLines: 5_000,
    });
  });

  test("an item is looked for as its batch", async () => {
    const asked: Asked[] = [];
    await run(["item_00000000000000000000000001_7"], logsOf({}, asked));
    expect(asked[0]?.text).toBe(batch);
  });

  test("as JSON it is a line each", async () => {
    const { out } = await run([batch], logsOf({ reap: [line({ message: "held", batch })] }));
    expect(
      out
        .trimEnd()
        .split("\n")
        .map((text) => JSON.parse(text) as unknown),
    ).toEqual([
      { at: "2026-01-01T00:00:30.000Z", source: "reap", level: "WARN", message: "held", fields: { batch } },
    ]);
  });
});

test("a function's log leaves out what Lambda says of invocations that went well, and keeps those that did not", async () => {
  const raw = (text: string): LogLine => ({ id: text, atMs, text });
  const lines = [
    raw("START RequestId: r Version: $LATEST"),
    raw("END RequestId: r"),
    raw("REPORT RequestId: r Duration: 12 ms"),
    raw("REPORT RequestId: r Duration: 60000 ms Status: timeout"),
    raw("2026-01-01T00:01:00Z r Task timed out after 60.00 seconds"),
  ];
  const { out } = await run(["launch"], logsOf({ launch: lines }));
  expect(out).not.toContain("START");
  expect(out.trimEnd().split("\n")).toHaveLength(2);
});

test("a request is looked for behind the API", async () => {
  const asked: Asked[] = [];
  await run(["--request", "L3V2jgXZFiAEJ5g=", "--since", "2d"], logsOf({}, asked));
  expect(asked.map(({ group, text }) => [group.split("-").at(-1), text])).toEqual([
    ["submit", "L3V2jgXZFiAEJ5g="],
    ["read", "L3V2jgXZFiAEJ5g="],
    ["operate", "L3V2jgXZFiAEJ5g="],
  ]);
});

test("secrets of whatever kind are hidden, and a terminal gets no control characters", async () => {
  const secrets = [
    "mgb_0123456789abcdef0123456789abcdef",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "AKIAIOSFODNN7EXAMPLE",
    "https://b.s3.amazonaws.com/k?X-Amz-Signature=0123456789abcdef&x=1",
    "aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  ];
  const lines = [line({ message: `oh \u001B[2J ${secrets.join(" ")}`, fields: secrets })];
  const out = collector(true);
  await run(["submit"], { ...logsOf({ submit: lines }), out: out.stream });
  expect(out.text()).not.toMatch(/0123456789abcdef|MfKQ9r8|IOSFODNN7|wJalrXUtn|\u001B/);
  expect(out.text()).toContain("mgb_[hidden] whsec_[hidden] AKIA[hidden]");
});

describe("--follow", () => {
  test("shows each line once, asks every five seconds, and ends by itself", async () => {
    const first = line({ message: "one" });
    const second = line({ message: "two" }, { id: "2" });
    let reads = 0;
    const around = {
      environment: {},
      folder: world.folder,
      ...awsOf({ readLog: () => Promise.resolve((reads += 1) < 3 ? [first] : [first, second]) }),
    };
    const { out, exitCode } = await run(["launch", "--follow", "1m"], around);
    expect(out.match(/"message":"\w+"/g)).toEqual(['"message":"one"', '"message":"two"']);
    expect([exitCode, world.slept.length, new Set(world.slept)]).toEqual([0, 12, new Set([5_000])]);
  });

  test.each([["2h"], ["0m"], ["soon"]])("of %s is refused", async (time) => {
    const { exitCode, err } = await run(["launch", "--follow", time], logsOf({}));
    expect(exitCode).toBe(2);
    expect(err).toContain("of 1h at most");
  });
});

describe("what cannot be read", () => {
  const denied = (message: string) =>
    new LogsError(message, { missingRight: "logs:FilterLogEvents", cause: null });

  test("is named with the right that is missing, and the rest is shown", async () => {
    const around = logsOf({ reap: [line({ message: "seen" })] });
    const { openAws } = around;
    const withoutFold: typeof openAws = async (local) => {
      const aws = await openAws(local);
      const readLog: OperatorAws["readLog"] = (region, group, question) =>
        group.endsWith("fold")
          ? Promise.reject(denied("AccessDenied"))
          : aws.readLog(region, group, question);
      return { ...aws, readLog };
    };
    const { exitCode, out, err } = await run([batch], { ...around, openAws: withoutFold });
    expect(exitCode).toBe(3);
    expect(out).toContain("seen");
    expect(err).toContain("The log of fold needs the right logs:FilterLogEvents");
  });

  test("ends with 4 when nothing could be read", async () => {
    const around = { ...logsOf({}), ...awsOf({ readLog: () => Promise.reject(denied("no")) }) };
    expect((await run(["launch"], around)).exitCode).toBe(4);
  });
});

describe("a machine", () => {
  const id = instanceIdSchema.parse("i-0123456789abcdef0");
  let clock: VirtualClock;
  beforeEach(() => {
    clock = new VirtualClock();
  });
  const machine = (store: MemoryStore, consoleOutput: () => Promise<string | null>) => {
    const { fleet } = new World();
    fleet.consoleOutput = consoleOutput;
    return { environment: {}, folder: world.folder, ...awsOf({ bucket: () => store, fleet: () => fleet }) };
  };

  test("shows the phases of its bootstrap, and the end of its console", async () => {
    const store = new MemoryStore({ clock });
    await store.create(`${fleetKeys.bootstrapsOf(id)}download`, "2026-01-01T00:00:00Z\n");
    await clock.advance(1_000);
    await store.create(`${fleetKeys.bootstrapsOf(id)}failed-in-download.log`, "curl: (22)\nFAILED\n");
    const out = collector(true);
    const around = machine(store, () => Promise.resolve("boot\r\nworker says no\n"));
    await run([id], { ...around, out: out.stream });
    expect(out.text().trimEnd().split("\n")).toEqual([
      "2026-01-01 00:00:00.000  bootstrap  begins with download",
      "2026-01-01 00:00:01.000  bootstrap failed-in-download.log  curl: (22)",
      "2026-01-01 00:00:01.000  bootstrap failed-in-download.log  FAILED",
      "console  boot",
      "console  worker says no",
    ]);
  });

  test("whose console and bootstrap may not be read names both rights", async () => {
    const store = new MemoryStore({ clock });
    store.list = () => Promise.reject(new StoreError("denied", "fleet/", { isRefusal: true }));
    const around = machine(store, () =>
      Promise.reject(new FleetError("could not read the console: UnauthorizedOperation: no")),
    );
    const { exitCode, err } = await run([id], around);
    expect(exitCode).toBe(4);
    expect(err).toContain("ec2:GetConsoleOutput");
    expect(err).toContain("s3:ListBucket on my-music");
  });

  test("without a console yet is told when there will be one", async () => {
    const around = machine(new MemoryStore({ clock }), () => Promise.resolve(null));
    expect((await run([id], around)).out).toContain("comes minutes after the boot");
  });
});

test.each([
  [[]],
  [["mgb_secret"]],
  [["i-1"]],
  [["batch_1"]],
  [["launch", "--request", "a b"]],
  [[batch, "--request", "r"]],
])("%j asks nothing and repeats no key", async (args: string[]) => {
  const asked: Asked[] = [];
  const { exitCode, err } = await run(args, logsOf({}, asked));
  expect([exitCode, asked]).toEqual([2, []]);
  expect(err).not.toContain("mgb_secret");
});

test("without a stage and without the embedded cloud, it says which option names one", async () => {
  const { exitCode, err } = await world.run(["logs", "launch"], { folder: world.folder });
  expect(exitCode).toBe(2);
  expect(err).toContain("--stage prod");
});
