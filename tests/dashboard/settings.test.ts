/** The settings: webhooks are added, tried, and deleted; what was sent is listed, and sent again. */
import { expect, test } from "vitest";
import { deliveryIdSchema } from "../../shared/contract/ids.ts";
import { deliveryMessageSchema } from "../../shared/contract/messages.ts";
import { webhookKeys } from "../../shared/contract/records/keys.ts";
import { webhookSecretsSchema } from "../../shared/contract/records/webhook-records.ts";
import { readRecord } from "../../shared/records/records.ts";
import { writeDelivery } from "../../shared/webhooks/deliveries.ts";
import { createEndpoint, readEndpoints } from "../../shared/webhooks/endpoints.ts";
import { useDashboard } from "./dashboard.ts";

const dashboard = useDashboard();
const url = "https://example.com/hooks";

/** What waits to be sent to an endpoint. */
const waitingFor = (id: string | undefined): string[] =>
  dashboard.api.world.webhooks
    .contents()
    .map(({ body }) => deliveryMessageSchema.parse(JSON.parse(body)))
    .filter(({ webhook_id }) => webhook_id === id)
    .map(({ event }) => event.body.type);

test("a webhook is added, tested, gets a new secret and is deleted; each secret is shown once", async () => {
  const { page, context } = await dashboard.open({ owner: "wen", at: "/settings" });
  const form = page.getByRole("form", { name: "New webhook" });
  await form.getByLabel("Address").fill("http://example.com/hooks");
  await form.getByLabel("item.failed").check();
  await form.getByRole("button", { name: "Add the webhook" }).click();
  await form.getByText("/url").waitFor();
  await form.getByLabel("Address").fill(url);
  await form.getByRole("button", { name: "Add the webhook" }).click();
  await form.getByText(/^whsec_/).waitFor();
  const [made] = await readEndpoints(dashboard.api.world.store, "wen");
  expect(made).toMatchObject({ url, events: ["batch.ended", "item.failed"] });

  const webhook = page.getByRole("region", { name: "Webhooks" }).getByRole("group").filter({ hasText: url });
  await webhook.getByText(`${url} batch.ended, item.failed`).click();
  await webhook.getByText("Nothing was sent to it in the last 30 days").waitFor();
  await webhook.getByRole("button", { name: "Send a test" }).click();
  await webhook.getByText("A test event is on its way").waitFor();
  expect(waitingFor(made?.id)).toEqual(["webhook.test"]);

  await webhook.getByRole("button", { name: "Make a new secret" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Make a new secret" }).click();
  const secret = await webhook.getByText(/^whsec_/).innerText();
  const key = made === undefined ? "" : webhookKeys.secrets("wen", made.id);
  const kept = await readRecord(dashboard.api.world.store, key, webhookSecretsSchema);
  expect(kept?.value.current).toBe(secret);

  await webhook.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("There is none yet.").waitFor();
  expect(await readEndpoints(dashboard.api.world.store, "wen")).toEqual([]);
  await context.close();
});

test("deliveries are listed with how they went, and one is sent again; a key that may only read sees no button", async () => {
  const { ports } = dashboard.api.world;
  const made = await createEndpoint({ url, events: ["batch.ended"] }, "xia", ports);
  if (made === null) throw new Error("expected an endpoint");
  const { id } = made.endpoint;
  const at = "2026-01-01T12:00:00.000Z";
  await writeDelivery(ports.store, "xia", id, {
    v: 1,
    id: deliveryIdSchema.parse("9999999999999-01KDVDNG00AAAAAAAAAAAAAAAA"),
    event: { id: `${id}:test:1`, body: { type: "webhook.test", timestamp: at, data: { webhook_id: id } } },
    attempt: 2,
    at,
    outcome: "given_up",
    status: 500,
    detail: "answered 500",
    milliseconds: 12,
    next_attempt_at: null,
  });
  const reader = await dashboard.open({ owner: "xia", scopes: ["read"], at: "/settings" });
  await reader.page.getByText(`${url} batch.ended`).click();
  await reader.page.getByRole("cell", { name: "given_up: answered 500" }).waitFor();
  expect(await reader.page.getByRole("main").getByRole("button").count()).toBe(0);
  await reader.context.close();
  const { page, context } = await dashboard.open({ owner: "xia", at: "/settings" });
  await page.getByText(`${url} batch.ended`).click();
  await page.getByRole("row").filter({ hasText: "given_up" }).getByRole("button").click();
  await page.getByText("It is sent again").waitFor();
  expect(waitingFor(id)).toEqual(["webhook.test"]);
  await context.close();
});
