import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { getDocs } from "../../../../functions/http/about/get-docs.ts";
import { docsPage } from "../../../../functions/http/about/docs/page.ts";
import { routeKeys, routes } from "../../../../shared/contract/api/routes.ts";
import type { ApiRequest } from "../../../../functions/http/api.ts";

const answer = await getDocs({} as ApiRequest<Record<string, never>>);
const page = answer.body as string;
const policy = answer.headers?.["content-security-policy"] ?? "";

test("the page has every route once, with its path and its curl", () => {
  for (const key of routeKeys) {
    const [method = "", path = ""] = key.split(" ");
    const [, section = ""] = page.split(`<section id="${routes[key].name}">`);
    expect(section.slice(0, 400)).toContain(`${method}</span> ${path}`);
    expect(section).toContain("$ curl");
  }
});

test("every link on the page leads to a place on it", () => {
  const places = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
  expect(links.length).toBeGreaterThan(routeKeys.length);
  expect(links.filter((id) => !places.has(id))).toEqual([]);
});

test("it has no script, loads nothing, and its policy allows its own style alone", () => {
  expect(page).not.toMatch(/<script|<link|<img|@import|url\(|style="/);
  const style = /<style>([^]*)<\/style>/.exec(page)?.[1] ?? "";
  expect(policy).toContain(`style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`);
  expect(policy).toContain("default-src 'none'");
});

test("it fits a phone's screen, and goes by the reader's choice of dark or light", () => {
  expect(page).toContain('<meta name="viewport" content="width=device-width, initial-scale=1" />');
  expect(page).toContain("prefers-color-scheme: dark");
});

test("what the document says is text, whatever is in it; and what the API sends is told too", () => {
  const operation = {
    operationId: "evil",
    summary: "<script>alert('x')</script> & `code`",
    tags: ["read"],
    responses: { 200: { description: "\"><img src=x onerror='y'>" } },
  };
  const text = docsPage({
    info: { title: "t", version: "1", description: "d" },
    tags: [{ name: "read", description: "see" }],
    paths: { "/x/{id}": { get: operation } },
    webhooks: { "item.succeeded": { post: { ...operation, operationId: "told" } } },
    components: { schemas: {} },
  });
  expect(text).not.toContain("<script>");
  expect(text).not.toContain("<img");
  expect(text).toContain("&#60;script&#62;");
  expect(text).toContain("<code>code</code>");
  expect(text).toContain('<section id="told">');
});
