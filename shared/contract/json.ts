/**
 * Parse without an error to keep: JavaScript's own error quotes the text, and a prompt must not get into a log.
 * @returns undefined, which no schema accepts, for a text that is not JSON: `null` is JSON.
 */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
