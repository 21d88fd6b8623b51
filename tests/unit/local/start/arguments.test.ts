import { expect, test } from "vitest";
import { parseArguments } from "../../../../local/start/arguments.mjs";

const parse = (args: string[], change: { isTerminal?: boolean; environment?: Record<string, string> } = {}) =>
  parseArguments(args, { isTerminal: false, environment: {}, ...change });
const defaults = {
  file: null,
  model: null,
  keep: false,
  promptColumn: null,
  ignoreOtherColumns: false,
};

test.each<[args: string[], expected: Partial<typeof defaults> | Record<string, unknown>]>([
  [[], {}],
  [["my.txt"], { file: "my.txt" }],
  [["--keep"], { keep: true }],
  [["--exit", "--", "--odd.txt"], { file: "--odd.txt" }],
  [["--model", "facebook/musicgen-small"], { model: "facebook/musicgen-small" }],
  [["--model=models/musicgen-demo"], { model: "models/musicgen-demo" }],
  [
    ["caps.csv", "--prompt-column", "caption", "--ignore-other-columns"],
    { file: "caps.csv", promptColumn: "caption", ignoreOtherColumns: true },
  ],
])("%j is understood", (args, expected) => {
  expect(parse(args)).toEqual({ kind: "run", options: { ...defaults, ...expected } });
});

test("the cloud stays up where a person sits, unless they ask for the end", () => {
  expect(parse([], { isTerminal: true })).toMatchObject({ options: { keep: true } });
  expect(parse(["--exit"], { isTerminal: true })).toMatchObject({ options: { keep: false } });
});

test.each<[args: string[], mistake: string]>([
  [["--keep", "--exit"], "--keep and --exit cannot be combined"],
  [["--modle", "x"], "no option is called --modle; there are --model, --prompt-column"],
  [["-x"], "no option is called -x"],
  [["--model"], "--model needs a value after it"],
  [["--model", "--keep"], "--model needs a value after it"],
  [["--prompt-column="], "--prompt-column needs a value after it"],
  [["--keep=yes"], "--keep takes no value, got 'yes'"],
  [["a.txt", "b.txt"], "one prompts file at a time, got a.txt and b.txt"],
])("%j is refused", (args, mistake) => {
  const parsed = parse(args);
  expect(parsed.kind).toBe("mistake");
  expect(parsed).toMatchObject({ text: expect.stringContaining(mistake) as string });
  expect(parsed).toMatchObject({ text: expect.stringContaining("npm start -- --help") as string });
});

test("options that npm kept for itself are told of, with the way to pass them on", () => {
  expect(
    parse([], { environment: { npm_config_exit: "true", npm_config_prompt_column: "x" } }),
  ).toMatchObject({
    kind: "mistake",
    text: expect.stringContaining(
      "npm kept --prompt-column and --exit for itself; write: npm start -- --prompt-column --exit …",
    ) as string,
  });
});

test("help lists every option", () => {
  const parsed = parse(["--help", "--nonsense"]);
  expect(parsed.kind).toBe("help");
  for (const option of ["--prompt-column", "--ignore-other-columns", "--model", "--keep", "--exit"])
    expect(parsed).toMatchObject({ text: expect.stringContaining(option) as string });
});
