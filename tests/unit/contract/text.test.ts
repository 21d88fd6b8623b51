import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batchRequestSchema } from "../../../shared/contract/api/batch-request.ts";
import { messageText } from "../../../shared/contract/messages.ts";
import { cutText, textSchema } from "../../../shared/contract/text.ts";

const prompt = textSchema({ least: 1, most: 10 });
const faultIn = (text: string): string | null => prompt.safeParse(text).error?.issues[0]?.message ?? null;

describe("textSchema", () => {
  test.each<[name: string, text: string]>([
    ["an emoji of several characters", "👩‍🎤 sings"],
    ["a line break, a tab and a carriage return", "a\tb\r\nc"],
    ["a text with a byte order mark in it", "\uFEFFlofi"],
    ["right-to-left text with its marks", "\u200Fموسيقى"],
    ["ten characters of four bytes", "🎵".repeat(10)],
    ["a character of private use", "\uE000"],
  ])("takes %s as it is", (_name, text) => {
    expect(prompt.parse(text)).toBe(text);
  });

  test.each<[name: string, text: string, fault: string]>([
    ["nothing", "", "must not be empty"],
    ["blanks of every script", " \u00A0\u1680\u2003\u2028\u3000\n", "must not be empty"],
    ["characters that show nothing", "\u200B\u200D\uFEFF\u2060\u180E", "must not be empty"],
    ["eleven characters", "🎵".repeat(11), "must have at most 10 characters, got 11"],
    [
      "an emoji cut in two at the end",
      "lofi \ud83c",
      "must be whole: character 6 is one half of a character (U+D83C), as of an emoji cut in two",
    ],
    [
      "an emoji cut in two at the beginning",
      "\udfb5 lofi",
      "must be whole: character 1 is one half of a character (U+DFB5), as of an emoji cut in two",
    ],
    ["a next-line character alone", "\u0085", "must not hold the control character U+0085 (character 1)"],
    ["a NUL", "a\0", "must not hold the control character U+0000 (character 2)"],
    [
      "a separator of Python's blanks",
      "🎵\u001C",
      "must not hold the control character U+001C (character 2)",
    ],
    ["a delete", "\u007F", "must not hold the control character U+007F (character 1)"],
    ["what SQS refuses", "harp\uFFFF", "must not hold the noncharacter U+FFFF (character 5)"],
    ["a noncharacter among others", "\uFDD0", "must not hold the noncharacter U+FDD0 (character 1)"],
    ["a noncharacter of another plane", "\u{1FFFE}", "must not hold the noncharacter U+1FFFE (character 1)"],
  ])("refuses %s", (_name, text, fault) => {
    expect(faultIn(text)).toBe(fault);
  });

  test("an optional text may be empty or blank, and nothing else more", () => {
    const note = textSchema({ least: 0, most: 3 });
    expect(note.safeParse("").success).toBe(true);
    expect(note.safeParse(" ").success).toBe(true);
    expect(note.safeParse("\u0000").success).toBe(false);
  });
});

describe("every text of a submit's body", () => {
  const items = [{ prompt: "p" }];
  test.each<[place: string, bodyWith: (text: string) => object]>([
    ["prompt", (text) => ({ items: [{ prompt: text }] })],
    ["custom_id", (text) => ({ items: [{ prompt: "p", custom_id: text }] })],
    ["name", (text) => ({ items, name: text })],
    ["metadata's names", (text) => ({ items, metadata: { [text]: "v" } })],
    ["metadata's values", (text) => ({ items, metadata: { k: text } })],
    ["max_cost_usd", (text) => ({ items, max_cost_usd: text })],
    ["speed", (text) => ({ items, speed: text })],
  ])("%s holds nothing that a later layer cannot carry", (_place, bodyWith) => {
    for (const text of ["a\ud83c", "a\0", "\u0085", "a\uFFFF", "a\u001F"])
      expect(batchRequestSchema.safeParse(bodyWith(text)).success).toBe(false);
  });
});

test("a message is printable ASCII, whatever text is in it, and gives it back", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const message = messageText({ text });
      expect(message).toMatch(/^[\x20-\x7E]*$/);
      expect(JSON.parse(message)).toEqual({ text });
    }),
  );
  expect(messageText({ prompt: "harp\uFFFF 🎵\u007F\n" })).toBe(
    String.raw`{"prompt":"harp\uffff \ud83c\udfb5\u007f\n"}`,
  );
});

test.each([
  ["as it is when it fits", "🎵🎵🎵", 3, "🎵🎵🎵"],
  ["at whole characters", "🎵🎵🎵🎵", 3, "🎵🎵…"],
  ["even if it is long", "x".repeat(1000), 5, "xxxx…"],
  ["without halves that were in it", "a\ud83cbcdef", 4, "a\uFFFDb…"],
])("a long text is cut %s", (_name, text, most, expected) => {
  expect(cutText(text, most)).toBe(expected);
});
