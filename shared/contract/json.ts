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

/**
 * Whether JSON has a field named `__proto__`. Such a field would get lost on the way: schemas leave it out, and do not
 * call it unknown.
 */
export function namesPrototype(text: string): boolean {
  // Its letters may be escaped, as in "\\u005f_proto__". Few texts hold any of these, so few are parsed again.
  if (!/__proto__|\\u00(5f|70|72|6f|74)/i.test(text)) return false;
  let found = false;
  JSON.parse(text, (name, value: unknown) => {
    found ||= name === "__proto__";
    return value;
  });
  return found;
}
