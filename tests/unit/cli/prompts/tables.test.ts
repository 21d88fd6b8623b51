import { describe, expect, test } from "vitest";
import { type PromptFile, parsePromptFile } from "../../../../cli/prompts/prompt-file.ts";
import type { ReadOptions } from "../../../../cli/prompts/line.ts";

const parse = (text: string, options?: ReadOptions) =>
  parsePromptFile("p.csv", new TextEncoder().encode(text), options);
const items = (...list: unknown[]) => ({ kind: "items", items: list });
const mistakesOf = (parsed: PromptFile): readonly string[] =>
  parsed.kind === "mistakes" ? parsed.mistakes : ["(none)"];

describe("a cell of blanks is a value that is not given", () => {
  test.each(["seed", "top_k", "top_p", "variations", "duration_seconds", "custom_id", "format", "normalize"])(
    "in the column %s",
    (column) => {
      expect(parse(`prompt,${column}\nlofi piano, \njazz trio,\nrock,\u00a0\t\n`)).toEqual(
        items({ prompt: "lofi piano" }, { prompt: "jazz trio" }, { prompt: "rock" }),
      );
    },
  );

  test("and in the column prompt it is a mistake, unless the whole row is blank", () => {
    expect(parse("prompt,seed\na,1\n , \n,,\n")).toEqual(items({ prompt: "a", seed: 1 }));
    expect(mistakesOf(parse("prompt,seed\na,1\n ,2\n"))).toEqual(["p.csv:3: prompt is missing"]);
  });
});

describe("a table as Excel saves it", () => {
  test("may end in empty rows and empty columns, with or without names of their own", () => {
    expect(parse("prompt,seed,,\r\nlofi,5,,\r\n,,,\r\n\r\n,,,\r\n")).toEqual(
      items({ prompt: "lofi", seed: 5 }),
    );
  });

  test("with semicolons has decimal commas", () => {
    expect(parse("prompt;temperature;top_p\nlofi, soft;0,5;,25\n")).toEqual(
      items({ prompt: "lofi, soft", temperature: 0.5, top_p: 0.25 }),
    );
  });

  test.each([
    ["sep=;\r\nprompt;seed\r\nlofi, soft;5\r\n"],
    ['"sep=;"\nprompt;seed\nlofi, soft;5\n'],
    ["sep=\t\nprompt\tseed\nlofi, soft\t5\n"],
    ["SEP=|\nprompt|seed\nlofi, soft|5\n"],
  ])("may name its separator in the first line: %j", (text) => {
    expect(parse(text)).toEqual(items({ prompt: "lofi, soft", seed: 5 }));
  });

  test("with a named separator counts the lines of the file all the same", () => {
    expect(mistakesOf(parse("sep=;\nprompt;seed\na;5\nb;x\n"))).toEqual([
      "p.csv:4: seed is 'x', which is not a number",
    ]);
  });

  test("has cells of several lines, and a mistake below them is told at its own line", () => {
    expect(parse('prompt,seed\r\n"slow\r\npad",5\r\n')).toEqual(items({ prompt: "slow\npad", seed: 5 }));
    expect(mistakesOf(parse('prompt,seed\r\n"slow\r\npad\r\n",5\r\nb,x\r\n'))[0]).toContain("p.csv:5: seed");
    expect(mistakesOf(parse('prompt,seed\r\na,1\r\n"slow\r\npad\r\n",x\r\n'))[0]).toContain("p.csv:3: seed");
  });

  test("may have a column's name on several lines, and blank lines before it", () => {
    expect(parse('\n;;\n"Custom\nID";Prompt\na;lofi, soft\n')).toEqual(
      items({ custom_id: "a", prompt: "lofi, soft" }),
    );
  });

  test("may mix its line ends", () => {
    expect(parse("prompt,seed\r\na,1\nb,2\rc,3")).toEqual(
      items({ prompt: "a", seed: 1 }, { prompt: "b", seed: 2 }, { prompt: "c", seed: 3 }),
    );
  });

  test("may lack separators at the end of rows where 16 rows have nothing there", () => {
    const rows = (count: number, row: string): string => row.repeat(count);
    const parsed = parse(`prompt,custom_id,seed\n${rows(15, "a,,5\n")}${rows(16, "b\n")}${rows(3, "c,,\n")}`);
    expect(parsed.kind === "items" && parsed.items.map(({ prompt }) => prompt).join("")).toBe(
      `${"a".repeat(15)}${"b".repeat(16)}ccc`,
    );
    expect(mistakesOf(parse(`prompt,seed\n${rows(15, "a,5\n")}b,5\nc\nd,5\n`))[0]).toContain(
      "p.csv:18: has 1 cell",
    );
  });
});

describe("a number", () => {
  test.each<[cell: string, field: string, value: number]>([
    ["5.0", "seed", 5],
    [" 7 ", "seed", 7],
    ["250", "top_k", 250],
    ["1e-1", "temperature", 0.1],
    [".5", "top_p", 0.5],
    ["2.125", "duration_seconds", 2.125],
  ])("'%s' is read", (cell, field, value) => {
    expect(parse(`prompt,${field}\na,${cell}\n`)).toEqual(items({ prompt: "a", [field]: value }));
  });

  test.each<[cell: string, field: string, why: string]>([
    ["0x10", "seed", "is not a number"],
    ["1_000", "seed", "is not a number"],
    ["10 s", "duration_seconds", "is not a number"],
    ["TRUE", "seed", "is not a number"],
    ["Infinity", "duration_seconds", "is not a number"],
    ['"0,5"', "temperature", "is not a number"],
    ['"1,000"', "seed", "can be read in two ways"],
    ["1.000", "seed", "can be read in two ways"],
    ['"1,000"', "duration_seconds", "can be read in two ways"],
    ["1.23457E+11", "seed", "shortened by a spreadsheet"],
    ["#REF!", "seed", "a spreadsheet's error"],
    ["#N/A", "top_k", "a spreadsheet's error"],
    ["#BEZUG!", "top_k", "a spreadsheet's error"],
  ])("'%s' in %s is refused, for it is not sure what was meant", (cell, field, why) => {
    expect(mistakesOf(parse(`prompt,${field}\na,${cell}\n`))).toEqual([
      expect.stringMatching(new RegExp(`^p\\.csv:2: ${field} is '.*', .*`)),
    ]);
    expect(mistakesOf(parse(`prompt,${field}\na,${cell}\n`))[0]).toContain(why);
  });
});

describe("a table as pandas saves it", () => {
  test.each([
    [",prompt,seed\n0,lofi piano,5\n1,jazz trio,6\n"],
    ["Unnamed: 0,prompt,seed\n7,lofi piano,5\n3,jazz trio,6\n"],
    ["Unnamed: 0.1,Unnamed: 0,prompt,seed\n0,7,lofi piano,5\n1,3,jazz trio,6\n"],
  ])("may begin with its index: %j", (text) => {
    const notes: string[] = [];
    expect(parse(text, { onNote: (note) => notes.push(note) })).toEqual(
      items({ prompt: "lofi piano", seed: 5 }, { prompt: "jazz trio", seed: 6 }),
    );
    expect(notes).toEqual([expect.stringContaining("left out: column 1 (numbers the rows)")]);
  });

  test.each([
    ["that are not whole numbers", ",prompt\nx1,lofi\nx2,jazz\n"],
    ["that repeat", ",prompt\n5,lofi\n5,jazz\n"],
  ])("a nameless column with cells %s is refused, for it may be meant", (_name, text) => {
    expect(mistakesOf(parse(text))).toEqual([
      expect.stringContaining("p.csv:1: column 1 has values but no name"),
    ]);
    expect(parse(text, { ignoreOtherColumns: true }).kind).toBe("items");
  });

  test.each(["nan", "NaN", "None", "<NA>", "NULL", "NaT"])("%s is a value that is not given", (mark) => {
    expect(parse(`prompt,seed,custom_id\nlofi,${mark},${mark}\njazz,6.0,b\n`)).toEqual(
      items({ prompt: "lofi" }, { prompt: "jazz", seed: 6, custom_id: "b" }),
    );
    expect(mistakesOf(parse(`prompt,seed\n${mark},5\n`))).toEqual([
      `p.csv:2: prompt is '${mark}', which means a missing value; remove the row`,
    ]);
  });

  test("the choice none is kept apart from Python's None", () => {
    expect(parse("prompt,normalize\nlofi,none\n")).toEqual(
      items({ prompt: "lofi", output: { normalize: "none" } }),
    );
    expect(mistakesOf(parse("prompt,normalize\nlofi,None\n"))[0]).toContain("p.csv:2: output/normalize");
  });
});

const musicCaps = [
  "ytid,start_s,end_s,audioset_positive_labels,aspect_list,caption,author_id,is_balanced_subset,is_audioset_eval",
  `clip1,30,40,"/m/0140xf","['piano', 'slow']","A slow piano plays alone, take 1.",1,False,True`,
  `clip2,30,40,"/m/0140xf","['piano', 'slow']","A slow piano plays alone, take 2.",2,False,True`,
].join("\n");

describe("a table with columns of its own", () => {
  test("is refused once, with the options that take it", () => {
    expect(mistakesOf(parse(musicCaps))).toEqual([
      "p.csv:1: no column is called prompt; there is 'ytid', 'start_s', 'end_s', 'audioset_positive_labels', 'aspect_list', 'caption', 'author_id', 'is_balanced_subset', 'is_audioset_eval'; to take the prompts from 'caption', add --prompt-column caption --ignore-other-columns",
    ]);
    expect(mistakesOf(parse(musicCaps, { promptColumn: "caption" }))).toHaveLength(1);
    expect(mistakesOf(parse(musicCaps, { promptColumn: "text" }))[0]).toContain(
      "no column is called text; there is 'ytid'",
    );
  });

  test("is taken with those options, which say what they left out", () => {
    const notes: string[] = [];
    const options = {
      promptColumn: "Caption",
      ignoreOtherColumns: true,
      onNote: (note: string) => notes.push(note),
    };
    expect(parse(musicCaps, options)).toEqual(
      items({ prompt: "A slow piano plays alone, take 1." }, { prompt: "A slow piano plays alone, take 2." }),
    );
    expect(notes).toEqual([
      "left out: ytid, start_s, end_s, audioset_positive_labels, aspect_list, author_id, is_balanced_subset, is_audioset_eval",
    ]);
  });

  test("names all that are not known in one message, with the nearest of ours", () => {
    const [mistake, ...others] = mistakesOf(parse("prompt,sede,tempo\na,1,2\nb,1,2\n"));
    expect(others).toEqual([]);
    expect(mistake).toContain("p.csv:1: sede, tempo are not known columns; did you mean 'seed' by 'sede'?");
    expect(mistake).toContain("known: custom_id, prompt, seed, variations, duration_seconds");
    expect(mistake).toContain("add --ignore-other-columns");
  });

  test("needs only the name when all others are ours", () => {
    expect(mistakesOf(parse("caption,seed\nlofi,5\n"))[0]).toMatch(/add --prompt-column caption$/);
    expect(parse("caption,seed\nlofi,5\n", { promptColumn: "caption" })).toEqual(
      items({ prompt: "lofi", seed: 5 }),
    );
  });

  test("whose prompt column is another one leaves its own prompt column to the other columns", () => {
    const text = "prompt,caption\nnot this,lofi\n";
    expect(mistakesOf(parse(text, { promptColumn: "caption" }))[0]).toContain("prompt is not a known column");
    expect(parse(text, { promptColumn: "caption", ignoreOtherColumns: true })).toEqual(
      items({ prompt: "lofi" }),
    );
  });

  test("without a header is told that the first line names the columns", () => {
    expect(mistakesOf(parse("lofi piano\njazz trio\n"))).toEqual([
      expect.stringContaining("p.csv:1: no column is called prompt; there is 'lofi piano'"),
    ]);
  });
});

describe("columns", () => {
  test.each(["Prompt", "PROMPT", " prompt ", "\uFEFFprompt", '"Prompt"'])("%j is prompt", (name) => {
    expect(parse(`${name},Top K\nlofi,5\n`)).toEqual(items({ prompt: "lofi", top_k: 5 }));
  });

  test("can set what is in output, each by its own name", () => {
    expect(parse("prompt,format,normalize,fade_out_seconds\nlofi,mp3,peak,0.5\n")).toEqual(
      items({ prompt: "lofi", output: { format: "mp3", normalize: "peak", fade_out_seconds: 0.5 } }),
    );
  });

  test("that are the same twice are refused, also in another spelling", () => {
    expect(mistakesOf(parse("prompt,seed,Seed\na,1,2\n"))).toEqual([
      "p.csv:1: two columns are seed: 2 ('seed') and 3 ('Seed'); remove one",
    ]);
    expect(mistakesOf(parse("prompt,prompt\na,b\n"))[0]).toContain("p.csv:1: two columns are prompt");
  });
});

describe("a broken row is refused at the line where it begins", () => {
  test.each<[name: string, text: string, mistake: string]>([
    [
      "with too many cells",
      "prompt,seed\na,1\nlofi, soft,5\n",
      "p.csv:3: has 3 cells, but the first line names 2 columns; put a text that holds the separator in quotes",
    ],
    [
      "with too few cells",
      "prompt,seed\na\nb,2\n",
      "p.csv:2: has 1 cell, but the first line names 2 columns",
    ],
    [
      "broken by a line end without quotes",
      "custom_id,prompt,seed\na,slow\npiano,1\n",
      "p.csv:2: has 2 cells, but the first line names 3 columns; put a text with a line break in quotes (also in line 3)",
    ],
    [
      "with a quote that is not closed",
      'prompt,seed\na,1\n\n"b,2\nc,3\n',
      "p.csv:4: a cell that begins here",
    ],
    ["with a quote in the middle", 'prompt,seed\n5" vinyl,2\n', 'p.csv:2: a quote (") stands in a cell'],
    ["with text after a quote", 'prompt,seed\n"a "b" c",2\n', 'p.csv:2: text follows the closing quote (")'],
  ])("%s", (_name, text, mistake) => {
    expect(mistakesOf(parse(text))).toEqual([expect.stringContaining(mistake)]);
  });

  test("but blank cells after the last column are no cells", () => {
    expect(parse("prompt,seed\na,1,,\nb,2, \n")).toEqual(
      items({ prompt: "a", seed: 1 }, { prompt: "b", seed: 2 }),
    );
  });
});

test("a table of more rows than anybody could mean is not read to its end", () => {
  expect(mistakesOf(parse(`prompt\n${"a\n".repeat(100_000)}`))).toEqual([
    "p.csv:100001: has more than 100000 rows; split it",
  ]);
});

test("a .tsv is a table with tabs", () => {
  const bytes = new TextEncoder().encode("prompt\tseed\nlofi, soft\t5\n");
  expect(parsePromptFile("p.tsv", bytes)).toEqual(items({ prompt: "lofi, soft", seed: 5 }));
});
