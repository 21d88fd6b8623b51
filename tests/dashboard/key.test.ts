/** Who may see what, and what happens when the API is away. */
import { expect, test } from "vitest";
import { useDashboard } from "./dashboard.ts";

const dashboard = useDashboard();

test("a key in the fragment is out of the address at once, is kept for this tab, and is never sent but as a header", async () => {
  const { api } = dashboard;
  const { page, context } = await dashboard.openBlank();
  const key = await api.key("ada", ["read"]);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(`${api.url}/#key=${key}`);
  await page.getByRole("heading", { name: "Now" }).waitFor();
  expect(page.url()).toBe(`${api.url}/#/`);
  expect(asked.filter((url) => url.includes(key))).toEqual([]);
  expect(asked.filter((url) => new URL(url).origin !== api.url && !url.startsWith("data:"))).toEqual([]);
  await page.reload();
  await page.getByRole("heading", { name: "Now" }).waitFor();
  const other = await context.newPage();
  await other.goto(api.url);
  await other.getByLabel("API key").waitFor();
  await context.close();
});

test("a wrong key is refused in the API's words, and the right one opens the page", async () => {
  const { api } = dashboard;
  const { page, context } = await dashboard.openBlank();
  await page.goto(api.url);
  await page.getByLabel("API key").fill("mgb_wrong");
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByText("the API key is unknown, expired or revoked").waitFor();
  expect(await page.evaluate("sessionStorage.length")).toBe(0);
  await page.getByLabel("API key").fill(await api.key("ada", ["read"]));
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByRole("heading", { name: "Now" }).waitFor();
  await page.getByRole("button", { name: "Forget the key" }).click();
  await page.getByLabel("API key").waitFor();
  expect(await page.evaluate("sessionStorage.length")).toBe(0);
  await context.close();
});

test("a key that may only read sees no page and no button that changes anything", async () => {
  const { page, context } = await dashboard.open({ scopes: ["read"] });
  await page.getByRole("heading", { name: "Now" }).waitFor();
  expect(await page.getByRole("link", { name: "New batch" }).count()).toBe(0);
  expect(await page.getByRole("main").getByRole("button").count()).toBe(0);
  await page.evaluate('location.hash = "#/new"');
  await page.getByText("needs a key with the scope “submit”").waitFor();
  await context.close();
});

test("while the API does not answer the page says since when and keeps what it had; then it goes on", async () => {
  const { page, context } = await dashboard.open({ at: "/batches" });
  await page.getByText("There is no batch yet").waitFor();
  await context.route("**/v1/**", (route) => route.abort());
  await page.getByText("The API does not answer since").waitFor();
  expect(await page.getByText("There is no batch yet").isVisible()).toBe(true);
  await context.unroute("**/v1/**");
  await page.getByText("The API does not answer since").waitFor({ state: "detached" });
  await context.close();
});
