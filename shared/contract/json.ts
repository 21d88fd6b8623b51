/** @returns undefined, which no schema accepts, for a text that is not JSON: `null` is JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
