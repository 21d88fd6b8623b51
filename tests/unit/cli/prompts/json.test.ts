import { describe, expect, test } from "vitest";
import { type PromptFile, parsePromptFile } from "../../../../cli/prompts/prompt-file.ts";
import type { ReadOptions } from "../../../../cli/prompts/line.ts";

const parse = (text: string, options?: ReadOptions, name = "p.jsonl") =>
  parsePromptFile(name, new TextEncoder().encode(text), options);
const items = (...list: unknown[]) => ({ kind: "items", items: list });
const mistakesOf = (parsed: PromptFile): readonly string[] =>
  parsed.kind === "mistakes" ? parsed.mistakes : ["(none)"];

test("blank lines between objects, a byte order mark and old line ends are no mistakes", () => {
  expect(parse('\uFEFF{"prompt":"a"}\r\n\r\n  {"prompt":"b"}\r{"prompt":"c"}\n\n')).toEqual(
    items({ prompt: "a" }, { prompt: "b" }, { prompt: "c" }),
  );
});

test("a line separator of Unicode inside a text does not end its line", () => {
  expect(parse('{"prompt":"a\u2028b"}\n').kind).toBe("items");
});

test.each(["p.json", "p.jsonl"])("an array of objects in %s is read as its elements", (name) => {
  const text = '[\n  {"prompt": "a, [b]", "seed": 1},\n  {\n    "prompt": "c \\"}\\" d"\n  }\n]\n';
  expect(parse(text, {}, name)).toEqual(items({ prompt: "a, [b]", seed: 1 }, { prompt: 'c "}" d' }));
  expect(parse("[]", {}, name).kind).toBe("mistakes");
});

test("JSON lines may be in a file that ends in .json, as data sets have them", () => {
  expect(parse('{"prompt":"a"}\n{"prompt":"b"}\n', {}, "p.json")).toEqual(
    items({ prompt: "a" }, { prompt: "b" }),
  );
});

test("a mistake in an element of an array is told at the element's line", () => {
  expect(mistakesOf(parse('[\n{"prompt":"a"},\n\n{"prompt":""},\n{\n"seed":1}]'))).toEqual([
    expect.stringContaining("p.jsonl:4: prompt"),
    "p.jsonl:5: prompt is missing",
  ]);
  expect(mistakesOf(parse('[\n{"prompt":"a"},\n{"prompt": oops}\n]'))).toEqual([
    expect.stringContaining("p.jsonl:3: is not JSON"),
  ]);
});

describe("what is often written in place of JSON is refused with the remedy", () => {
  test.each<[name: string, text: string, line: number, mistake: string]>([
    ["a comma after each line", '{"prompt":"a"},\n{"prompt":"b"},\n', 1, "it ends in a comma"],
    ["a comma before the bracket", '{"prompt":"a",}\n', 1, "a comma stands before a closing bracket"],
    ["Python's own form", "{'prompt': 'a', 'seed': None}\n", 1, "it is Python's own form"],
    ["NaN", '{"prompt":"a","seed":NaN}\n', 1, "NaN, None, True and the like are not JSON"],
    ["typographic quotes", "{“prompt”: “a”}\n", 1, "it has typographic quotes"],
    ["names without quotes", '{prompt: "a"}\n', 1, 'names need quotes: {"prompt": "…"}'],
    ["two objects in a line", '{"prompt":"a"}{"prompt":"b"}\n', 1, "two objects are on one line"],
    ["a line that was cut off", '{"prompt":"a"}\n{"prom', 2, "it ends too early"],
    ["text", "lofi piano\n", 1, "name a file with one prompt per line .txt"],
    ["a table", "prompt,seed\nlofi,5\n", 1, "name a file with one prompt per line .txt, and a table .csv"],
    ["a list that ends in a comma", '[{"prompt":"a"},\n]\n', 2, "has a comma with nothing after it"],
    ["a list that was cut off", '[{"prompt":"a"},\n{"prompt":"b"}', 2, "the list has no closing bracket"],
    ["two lists", '["a"]\n["b"]\n', 2, "text follows the end of the list"],
    ["a text alone", '"lofi piano"\n', 1, 'is only a text; write {"prompt": "…"}'],
    ["a number alone", "5\n", 1, "is not an object"],
    ["an object over several lines", '{\n"prompt":"a"\n}\n', 1, "is one object over several lines"],
    ["a request's body", '{\n"items":[{"prompt":"a"}]\n}\n', 1, "is a request body"],
    ["a table of pandas", '{"prompt":{"0":"a","1":"b"}}', 1, 'orient="records", lines=True'],
    ["a field twice", '{"prompt":"a","prompt":"b"}\n', 1, "has the field prompt twice"],
    ["a field in two spellings", '{"prompt":"a","Prompt":"b"}\n', 1, "two fields are prompt"],
  ])("%s", (_name, text, line, mistake) => {
    const [first] = mistakesOf(parse(text));
    expect(first).toContain(`p.jsonl:${line}: `);
    expect(first).toContain(mistake);
  });

  test("and once for the whole file when every line has the same cause", () => {
    expect(mistakesOf(parse("{'prompt': 'a'}\n".repeat(1000)))).toEqual([
      expect.stringContaining("(also in line 2, 3, 4, 5, 6 and 994 more)"),
    ]);
  });
});

describe("fields", () => {
  test("Prompt and PROMPT are prompt, and null is a value that is not given", () => {
    expect(parse('{"Prompt":"a","seed":null}\n{"PROMPT":"b"}\n')).toEqual(
      items({ prompt: "a" }, { prompt: "b" }),
    );
  });

  test("that are not known are named once, with the nearest and all that are", () => {
    const line = '{"prompt":"a","sede":1,"tempo":2}\n';
    const [mistake, ...others] = mistakesOf(parse(line.repeat(3)));
    expect(others).toEqual([]);
    expect(mistake).toContain("p.jsonl:1: sede, tempo are not known fields; did you mean 'seed' by 'sede'?");
    expect(mistake).toContain("known: custom_id, prompt, seed");
    expect(parse(line, { ignoreOtherColumns: true })).toEqual(items({ prompt: "a" }));
  });

  test("of output are shown where they belong", () => {
    expect(mistakesOf(parse('{"prompt":"a","format":"mp3"}\n'))[0]).toContain(
      'format belongs in output: {"output": {"format": …}}',
    );
  });

  test("of a data set of captions are taken with the options that the message names", () => {
    const line = '{"ytid":"x","caption":"a slow piano"}\n';
    expect(mistakesOf(parse(line))).toEqual([
      "p.jsonl:1: no field is called prompt; there is 'ytid', 'caption'; to take the prompts from 'caption', add --prompt-column caption --ignore-other-columns",
    ]);
    expect(parse(line, { promptColumn: "caption", ignoreOtherColumns: true })).toEqual(
      items({ prompt: "a slow piano" }),
    );
  });
});
