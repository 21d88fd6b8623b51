import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { describe, expect, test, vi } from "vitest";
import { signedHeaders } from "../../../shared/webhooks/sign.ts";

/** 2026-01-01T12:00:00Z */
const noonMs = Date.UTC(2026, 0, 1, 12);
const current = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
const old = `whsec_${Buffer.alloc(32, 2).toString("base64")}`;
const other = `whsec_${Buffer.alloc(32, 3).toString("base64")}`;
const body = '{"type":"batch.ended","timestamp":"2026-01-01T12:00:00.000Z","data":{}}';

/** The library looks at this machine's clock. */
function verifyAt(timeMs: number, secret: string, headers: Readonly<Record<string, string>>, text = body) {
  vi.useFakeTimers({ now: timeMs });
  try {
    return new Webhook(secret).verify(text, { ...headers });
  } finally {
    vi.useRealTimers();
  }
}

describe("signedHeaders", () => {
  test("are the standard's, and its library verifies them", () => {
    const headers = signedHeaders({ v: 1, current, old: null }, "batch_1:ended", body, noonMs + 999);
    expect(headers).toEqual({
      "webhook-id": "batch_1:ended",
      "webhook-timestamp": "1767268800",
      "webhook-signature": expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/) as string,
    });
    expect(verifyAt(noonMs, current, headers)).toEqual(JSON.parse(body));
  });

  test("hold for no other body, id, time or secret", () => {
    const headers = signedHeaders({ v: 1, current, old: null }, "batch_1:ended", body, noonMs);
    const refused = expect.objectContaining({ name: "WebhookVerificationError" }) as WebhookVerificationError;
    expect(() => verifyAt(noonMs, current, headers, `${body} `)).toThrow(refused);
    expect(() => verifyAt(noonMs, current, { ...headers, "webhook-id": "batch_2:ended" })).toThrow(refused);
    expect(() => verifyAt(noonMs, current, { ...headers, "webhook-timestamp": "1767268801" })).toThrow(
      refused,
    );
    expect(() => verifyAt(noonMs + 301_000, current, headers)).toThrow(refused);
    expect(() => verifyAt(noonMs, other, headers)).toThrow(refused);
  });

  test("carry two signatures after a rotation, and either secret verifies them", () => {
    const until = new Date(noonMs + 1).toISOString();
    const headers = signedHeaders({ v: 1, current, old: { secret: old, until } }, "e:1", body, noonMs);
    expect(headers["webhook-signature"]?.split(" ")).toHaveLength(2);
    expect(verifyAt(noonMs, current, headers)).toEqual(JSON.parse(body));
    expect(verifyAt(noonMs, old, headers)).toEqual(JSON.parse(body));
  });

  test("carry one again when the time of the old secret is over", () => {
    const until = new Date(noonMs).toISOString();
    const headers = signedHeaders({ v: 1, current, old: { secret: old, until } }, "e:1", body, noonMs);
    expect(headers["webhook-signature"]?.split(" ")).toHaveLength(1);
    expect(() => verifyAt(noonMs, old, headers)).toThrow(WebhookVerificationError);
  });
});
