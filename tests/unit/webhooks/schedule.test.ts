import { describe, expect, test } from "vitest";
import { verdict } from "../../../shared/webhooks/schedule.ts";

const answered = (status: number, body = "", retryAfterMs: number | null = null) => ({
  kind: "answered" as const,
  status,
  body,
  retryAfterMs,
});
const second = 1000;
const minute = 60_000;
const hour = 3_600_000;

describe("verdict", () => {
  test.each([200, 201, 204, 299])("an answer of %d is a delivery", (status) => {
    expect(verdict(answered(status), 1, 0.5)).toEqual({
      outcome: "delivered",
      status,
      detail: `answered ${status}`,
      waitMs: null,
    });
  });

  test.each([
    [1, 5 * second],
    [2, 5 * minute],
    [3, 30 * minute],
    [4, 2 * hour],
    [5, 5 * hour],
    [6, 10 * hour],
  ])("after attempt %d it waits %d ms, a tenth more or less", (attempt, waitMs) => {
    expect(verdict(answered(500), attempt, 0.5).waitMs).toBe(waitMs);
    expect(verdict(answered(500), attempt, 0).waitMs).toBeCloseTo(waitMs * 0.9);
    expect(verdict(answered(500), attempt, 1).waitMs).toBeCloseTo(waitMs * 1.1);
  });

  test("a receiver that asks for more time than is planned gets it, up to a tenth more", () => {
    const asked = answered(429, "", 2 * minute);
    expect(verdict(asked, 1, 0).waitMs).toBe(2 * minute);
    expect(verdict(asked, 1, 1).waitMs).toBeCloseTo(2.2 * minute);
    // Planned is more.
    expect(verdict(asked, 3, 0.5).waitMs).toBe(30 * minute);
    expect(verdict(asked, 7, 0.5).waitMs).toBeNull();
  });

  test("the seventh attempt is the last", () => {
    expect(verdict(answered(500, "busy"), 7, 0.5)).toEqual({
      outcome: "given_up",
      status: 500,
      detail: "answered 500: busy",
      waitMs: null,
    });
  });

  test("410 disables, at whatever attempt", () => {
    expect(verdict(answered(410, "gone"), 3, 0.5)).toEqual({
      outcome: "disabled",
      status: 410,
      detail: "answered 410: it wants no more, so it is disabled",
      waitMs: null,
    });
  });

  test.each([301, 302, 303, 307, 308])("a redirect (%d) is a failure, and is not followed", (status) => {
    expect(verdict(answered(status), 1, 0.5)).toMatchObject({
      outcome: "retried",
      status,
      detail: `answered ${status}: redirects are not followed`,
    });
  });

  test.each([400, 401, 404, 409, 429, 500, 503, 100, 0])("an answer of %d comes again", (status) => {
    expect(verdict(answered(status), 1, 0.5)).toMatchObject({ outcome: "retried", status });
  });

  test("without an answer it comes again, and says why", () => {
    const detail = "no whole answer within 15 s";
    expect(verdict({ kind: "timed_out", detail }, 1, 0.5)).toMatchObject({
      outcome: "retried",
      status: null,
      detail,
    });
    expect(verdict({ kind: "failed", detail: "no answer: ECONNREFUSED" }, 2, 0.5)).toMatchObject({
      outcome: "retried",
      status: null,
      detail: "no answer: ECONNREFUSED",
    });
  });

  test("of what an endpoint says 200 characters are kept, and no character that a terminal obeys", () => {
    expect(verdict(answered(500, `\u001b[31mred\u0007${"x".repeat(300)}`), 1, 0.5).detail).toBe(
      `answered 500: [31mred ${"x".repeat(191)}…`,
    );
  });
});
