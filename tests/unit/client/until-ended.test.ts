import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createApiClient, untilEnded } from "../../../client/client.ts";
import { sampleBatch } from "../cli/sample-batch.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const id = "batch_01J00000000000000000000000";
const batch = (ended_at: string | null, etag: string): Response =>
  new Response(JSON.stringify({ ...sampleBatch(), ended_at }), { headers: { etag } });
const busy = (): Response =>
  new Response(JSON.stringify({ code: "internal", title: "t", detail: "d", retryable: true }), {
    status: 503,
  });

/** Waits with these answers, the last for ever; what was asked, and how long all of it took. */
async function waiting(...answers: readonly (() => Response)[]) {
  const asked: (string | null)[] = [];
  const api = createApiClient({ apiUrl: "https://api.invalid", key: "k" }, ({ url, headers }) => {
    asked.push(`${new URL(url).search} ${String(headers.get("if-none-match"))}`);
    const answer = answers[Math.min(asked.length, answers.length) - 1];
    return Promise.resolve(answer?.() ?? Response.error());
  });
  const began = Date.now();
  const outcome = untilEnded(api, id).catch((error: unknown) => error);
  await vi.runAllTimersAsync();
  return { outcome: await outcome, asked, ms: Date.now() - began };
}

test("it asks with what it knows, so that each request waits for a change", async () => {
  const { outcome, asked, ms } = await waiting(
    () => batch(null, '"a"'),
    () => new Response(null, { status: 304 }),
    () => batch("2026-01-01T00:00:00Z", '"b"'),
  );
  expect(outcome).toMatchObject({ ended_at: "2026-01-01T00:00:00Z" });
  expect(asked).toEqual(["?wait=25 null", '?wait=25 "a"', '?wait=25 "a"']);
  expect(ms).toBe(0);
});

test("where too many wait already it asks again after five seconds", async () => {
  const crowded = () => new Response(null, { status: 304, headers: { "retry-after": "5" } });
  const { ms } = await waiting(crowded, crowded, () => batch("2026-01-01T00:00:00Z", '"b"'));
  expect(ms).toBe(10_000);
});

test("a passing problem is waited out, and ten in a row are thrown", async () => {
  const { outcome } = await waiting(busy, busy, () => batch("2026-01-01T00:00:00Z", '"b"'));
  expect(outcome).toMatchObject({ ended_at: "2026-01-01T00:00:00Z" });
  const down = await waiting(busy);
  expect(down.outcome).toMatchObject({ name: "ApiProblem" });
  expect(down.asked).toHaveLength(10);
});

test("a problem that stays is thrown at once", async () => {
  const gone = () => new Response(JSON.stringify({ code: "not_found", retryable: false }), { status: 404 });
  const { outcome, asked } = await waiting(gone);
  expect(outcome).toMatchObject({ problem: { code: "not_found" } });
  expect(asked).toHaveLength(1);
});
