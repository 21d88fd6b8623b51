import { expect, test } from "vitest";
import type { DeliveryView, WebhookWithSecretView } from "../../../../shared/contract/api/webhooks.ts";
import { deliveryIdSchema, webhookIdOf } from "../../../../shared/contract/ids.ts";
import { collector, type MgbWorld, page, useMgbWorld } from "../mgb-world.ts";

let world: MgbWorld;
useMgbWorld((made) => {
  world = made;
});

const id = webhookIdOf("01J00000000000000000000000");
const delivery = "1767225600000-01J00000000000000000000000";
const event = "evt_01J00000000000000000000000";
const made: WebhookWithSecretView = {
  id,
  url: "https://example.com/hooks",
  events: ["batch.ended"],
  description: null,
  enabled: true,
  disabled_reason: null,
  created_at: "2026-01-01T00:00:00.000Z",
  secret_made_at: "2026-01-01T00:00:00.000Z",
  old_secret_until: null,
  secret: "whsec_secret",
};
const { secret: _secret, ...shown } = made;

test("an endpoint is made for the events that are named, and its secret printed alone", async () => {
  world.script = { "POST /v1/webhooks": { status: 201, body: made } };
  const out = collector(true);
  const args = ["webhooks", "add", made.url, "--events", "batch.ended, item.failed", "--description", "CI"];
  const { exitCode, err } = await world.run(args, { out: out.stream });
  expect([exitCode, out.text()]).toEqual([0, "whsec_secret\n"]);
  expect(err).toContain(`mgb webhooks test ${id}`);
  expect(JSON.parse(world.asked[0]?.body ?? "")).toEqual({
    url: made.url,
    events: ["batch.ended", "item.failed"],
    description: "CI",
  });
  expect(world.asked[0]?.headers["idempotency-key"]).toMatch(/^[0-9A-Z]{26}$/);
});

test("a secret whose answer was lost is made anew", async () => {
  world.script = { [`POST /v1/webhooks/${id}/rotate`]: { body: { ...made, secret: null } } };
  const { exitCode, out, err } = await world.run(["webhooks", "rotate", id]);
  expect([exitCode, out]).toEqual([1, ""]);
  expect(err).toContain(`mgb webhooks rotate ${id}`);
});

test("endpoints are listed with their state", async () => {
  const gone = { ...shown, enabled: false, disabled_reason: "gone" };
  world.script = { "GET /v1/webhooks": page(gone) };
  const out = collector(true);
  await world.run(["webhooks", "list"], { out: out.stream });
  expect(out.text()).toContain("disabled (gone)  https://example.com/hooks");
});

test("an endpoint is tested, shown its deliveries, sent one again, and deleted", async () => {
  const attempt: DeliveryView = {
    id: deliveryIdSchema.parse(delivery),
    event_id: event,
    event_type: "batch.ended",
    attempt: 1,
    at: "2026-01-01T00:00:00.000Z",
    outcome: "retried",
    status: 500,
    detail: "it answered 500",
    milliseconds: 12,
    next_attempt_at: "2026-01-01T00:00:05.000Z",
  };
  world.script = {
    [`POST /v1/webhooks/${id}/test`]: { status: 202, body: { event_id: event } },
    [`GET /v1/webhooks/${id}/deliveries`]: page(attempt),
    [`POST /v1/webhooks/${id}/redeliver`]: { status: 202, body: { event_id: event } },
    [`DELETE /v1/webhooks/${id}`]: { body: { id } },
  };
  for (const args of [
    ["test", id],
    ["deliveries", id],
    ["redeliver", id, delivery],
    ["rm", id],
  ])
    expect((await world.run(["webhooks", ...args])).err).toBe("");
  expect(JSON.parse(world.asked[2]?.body ?? "")).toEqual({ delivery_id: delivery });
  const out = collector(true);
  await world.run(["webhooks", "deliveries", id], { out: out.stream });
  expect(out.text()).toContain("retried");
});

test.each([
  [["webhooks", "add"]],
  [["webhooks", "add", "https://example.com", "--events", "nothing"]],
  [["webhooks", "test", "x"]],
  [["webhooks", "redeliver", id, "x"]],
  [["webhooks", "deliveries", id, "--limit", "51"]],
])("%j ends with 2 and asks nobody", async (args: string[]) => {
  expect((await world.run(args)).exitCode).toBe(2);
  expect(world.asked).toEqual([]);
});
