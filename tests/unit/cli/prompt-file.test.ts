import { describe, expect, test } from "vitest";
import { parsePromptFile } from "../../../cli/prompt-file.ts";

const parse = (name: string, text: string) => parsePromptFile(name, new TextEncoder().encode(text));

describe("a prompts file", () => {
  test("of text gives an item a line, without the empty ones", () => {
    expect(parse("a.txt", "slow pad\n\n  fast drums \r\n")).toEqual({
      kind: "items",
      items: [{ prompt: "slow pad" }, { prompt: "fast drums" }],
    });
  });

  test("of JSON lines may set every field of an item", () => {
    expect(
      parse("a.jsonl", '{"prompt":"pad","seed":7,"duration_seconds":3,"output":{"format":"mp3"}}'),
    ).toEqual({
      kind: "items",
      items: [{ prompt: "pad", seed: 7, duration_seconds: 3, output: { format: "mp3" } }],
    });
  });

  test("of CSV takes its columns from the first line and leaves out empty cells", () => {
    expect(parse("a.csv", 'prompt,custom_id,seed\n"pad, slow",one,5\n120,,\n')).toEqual({
      kind: "items",
      items: [{ prompt: "pad, slow", custom_id: "one", seed: 5 }, { prompt: "120" }],
    });
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
      '\n{"prompt":"a","duration_seconds":121}',
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
      "p.csv:3: custom_id 'x' stands in line 2",
    ],
    ["a column nobody knows", "p.csv", "prompt,tempo\na,3", "p.csv:2: tempo is not a known field"],
    [
      "more items than a batch takes",
      "p.txt",
      "a\n".repeat(1001),
      "p.txt:1001: one batch takes at most 1000",
    ],
    ["no prompt at all", "p.txt", "\n\n", "p.txt:1: holds no prompt"],
    ["an unknown ending", "p.xml", "a", "p.xml:1: the name must end in"],
  ])("with %s is refused, naming the place", (_name, file, text, mistake) => {
    const parsed = parse(file, text);
    expect(parsed.kind === "mistakes" && parsed.mistakes[0]).toContain(mistake);
  });

  test("names every bad line, not only the first", () => {
    const parsed = parse("p.jsonl", '{"prompt":""}\n{"prompt":"fine"}\n{"seed":1}');
    expect(parsed.kind === "mistakes" && parsed.mistakes.map((mistake) => mistake.split(" ")[0])).toEqual([
      "p.jsonl:1:",
      "p.jsonl:3:",
    ]);
  });

  test("that is not UTF-8 is refused at the line of the first bad byte", () => {
    const bytes = new Uint8Array([...new TextEncoder().encode("one\ntwo\nca"), 0xf1, 0x6f]);
    expect(parsePromptFile("p.txt", bytes)).toEqual({
      kind: "mistakes",
      mistakes: ["p.txt:3: is not UTF-8; save the file with that encoding"],
    });
  });

  test("counts the characters of a prompt as people do, not as UTF-16 does", () => {
    expect(parse("p.txt", "🎹".repeat(1000)).kind).toBe("items");
  });
});
