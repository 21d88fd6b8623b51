import { describe, expect, test } from "vitest";
import { type PromptFile, parsePromptFile } from "../../../../cli/prompts/prompt-file.ts";
import type { ReadOptions } from "../../../../cli/prompts/line.ts";

const parse = (name: string, text: string, options?: ReadOptions) =>
  parsePromptFile(name, new TextEncoder().encode(text), options);
const items = (...list: unknown[]) => ({ kind: "items", items: list });
const mistakesOf = (parsed: PromptFile): readonly string[] =>
  parsed.kind === "mistakes" ? parsed.mistakes : ["(none)"];

describe("a prompts file", () => {
  test("of text gives an item a line, without the empty ones", () => {
    expect(parse("a.txt", "slow pad\n\n  fast drums \r\n")).toEqual(
      items({ prompt: "slow pad" }, { prompt: "fast drums" }),
    );
  });

  test("of JSON lines may set every field of an item", () => {
    expect(
      parse("a.jsonl", '{"prompt":"pad","seed":7,"duration_seconds":3,"output":{"format":"mp3"}}'),
    ).toEqual(items({ prompt: "pad", seed: 7, duration_seconds: 3, output: { format: "mp3" } }));
  });

  test("of CSV takes its columns from the first line and leaves out empty cells", () => {
    expect(parse("a.csv", 'prompt,custom_id,seed\n"pad, slow",one,5\n120,,\n')).toEqual(
      items({ prompt: "pad, slow", custom_id: "one", seed: 5 }, { prompt: "120" }),
    );
  });

  test.each<[name: string, file: string, text: string, mistake: string]>([
    [
      "a line that is not JSON",
      "p.jsonl",
      `${'{"prompt":"a"}\n'.repeat(36)}{"prompt": oops}`,
      "p.jsonl:37: is not JSON",
    ],
    ["a field nobody knows", "p.jsonl", '{"prompt":"a","tempo":3}', "p.jsonl:1: tempo is not a known field"],
    [
      "a duration over the limit",
      "p.jsonl",
      '\n{"prompt":"a","duration_seconds": 301}',
      "p.jsonl:2: duration_seconds",
    ],
    [
      "a prompt that is too long",
      "p.txt",
      `ok\n${"x".repeat(1001)}`,
      "p.txt:2: prompt must have at most 1000",
    ],
    [
      "a custom_id used twice",
      "p.csv",
      "prompt,custom_id\na,x\nb,x",
      "p.csv:3: custom_id 'x' is already in line 2",
    ],
    ["a column nobody knows", "p.csv", "prompt,tempo\na,3", "p.csv:1: tempo is not a known column"],
    [
      "more items than a batch takes",
      "p.txt",
      "a\n".repeat(50_001),
      "p.txt:50001: one batch takes at most 50000",
    ],
    ["no prompt at all", "p.txt", "\n\n", "p.txt:1: holds no prompt"],
    ["no bytes at all", "p.csv", "", "p.csv:1: holds no prompt"],
    ["a header alone", "p.csv", "prompt,seed\n", "p.csv:1: holds no prompt"],
    ["an unknown ending", "p.xml", "a", "p.xml:1: the name must end in"],
  ])("with %s is refused, naming the place", (_name, file, text, mistake) => {
    expect(mistakesOf(parse(file, text))[0]).toContain(mistake);
  });

  test("names every bad line, not only the first", () => {
    const mistakes = mistakesOf(parse("p.jsonl", '{"prompt":""}\n{"prompt":"fine"}\n{"seed":1}'));
    expect(mistakes.map((mistake) => mistake.split(" ")[0])).toEqual(["p.jsonl:1:", "p.jsonl:3:"]);
  });

  test("says a cause once, with the other lines that have it", () => {
    expect(mistakesOf(parse("p.csv", `prompt,seed\n${"a,-1\n".repeat(9)}`))).toEqual([
      expect.stringMatching(/^p\.csv:2: seed .*\(also in line 3, 4, 5, 6, 7 and 3 more\)$/),
    ]);
  });

  test("with a different mistake in every line lists twenty and counts the rest", () => {
    const ids = Array.from({ length: 40 }, (_, index) => `a,bad id ${index}!x`).join("\n");
    const seeds = Array.from({ length: 40 }, (_, index) => `a,x${index}`).join("\n");
    expect(mistakesOf(parse("p.csv", `prompt,custom_id\n${ids}`))).toHaveLength(1);
    const mistakes = mistakesOf(parse("p.csv", `prompt,seed\n${seeds}`));
    expect(mistakes).toHaveLength(21);
    expect(mistakes[20]).toBe("p.csv: and 20 more mistakes");
  });

  test.each([
    ["p.csv", `prompt,seed\n${"a,x\n".repeat(5000)}`, 1002],
    ["p.jsonl", "{'prompt': 'a'}\n".repeat(5000), 1001],
  ])("%s of another kind altogether is given up after a thousand mistakes", (name, text, line) => {
    const mistakes = mistakesOf(parse(name, text));
    expect(mistakes).toHaveLength(2);
    expect(mistakes[1]).toBe(`${name}:${line}: is not read further, after 1000 mistakes`);
  });

  test("counts the characters of a prompt as people do, not as UTF-16 does", () => {
    expect(parse("p.txt", "🎹".repeat(1000)).kind).toBe("items");
  });

  test("of text with old Mac line ends has a prompt a line", () => {
    expect(parse("cr-only.txt", "lofi piano\rjazz trio\r\rrock guitar\r")).toEqual(
      items({ prompt: "lofi piano" }, { prompt: "jazz trio" }, { prompt: "rock guitar" }),
    );
  });

  test.each<[name: string, text: string, mistake: string]>([
    ["JSON lines", '{"prompt":"a"}\n', "p.txt:1: holds JSON; name the file .jsonl"],
    ["a column alone", "Prompt\nlofi\n", "p.txt:1: is the name of a column"],
  ])("of text that is %s is refused, since every line would become a prompt", (_name, text, mistake) => {
    expect(mistakesOf(parse("p.txt", text))[0]).toContain(mistake);
  });

  test("of text whose first line names columns is the table that Excel calls Unicode text", () => {
    expect(parse("p.txt", "Prompt\tSeed\r\nlofi piano, soft\t5\r\n")).toEqual(
      items({ prompt: "lofi piano, soft", seed: 5 }),
    );
  });
});

describe("a table without a name that says so, as from standard input", () => {
  const text = "ytid,prompt\nx1,slow pad\nx2,fast drums\n";

  test("has its prompts taken, and no line of it becomes one", () => {
    expect(parse("stdin.txt", text, { ignoreOtherColumns: true })).toEqual(
      items({ prompt: "slow pad" }, { prompt: "fast drums" }),
    );
  });

  test("with a column that nobody knows is refused as a file of that name would be", () => {
    expect(mistakesOf(parse("stdin.txt", text))).toEqual([
      expect.stringContaining("stdin.txt:1: ytid is not a known column"),
    ]);
  });
});

test("a table that names a file to continue is told that an id is wanted", () => {
  expect(mistakesOf(parse("p.csv", "prompt,continue_from\nx,song.wav\n"))[0]).toContain(
    "p.csv:2: continue_from/upload_id must be the id of an upload",
  );
});

test("a table names what a clip continues in columns", () => {
  const csv =
    "prompt,continue_from,continue_start,continue_end,only_new\nx,upload_01KDVDNG00AAAAAAAAAAAAAAAA,2,12.5,TRUE\ny,item_01KDVDNG00AAAAAAAAAAAAAAAA_3,,,\n";
  expect(parsePromptFile("p.csv", Buffer.from(csv), {})).toEqual({
    kind: "items",
    items: [
      {
        prompt: "x",
        output: { only_new: true },
        continue_from: { upload_id: "upload_01KDVDNG00AAAAAAAAAAAAAAAA", start: 2, end: 12.5 },
      },
      { prompt: "y", continue_from: { item_id: "item_01KDVDNG00AAAAAAAAAAAAAAAA_3" } },
    ],
  });
});
