import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { bucketOrigin } from "../../../../functions/http/page/bucket-origin.ts";
import { dashboardHandler } from "../../../../functions/http/page/serve-dashboard.ts";
import { apiEvent } from "../api-event.ts";

const script = 'console.log("a script")';
const gzip = gzipSync(script).toString("base64");
const handler = dashboardHandler(
  {
    page: "<p>$STAGE</p>",
    files: { "app-1.js": { type: "text/javascript; charset=utf-8", gzip } },
  },
  { stage: `"<prod>`, bucketOrigin: "https://clips.s3.eu-central-1.amazonaws.com" },
);

const ask = (
  path: string,
  method = "GET",
  headers: Record<string, string> = { "Accept-Encoding": "gzip" },
) => {
  const event = apiEvent(`${method} ${path}`, { headers });
  return handler(event);
};

describe("the page", () => {
  test("is asked for anew each time, names the stage, and is allowed nothing but its own files and the bucket", async () => {
    const answer = await ask("/");
    expect([answer.statusCode, answer.body]).toEqual([200, "<p>&#34;&#60;prod&#62;</p>"]);
    expect(answer.headers).toEqual({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-cache",
      "content-security-policy":
        "default-src 'self'; connect-src 'self' https://clips.s3.eu-central-1.amazonaws.com; media-src 'self' blob: https://clips.s3.eu-central-1.amazonaws.com; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "permissions-policy": "camera=(), microphone=(), geolocation=()",
    });
  });

  test("a HEAD is answered without the body, and another method with those that are taken", async () => {
    expect(await ask("/", "HEAD")).toMatchObject({ statusCode: 200, body: "" });
    const refused = await ask("/", "POST");
    expect(refused.headers).toMatchObject({ allow: "GET, HEAD", "content-type": "application/problem+json" });
    expect(JSON.parse(refused.body ?? "")).toMatchObject({
      status: 405,
      code: "method_not_allowed",
      request_id: "request-1",
    });
  });
});

describe("its files", () => {
  test("are kept for good by browsers, and sent compressed", async () => {
    const answer = await ask("/assets/app-1.js");
    expect(answer).toMatchObject({ statusCode: 200, body: gzip, isBase64Encoded: true });
    expect(answer.headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "content-encoding": "gzip",
      "cache-control": "public, max-age=31536000, immutable",
      vary: "accept-encoding",
    });
  });

  test.each([
    ["is not named", {}],
    ["is refused", { "accept-encoding": "br, gzip;q=0" }],
    ["is refused with decimals", { "accept-encoding": "gzip; q=0.000, identity" }],
  ])("are sent as they are to a client by which gzip %s", async (_name, headers) => {
    const answer = await ask("/assets/app-1.js", "GET", headers);
    expect(answer.body).toBe(script);
    expect(answer.headers).not.toHaveProperty("content-encoding");
  });

  test.each([
    ["has no such name", "/assets/app-2.js"],
    ["is a name that every object has", "/assets/constructor"],
  ])("one that %s is not found, and is not remembered as missing", async (_name, path) => {
    const answer = await ask(path);
    expect(answer.headers).toMatchObject({ "cache-control": "no-store" });
    expect(JSON.parse(answer.body ?? "")).toMatchObject({ status: 404, code: "not_found" });
  });
});

test.each([
  ["musicgen-batch-prod", "us-east-1", undefined, "https://musicgen-batch-prod.s3.us-east-1.amazonaws.com"],
  ["clips.example.com", "eu-west-1", undefined, "https://s3.eu-west-1.amazonaws.com"],
  ["clips", "cn-north-1", undefined, "https://clips.s3.cn-north-1.amazonaws.com.cn"],
  ["clips", "eu-west-1", "http://127.0.0.1:4566/", "http://127.0.0.1:4566"],
])("signed addresses of bucket %s in %s (endpoint %s) lead to %s", (bucket, region, endpoint, origin) => {
  expect(bucketOrigin(bucket, region, endpoint)).toBe(origin);
});
