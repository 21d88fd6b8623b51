/** Serves the dashboard out of the function's own bundle. It reads nothing, so anyone may load it. */
import { gunzipSync } from "node:zlib";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { withoutTrailingSlash } from "../../../shared/contract/api/routes.ts";
import { problem, problemContentType } from "../responses.ts";
import type { Dashboard, DashboardFile } from "./dashboard.ts";

export interface DashboardSite {
  readonly stage: string;
  /** Where audio comes from and uploads go to, such as `https://bucket.s3.eu-central-1.amazonaws.com`. */
  readonly bucketOrigin: string;
}
type PageEvent = Pick<APIGatewayProxyEventV2, "rawPath" | "headers" | "requestContext">;
type Answer = APIGatewayProxyStructuredResultV2;

export function dashboardHandler(dashboard: Dashboard, site: DashboardSite) {
  const page = dashboard.page.replace("$STAGE", escaped(site.stage));
  const headers = pageHeaders(site.bucketOrigin);
  return (event: PageEvent): Promise<Answer> => {
    const { method } = event.requestContext.http;
    const answer = answerTo(event, dashboard, page);
    const complete = { ...answer, headers: { ...headers, ...answer.headers } };
    // A HEAD is answered like a GET, without the body.
    return Promise.resolve(method === "HEAD" ? { ...complete, body: "", isBase64Encoded: false } : complete);
  };
}

function answerTo(event: PageEvent, { files }: Dashboard, page: string): Answer {
  const { rawPath: path, requestContext: context } = event;
  const { method } = context.http;
  if (method !== "GET" && method !== "HEAD") return wrongMethod(method, context.requestId);
  if (path === "/") return pageAnswer(page);
  const name = withoutTrailingSlash(path).replace(/^\/assets\//, "");
  const file = Object.hasOwn(files, name) ? files[name] : undefined;
  return file === undefined ? notFound(context.requestId) : fileAnswer(file, acceptsGzip(event));
}

const pageAnswer = (body: string): Answer => ({
  statusCode: 200,
  // Its scripts are named by their content, so it must be the newest.
  headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" },
  body,
});

function fileAnswer({ type, gzip }: DashboardFile, compressed: boolean): Answer {
  const headers = {
    "content-type": type,
    "cache-control": "public, max-age=31536000, immutable",
    vary: "accept-encoding",
  };
  if (compressed)
    return {
      statusCode: 200,
      headers: { ...headers, "content-encoding": "gzip" },
      body: gzip,
      isBase64Encoded: true,
    };
  return { statusCode: 200, headers, body: gunzipSync(Buffer.from(gzip, "base64")).toString() };
}

function acceptsGzip({ headers }: PageEvent): boolean {
  const accepted = Object.entries(headers).find(([name]) => name.toLowerCase() === "accept-encoding")?.[1];
  return /\b(gzip|\*)(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(accepted ?? "");
}

const notFound = (requestId: string): Answer =>
  refusal("not_found", "no such file: the dashboard may have been replaced; reload the page", requestId);

function wrongMethod(method: string, requestId: string): Answer {
  const refused = refusal("method_not_allowed", `the dashboard takes GET, HEAD, not ${method}`, requestId);
  return { ...refused, headers: { ...refused.headers, allow: "GET, HEAD" } };
}

function refusal(code: "not_found" | "method_not_allowed", detail: string, requestId: string): Answer {
  const { status, body } = problem(code, detail);
  return {
    statusCode: status,
    headers: { "content-type": problemContentType, "cache-control": "no-store" },
    body: JSON.stringify({ ...(body as object), request_id: requestId }),
  };
}

/** Scripts and styles come from here alone; audio and uploads also use the bucket. */
function pageHeaders(bucketOrigin: string): Record<string, string> {
  const policy = [
    "default-src 'self'",
    `connect-src 'self' ${bucketOrigin}`,
    `media-src 'self' blob: ${bucketOrigin}`,
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
  };
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
