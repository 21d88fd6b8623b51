/** Serves the reference page. */
import { createHash } from "node:crypto";
import { openApiDocument } from "../../../shared/contract/api/openapi.ts";
import type { ApiResponse, Handler } from "../api.ts";
import type { Described } from "./docs/described.ts";
import { docsPage } from "./docs/page.ts";

let made: ApiResponse | null = null;

/** `GET /docs`. As the document it is made of, it is made at the first request for it. */
export const getDocs: Handler<"GET /docs"> = () => {
  made ??= answerWith(docsPage(openApiDocument() as unknown as Described));
  return Promise.resolve(made);
};

function answerWith(body: string): ApiResponse {
  const style = /<style>([^]*)<\/style>/.exec(body)?.[1] ?? "";
  const hash = createHash("sha256").update(style).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  return {
    status: 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "public, max-age=300",
    },
    body,
  };
}
