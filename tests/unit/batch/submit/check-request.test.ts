import { describe, expect, test } from "vitest";
import { checkRequest } from "../../../../shared/batch/submit/check-request.ts";
import { settings } from "../world.ts";

const faultsOf = (body: unknown): readonly { pointer: string; detail: string }[] => {
  const check = checkRequest(body, settings);
  return check.kind === "invalid" ? check.faults : [];
};
const item = { prompt: "a slow waltz" };

describe("checkRequest", () => {
  test("takes a plain request and fills in what it leaves out", () => {
    expect(checkRequest({ items: [item, { ...item, duration_seconds: 4 }] }, settings)).toMatchObject({
      kind: "valid",
      model: { id: "small" },
      speed: "standard",
      audioSeconds: 14,
    });
  });

  test.each<[name: string, body: unknown, pointer: string, detail: RegExp]>([
    ["a missing body", undefined, "", /expected object/],
    ["a body that is a list", [], "", /expected object/],
    ["no items", {}, "/items", /expected array/],
    ["an empty list of items", { items: [] }, "/items", />=1 items/],
    ["1,001 items", { items: Array.from({ length: 1001 }, () => item) }, "/items", /<=1000 items/],
    [
      "a prompt of 1,001 characters",
      { items: [{ prompt: "x".repeat(1001) }] },
      "/items/0/prompt",
      /got 1001/,
    ],
    ["a prompt of blanks", { items: [{ prompt: "  " }] }, "/items/0/prompt", /not be empty/],
    [
      "a duration of 301 s",
      { items: [{ ...item, duration_seconds: 301 }] },
      "/items/0/duration_seconds",
      /<=300/,
    ],
    [
      "an unknown field",
      { items: [item], modle: "x" },
      "/modle",
      /^is not a known field; did you mean 'model'\? known: name, model, defaults, items, speed, /,
    ],
    [
      "an unknown field of an item",
      { items: [{ ...item, topK: 1 }] },
      "/items/0/topK",
      /did you mean 'top_k'\? known: custom_id, prompt, seed, variations, duration_seconds, /,
    ],
    [
      "an unknown field of the defaults' output",
      { items: [item], defaults: { output: { fadeout: 1 } } },
      "/defaults/output/fadeout",
      /did you mean 'fade_out_seconds'\? known: format, normalize, fade_out_seconds, only_new$/,
    ],
    [
      "an unknown field that is like none of ours",
      { items: [item], callback: {} },
      "/callback",
      /^is not a known field; known: name, model, /,
    ],
    ["an unknown model", { model: "huge", items: [item] }, "/model", /choose 'small' or 'large'/],
    [
      "a duration over the model's own limit",
      { model: "large", items: [item, { ...item, duration_seconds: 21 }] },
      "/items/1/duration_seconds",
      /at most 20 seconds for the model 'large'/,
    ],
    [
      "a default duration over the model's limit",
      { model: "large", defaults: { duration_seconds: 25 }, items: [item] },
      "/defaults/duration_seconds",
      /at most 20 seconds/,
    ],
    [
      "a custom_id that another item has",
      { items: [{ ...item, custom_id: "a" }, item, { ...item, custom_id: "a" }] },
      "/items/2/custom_id",
      /item 0 has 'a' already/,
    ],
    [
      "a custom_id that another item's variation gets",
      {
        items: [
          { ...item, custom_id: "a", variations: 2 },
          { ...item, custom_id: "a-2" },
        ],
      },
      "/items/1/custom_id",
      /item 0 has 'a-2' already/,
    ],
    [
      "a fade of 11 s",
      { items: [{ ...item, output: { fade_out_seconds: 11 } }] },
      "/items/0/output/fade_out_seconds",
      /<=10/,
    ],
    [
      "a fade below 0",
      { items: [item], defaults: { output: { fade_out_seconds: -1 } } },
      "/defaults/output/fade_out_seconds",
      />=0/,
    ],
    [
      "an item's fade that is longer than its clip",
      { items: [item, { ...item, duration_seconds: 3, output: { fade_out_seconds: 3.5 } }] },
      "/items/1/output/fade_out_seconds",
      /at most the clip's 3 seconds/,
    ],
    [
      "a default fade that is longer than the default clip, once",
      { defaults: { duration_seconds: 4, output: { fade_out_seconds: 5 } }, items: [item, item] },
      "/defaults/output/fade_out_seconds",
      /at most the clip's 4 seconds/,
    ],
    [
      "a clip that is shorter than the default fade",
      { defaults: { output: { fade_out_seconds: 5 } }, items: [item, { ...item, duration_seconds: 4 }] },
      "/items/1/duration_seconds",
      /at least the batch's fade_out_seconds, 5/,
    ],
    ["more variations than are made", { items: [{ ...item, variations: 9 }] }, "/items/0/variations", /<=8/],
  ])("refuses %s, naming the place", (_name, body, pointer, detail) => {
    expect(faultsOf(body)).toEqual([{ pointer, detail: expect.stringMatching(detail) as string }]);
  });

  test("a default over the model's limit is no fault where every item has its own duration", () => {
    const body = {
      model: "large",
      defaults: { duration_seconds: 25 },
      items: [{ ...item, duration_seconds: 5 }],
    };
    expect(checkRequest(body, settings)).toMatchObject({ kind: "valid", audioSeconds: 5 });
  });

  test("names ten unknown fields of an object, and says how many more there are", () => {
    const unknown = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`x${n}`, n]));
    const faults = faultsOf({ items: [{ ...item, ...unknown }] });
    expect(faults).toHaveLength(11);
    expect(faults.at(-1)).toEqual({ pointer: "/items/0", detail: "has 4990 more fields that are not known" });
  });

  test("takes a fade that is as long as its clip", () => {
    const body = { items: [{ ...item, duration_seconds: 2, output: { fade_out_seconds: 2 } }] };
    expect(checkRequest(body, settings).kind).toBe("valid");
  });

  test("reports all faults at once, also those that depend on the stage when another field has a wrong type", () => {
    const body = {
      model: "huge",
      name: 7,
      items: [
        { prompt: "x", custom_id: "a", duration_seconds: 301 },
        { prompt: 3, custom_id: "a" },
        { prompt: "y", custom_id: "a" },
      ],
    };
    expect(
      faultsOf(body)
        .map(({ pointer }) => pointer)
        .sort(),
    ).toEqual([
      "/items/0/duration_seconds",
      "/items/1/custom_id",
      "/items/1/prompt",
      "/items/2/custom_id",
      "/model",
      "/name",
    ]);
  });
});
