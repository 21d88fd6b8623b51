/** HTML that is made of text: what is put in is escaped, unless it is HTML already. */
export interface Html {
  readonly html: string;
}
type Part = string | number | Html | null | readonly Part[];

export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: texts.map((text, place) => text + htmlOf(parts[place] ?? null)).join("") };
}

function htmlOf(part: Part): string {
  if (part === null) return "";
  if (Array.isArray(part)) return (part as readonly Part[]).map(htmlOf).join("");
  if (typeof part === "object") return (part as Html).html;
  return String(part).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A sentence of the document, whose `code` stands between backticks. */
export const sentence = (text: string): Html[] =>
  text.split("`").map((part, place) => (place % 2 === 0 ? html`${part}` : html`<code>${part}</code>`));
