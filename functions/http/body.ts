/** Reads the body of a request. */
import { limits } from "../../shared/contract/api/parameters.ts";
import { namesPrototype } from "../../shared/contract/json.ts";
import { problem, type ApiResponse } from "./responses.ts";

export type BodyReading =
  | { readonly kind: "read"; readonly text: string; readonly json: unknown }
  | { readonly kind: "refused"; readonly response: ApiResponse };

/**
 * The body as text and as JSON; a missing or empty body is `undefined`.
 * @param isBase64 API Gateway encodes bodies of most content types in base64, except JSON
 */
export function readBody(body: string | null | undefined, isBase64: boolean): BodyReading {
  if (body === undefined || body === null || body === "") return { kind: "read", text: "", json: undefined };
  const bytes = Buffer.from(body, isBase64 ? "base64" : "utf8");
  if (bytes.length > limits.bodyBytes)
    return refuse(
      problem("body_too_large", `the body has ${bytes.length} bytes; the maximum is ${limits.bodyBytes}`),
    );
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refuse(problem("malformed_json", "the body is not UTF-8"));
  }
  try {
    const json: unknown = JSON.parse(text);
    if (namesPrototype(text))
      return refuse(problem("invalid_input", "the body has a field named __proto__, which cannot be stored"));
    return { kind: "read", text, json };
  } catch (error) {
    return refuse(problem("malformed_json", `the body is not JSON: ${(error as SyntaxError).message}`));
  }
}

const refuse = (response: ApiResponse): BodyReading => ({ kind: "refused", response });
