import { expect, test } from "vitest";
import { clipped } from "../../../../cli/output/display.ts";
import { usageLines } from "../../../../local/start/usage.ts";
import { wordLines, wordsOf } from "../../../../local/start/words.ts";

test("a line of the view takes two rows of the terminal at most", () => {
  expect(clipped("x".repeat(159), 80)).toBe("x".repeat(159));
  expect(clipped("x".repeat(160), 80)).toBe(`${"x".repeat(158)}…`);
  expect(clipped("x".repeat(400), 0)).toHaveLength(159);
});

const cloud = {
  apiUrl: "http://127.0.0.1:40101",
  keys: { read: "r", submit: "s", operate: `mgb_${"k".repeat(32)}` },
  bucket: "musicgen-batch-local",
  endpoints: {
    aws: "http://127.0.0.1:40102",
    ec2: "http://127.0.0.1:40103",
    ec2Control: "http://127.0.0.1:40104",
  },
};

test("the AWS command line is told its region, and EC2's own endpoint, in words of both its versions", () => {
  const lines = usageLines(cloud, "eu-central-1");
  expect(lines).toContain("  export AWS_REGION=eu-central-1 AWS_DEFAULT_REGION=eu-central-1");
  expect(lines).toContain("  aws --endpoint-url http://127.0.0.1:40103 ec2 describe-instances");
  expect(lines).toContain(
    "  aws --endpoint-url http://127.0.0.1:40102 s3 ls --recursive s3://musicgen-batch-local",
  );
  for (const line of lines) expect(line.length, line).toBeLessThan(160);
});

const signal = new AbortController().signal;

test("the words that the demo model takes are told, and those that it ignores", async () => {
  const prompts = ["lo-fi piano with a theremin", "piano with rain"];
  expect(await wordsOf(prompts, "models/musicgen-demo", process.cwd(), signal)).toEqual({
    taken: ["lo-fi", "piano"],
    ignored: ["with", "a", "theremin", "rain"],
  });
});

test("a model whose words cannot be told keeps no clip from being made", async () => {
  expect(await wordsOf(["a"], "nowhere", process.cwd(), signal)).toBeNull();
  expect(await wordsOf(["a"], "models/musicgen-demo", "/nowhere", signal)).toBeNull();
});

test("words are said once, in two lines, and not at all of a model that takes every word", () => {
  expect(wordLines({ taken: ["piano"], ignored: ["rain"] }, "musicgen-demo")).toEqual([
    "musicgen-demo knows few words. Of your prompts it takes: piano.",
    "It ignores: rain.",
  ]);
  expect(wordLines({ taken: [], ignored: ["rain"] }, "m")[0]).toContain("it takes: none.");
  expect(wordLines({ taken: ["piano", "rain"], ignored: [] }, "m")).toEqual([]);
  const many = Array.from({ length: 40 }, (_, index) => `w${index}`);
  expect(wordLines({ taken: [], ignored: many }, "m")[1]).toMatch(/w23 and 16 more\.$/);
});
