import { afterAll, expect, test } from "vitest";
import { itemViewSchema, uploadViewSchema } from "../../../shared/contract/api/api.ts";
import { api, ended, noMachines, results, submit, waitUntil } from "../world.ts";

afterAll(async () => {
  await noMachines();
});

/** A WAV file of a tone. @param options what is unusual about it */
function wav(
  seconds: number,
  { rate = 44_100, channels = 2, float = null as number | null } = {},
): Uint8Array<ArrayBuffer> {
  const sampleBytes = float === null ? 2 : 4;
  const frames = Math.round(seconds * rate);
  const data = Buffer.alloc(frames * channels * sampleBytes);
  for (let at = 0; at < frames * channels; at += 1) {
    const tone = 0.3 * Math.sin((2 * Math.PI * 330 * Math.floor(at / channels)) / rate);
    if (float === null) data.writeInt16LE(Math.round(tone * 32_767), at * 2);
    else data.writeFloatLE(float, at * 4);
  }
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + data.length, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(float === null ? 1 : 3, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * channels * sampleBytes, 28);
  header.writeUInt16LE(channels * sampleBytes, 32);
  header.writeUInt16LE(8 * sampleBytes, 34);
  header.write("data", 36);
  header.writeUInt32LE(data.length, 40);
  return new Uint8Array(Buffer.concat([header, data]));
}

async function uploaded(file: Uint8Array<ArrayBuffer>): Promise<string> {
  // The gateway lets a few through at once, and a function has a few places.
  const made = await waitUntil("an upload to be let through", async () => {
    const answer = await api("POST", "/v1/uploads", { body: { bytes: file.byteLength } });
    return answer.status === 201 && answer.json;
  });
  const { id, url, method, headers } = uploadViewSchema.parse(made);
  expect((await fetch(url, { method, headers, body: file })).status).toBe(200);
  return id;
}

const second = { duration_seconds: 1, seed: 7 };
const longer = { prompt: "and then strings", duration_seconds: 2, seed: 8 };

test("clips continue an item and a part of a file, whole or the new part alone", async () => {
  const first = await submit([{ prompt: "a calm piano", ...second }], {});
  await ended(first.id);
  const [clip] = await results(first.id);
  const item = { item_id: clip?.item_id };
  const file = { upload_id: await uploaded(wav(2)), start: 0.5, end: 1.2 };
  const { id } = await submit(
    [
      { ...longer, continue_from: item },
      { ...longer, continue_from: item, output: { only_new: true } },
      { ...longer, continue_from: file },
    ],
    {},
  );
  expect(await ended(id)).toMatchObject({ outcome: "succeeded" });
  const made = await results(id);
  expect(made.map(({ audio }) => audio?.duration_seconds)).toEqual([2, 1, 2]);
  expect(made.map(({ provenance }) => provenance?.continue_from)).toEqual([item, item, file]);
  const view = itemViewSchema.parse((await api("GET", `/v1/items/${made[2]?.item_id ?? ""}`)).json);
  expect(view.continue_from).toEqual(file);
});

test("a file that cannot be continued fails its item with the reason, and the others are made", async () => {
  const files = {
    text: new TextEncoder().encode("not audio at all"),
    "six channels": wav(1, { channels: 6 }),
    "too long": wav(31, { rate: 8_000, channels: 1 }),
    "no numbers": wav(1, { float: Number.NaN }),
    "a header alone": wav(1).slice(0, 44),
    "as long as the clip": wav(2),
    good: wav(1),
  };
  const items: object[] = [];
  for (const [custom, file] of Object.entries(files)) {
    const continue_from = { upload_id: await uploaded(file) };
    items.push({ ...longer, custom_id: custom.replaceAll(" ", "-"), continue_from });
  }
  const { id } = await submit(items, {});
  expect(await ended(id)).toMatchObject({ outcome: "partial" });
  const errors = new Map(
    (await results(id)).map(({ custom_id, error }) => [custom_id, error && `${error.code}: ${error.detail}`]),
  );
  const said = Object.entries({
    text: "is no audio that can be read",
    "six-channels": "has 6 channels: send mono or stereo",
    "too-long": "is 31.00 s long: choose 30 s at most",
    "no-numbers": "has samples that are no numbers",
    "a-header-alone": "upload_",
    "as-long-as-the-clip": "duration_seconds is the whole clip's",
  });
  for (const [id, reason] of said) {
    expect(errors.get(id)).toMatch(/^bad_request: /);
    expect(errors.get(id)).toContain(reason);
  }
  expect(errors.get("good")).toBeNull();
});
