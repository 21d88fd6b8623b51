import { afterAll, expect, test } from "vitest";
import { audioLinkViewSchema, batchViewSchema, pageSchema } from "../../../shared/contract/api/api.ts";
import { api, cancel, cloud, ended, noMachines, results, submit } from "../world.ts";

afterAll(async () => {
  await noMachines();
});

async function batchIds(): Promise<string[]> {
  const page = pageSchema(batchViewSchema).parse((await api("GET", "/v1/batches")).json);
  return page.data.map(({ id }) => id);
}

const magic: Record<string, (bytes: Buffer) => boolean> = {
  wav: (bytes) => bytes.subarray(0, 4).toString() === "RIFF" && bytes.subarray(8, 12).toString() === "WAVE",
  flac: (bytes) => bytes.subarray(0, 4).toString() === "fLaC",
  mp3: (bytes) => bytes.subarray(0, 3).toString() === "ID3" || bytes[0] === 0xff,
  ogg: (bytes) => bytes.subarray(0, 4).toString() === "OggS",
};

test("a batch ends with a clip of the asked length in the asked format for every item", async () => {
  const formats = ["wav", "flac", "mp3", "ogg"];
  const items = formats.map((format, index) => ({
    custom_id: `in-${format}`,
    prompt: `a clip in ${format} 🎹`,
    seed: 40 + index,
    duration_seconds: 1 + index / 2,
    output: { format },
  }));
  const { id } = await submit(items, { name: "formats", metadata: { purpose: "test" } });
  const view = await ended(id);
  expect(view).toMatchObject({ status: "ended", outcome: "succeeded", name: "formats", progress: 1 });
  expect(Number(view.cost.accrued_usd)).toBeGreaterThan(0);

  const found = await results(id);
  expect(found.map(({ custom_id }) => custom_id)).toEqual(formats.map((format) => `in-${format}`));
  for (const [index, result] of found.entries()) {
    expect(result.audio?.duration_seconds).toBeCloseTo(1 + index / 2, 1);
    expect(result.provenance).toMatchObject({ model: "tiny-random (noise)", seed: 40 + index });
    const redirect = await api("GET", `/v1/items/${result.item_id}/audio`);
    expect(redirect.status).toBe(302);
    const audio = Buffer.from(await (await fetch(redirect.headers.get("location") ?? "")).arrayBuffer());
    expect(audio.length).toBe(result.audio?.bytes);
    expect(magic[formats[index] ?? ""]?.(audio)).toBe(true);
    const link = audioLinkViewSchema.parse(
      (await api("GET", `/v1/items/${result.item_id}/audio?redirect=false`)).json,
    );
    const saved = await fetch(link.url);
    expect(saved.headers.get("content-disposition")).toBe(
      `attachment; filename="${link.file_name}"; filename*=UTF-8''${link.file_name}`,
    );
    expect((await saved.arrayBuffer()).byteLength).toBe(result.audio?.bytes);
  }
});

test("a request that fits no route of the gateway goes to the API, which answers it as a client expects", async () => {
  const head = await api("HEAD", "/v1/batches");
  expect([head.status, head.text]).toEqual([200, ""]);
  expect((await api("HEAD", "/v1/batches", { key: null })).status).toBe(401);
  const wrongMethod = await api("DELETE", "/v1/batches");
  expect([wrongMethod.status, wrongMethod.headers.get("allow")]).toEqual([405, "POST, GET, HEAD"]);
  expect(wrongMethod.json).toMatchObject({ code: "method_not_allowed" });
  expect((await api("GET", "/v1/models/")).status).toBe(200);
  const moved = await api("POST", "/v1/batches/?dry_run=true", { body: { items: [{ prompt: "p" }] } });
  expect([moved.status, moved.headers.get("location")]).toEqual([308, "/v1/batches?dry_run=true"]);
  expect((await api("GET", "/v1", { key: null })).json).toMatchObject({ has_more: false });
  expect((await api("GET", "/v2")).json).toMatchObject({ code: "not_found" });
});

test("the same Idempotency-Key and body give the same batch, another body is refused", async () => {
  // Its launch may wait: no machine comes before it is canceled.
  const body = { speed: "economy", items: [{ prompt: "once", duration_seconds: 1, seed: 1 }] };
  const headers = { "idempotency-key": "key-of-the-test" };
  const first = await api("POST", "/v1/batches", { body, headers });
  const again = await api("POST", "/v1/batches", { body, headers });
  expect((again.json as { id: string }).id).toBe((first.json as { id: string }).id);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  const other = { speed: "economy", items: [{ prompt: "twice", duration_seconds: 1, seed: 1 }] };
  expect((await api("POST", "/v1/batches", { body: other, headers })).json).toMatchObject({
    status: 422,
    code: "idempotency_key_reused",
  });
  await cancel((first.json as { id: string }).id);
});

test.each<[name: string, request: Parameters<typeof api>[2], status: number, code: string, pointer?: string]>(
  [
    ["a body that is not JSON", { rawBody: '{"items": [' }, 400, "malformed_json"],
    [
      "a prompt of 1,001 characters",
      { body: { items: [{ prompt: "x".repeat(1001) }] } },
      422,
      "invalid_input",
      "/items/0/prompt",
    ],
    [
      "1,001 items",
      { body: { items: Array.from({ length: 1001 }, () => ({ prompt: "a" })) } },
      422,
      "invalid_input",
      "/items",
    ],
    [
      "a custom_id used twice",
      {
        body: {
          items: [
            { prompt: "a", custom_id: "x" },
            { prompt: "b", custom_id: "x" },
          ],
        },
      },
      422,
      "invalid_input",
      "/items/1/custom_id",
    ],
    [
      "a duration of 31 s",
      { body: { items: [{ prompt: "a", duration_seconds: 31 }] } },
      422,
      "invalid_input",
      "/items/0/duration_seconds",
    ],
    [
      "an unknown field",
      { body: { items: [{ prompt: "a", tempo: 3 }] } },
      422,
      "invalid_input",
      "/items/0/tempo",
    ],
    ["a wrong key", { key: "mgb_wrong", body: { items: [{ prompt: "a" }] } }, 401, "unauthenticated"],
    ["no key", { key: null, body: { items: [{ prompt: "a" }] } }, 401, "unauthenticated"],
    [
      "a key without the scope",
      { key: cloud.keys.read, body: { items: [{ prompt: "a" }] } },
      403,
      "forbidden",
    ],
    [
      "a body over the limit",
      { rawBody: JSON.stringify({ items: [{ prompt: "x".repeat(4 * 1024 * 1024) }] }) },
      413,
      "body_too_large",
    ],
  ],
)(
  "%s is answered with a problem that names the place, and nothing is queued",
  async (_name, request, status, code, pointer) => {
    const before = await batchIds();
    const answer = await api("POST", "/v1/batches", request);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    expect(answer.json).toMatchObject({ status, code });
    if (pointer !== undefined)
      expect(
        (answer.json as { errors: { pointer: string }[] }).errors.map((fault) => fault.pointer),
      ).toContain(pointer);
    expect(await batchIds()).toEqual(before);
  },
);

test("the same prompt, seed and parameters again give the clip that exists: at once, for nothing, a copy of its own", async () => {
  const items = [{ prompt: "made once", duration_seconds: 1, seed: 900 }];
  const first = await submit(items, { speed: "fast", reuse: true });
  await ended(first.id);
  const [made] = await results(first.id);
  const again = await submit(items, { speed: "economy", reuse: true });
  const view = await ended(again.id);
  const [given] = await results(again.id);
  expect([view.counts.succeeded, view.instances, view.cost.accrued_usd]).toEqual([1, 0, "0.00"]);
  expect(given).toMatchObject({ reused: true, reused_from: made?.item_id, outcome: "succeeded" });
  expect(given?.audio?.sha256).toBe(made?.audio?.sha256);
  expect((await api("DELETE", `/v1/batches/${first.id}`)).status).toBe(202);
  const audio = await api("GET", `/v1/items/${given?.item_id ?? ""}/audio?redirect=false`);
  const { url } = audioLinkViewSchema.parse(audio.json);
  expect((await fetch(url)).headers.get("content-length")).toBe(String(made?.audio?.bytes));
});
