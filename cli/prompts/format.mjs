// What a file's ending says of it. Plain JavaScript: `npm start` asks before anything is installed, and so does the
// dashboard, in a browser.

/** @type {Readonly<Record<string, "text" | "json" | "table">>} */
const formats = {
  ".txt": "text",
  ".jsonl": "json",
  ".ndjson": "json",
  ".json": "json",
  ".csv": "table",
  ".tsv": "table",
};

/**
 * What the file holds; null: not a prompts file.
 * @param {string} name @returns {"text" | "json" | "table" | null}
 */
export const formatOf = (name) => formats[/[^/\\](\.[^./\\]*)$/.exec(name)?.[1]?.toLowerCase() ?? ""] ?? null;
