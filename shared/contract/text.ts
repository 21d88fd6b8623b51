/** What people write: one schema for all of it, so that whatever it lets through every later layer carries. */
import * as z from "zod";

/**
 * Control characters but tab and line breaks, halves of a surrogate pair, noncharacters: one or another of JSON,
 * UTF-8, SQS, the engine and the tags of an audio file does not hold them.
 */
const unfit =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\p{Surrogate}\p{Noncharacter_Code_Point}]/u;

/** All that shows nothing by itself; more than the engine's own idea of blank (Python's `str.isspace`). */
const shown = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Format}]/u;

export interface TextBounds {
  /** 0: it may be empty or blank. */
  readonly least: 0 | 1;
  /** In characters (code points), as the engine counts them. */
  readonly most: number;
}

export const textSchema = ({ least, most }: TextBounds) =>
  z
    .string()
    .refine((text) => least === 0 || unfit.test(text) || shown.test(text), "must not be empty")
    .refine((text) => charactersIn(text) <= most, {
      error: ({ input }) => `must have at most ${most} characters, got ${charactersIn(String(input))}`,
    })
    .refine((text) => !unfit.test(text), { error: ({ input }) => unfitIn(String(input)) })
    .meta({ minLength: least, maxLength: most });

function charactersIn(text: string): number {
  let count = 0;
  for (const _character of text) count += 1;
  return count;
}

function unfitIn(text: string): string {
  const found = unfit.exec(text);
  const place = charactersIn(text.slice(0, found?.index)) + 1;
  const code = found?.[0].codePointAt(0) ?? 0;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  if (code >= 0xd800 && code <= 0xdfff)
    return `must be whole: character ${place} is one half of a character (${name}), as of an emoji cut in two`;
  const kind = code < 0xa0 ? "control character" : "noncharacter";
  return `must not hold the ${kind} ${name} (character ${place})`;
}

/** A text of no more than so many characters, whole ones; `…` stands for what is left out. */
export function cutText(text: string, most: number): string {
  const whole = text.toWellFormed();
  // A character is one unit or two: a part of the text tells whether it has too many.
  const characters = Array.from(whole.slice(0, 2 * most + 1));
  return characters.length <= most ? whole : `${characters.slice(0, most - 1).join("")}…`;
}
