/**
 * Writes answers in the EC2 query protocol: plain values as XML, a list as one `<item>` for each element. It is written
 * here because EC2 needs no more than this: no attributes, no mixed content, and nothing to parse.
 */

export type XmlValue =
  string | number | boolean | null | readonly XmlValue[] | { readonly [name: string]: XmlValue };

const namespace = "http://ec2.amazonaws.com/doc/2016-11-15/";
/** XML 1.0 cannot contain these characters. */
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** The answer of an action. Null fields are left out, as on EC2. */
export function answerXml(
  action: string,
  requestId: string,
  fields: Readonly<Record<string, XmlValue>>,
): string {
  const inner = children({ requestId, ...fields });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response xmlns="${namespace}">${inner}</${action}Response>`;
}

export function errorXml(code: string, message: string, requestId: string): string {
  const inner = children({ Errors: { Error: { Code: code, Message: message } }, RequestID: requestId });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Response>${inner}</Response>`;
}

function children(fields: Readonly<Record<string, XmlValue>>): string {
  return Object.entries(fields)
    .map(([name, value]) => element(name, value))
    .join("");
}

function element(name: string, value: XmlValue): string {
  return value === null ? "" : `<${name}>${content(value)}</${name}>`;
}

function content(value: Exclude<XmlValue, null>): string {
  if (typeof value !== "object") return escape(String(value));
  if (isList(value)) return value.map((item) => element("item", item)).join("");
  return children(value);
}

const isList = (value: object): value is readonly XmlValue[] => Array.isArray(value);

const escape = (text: string): string =>
  text.replace(unwritable, "").replace(/[&<>"]/g, (character) => entities[character] ?? character);
