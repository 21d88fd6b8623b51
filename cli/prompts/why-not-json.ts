/** Why a text is not JSON, in the words of whoever wrote it. The engine's own message comes last. */

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** What is often meant, tried in turn: whether it is that, and the remedy. */
const causes: readonly [is: (text: string) => boolean, remedy: string][] = [
  [
    (text) => isJson(text.replace(/,$/, "")),
    "it ends in a comma; with one object per line there are no commas between them",
  ],
  [
    (text) => isJson(text.replaceAll(/,(?=\s*[}\]])/g, "")),
    "a comma stands before a closing bracket; remove it",
  ],
  [(text) => /^[{[\s]*[“”„‘’«]/.test(text), 'it has typographic quotes (“ ”); JSON takes straight ones (")'],
  [
    (text) => /^\{\s*'/.test(text),
    "it is Python's own form, with single quotes; Python's json.dumps writes JSON",
  ],
  [
    (text) => /[:[,]\s*(?:-?NaN|None|True|False|-?Infinity|undefined)\b/.test(text),
    "NaN, None, True and the like are not JSON; leave the field out, or write null",
  ],
  [(text) => /^\{\s*[A-Za-z_]\w*\s*:/.test(text), 'names need quotes: {"prompt": "…"}'],
  [(text) => /\}[\s,]*\{/.test(text), "two objects are on one line; write one object per line"],
  [(text) => /^[{[]$/.test(text), "one object is spread over several lines; write it on one line"],
  [(text) => !/^[{["]/.test(text), "name a file with one prompt per line .txt, and a table .csv"],
];

/** @param text of one line, trimmed */
export function whyNotJson(text: string): string {
  const remedy = causes.find(([is]) => is(text))?.[1];
  return `is not JSON: ${remedy ?? ownMessage(text)}`;
}

function ownMessage(text: string): string {
  try {
    JSON.parse(text);
    return "";
  } catch (error) {
    const message = (error as Error).message;
    return message.includes("Unexpected end") || message.includes("Unterminated")
      ? "it ends too early; the line may have been cut off"
      : message;
  }
}
