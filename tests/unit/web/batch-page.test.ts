import { describe, expect, test } from "vitest";
import { itemIdOf } from "../../../web/item-id.ts";
import { gridOf, itemAt } from "../../../web/pages/batch/grid-geometry.ts";
import { indicesOf, stateOf } from "../../../web/pages/batch/states.ts";
import { batchIdOf, itemIdOf as ofContract } from "../../../shared/contract/ids.ts";

describe("the grid", () => {
  test("of a few items has large cells, and of 50,000 small ones that fill the width", () => {
    expect(gridOf(100, 1000, 260)).toEqual({ columns: 55, rows: 2, pitch: 18, cell: 16 });
    expect(gridOf(50_000, 1000, 260)).toEqual({ columns: 200, rows: 250, pitch: 5, cell: 4 });
  });

  test("finds the item under the pointer, and none beside the cells or after the last", () => {
    const grid = gridOf(100, 1000, 260);
    expect(itemAt(grid, 100, 0, 0)).toBe(0);
    expect(itemAt(grid, 100, 18 * 3 + 2, 18 + 2)).toBe(58);
    expect(itemAt(grid, 100, 18 * 55, 0)).toBeNull();
    expect(itemAt(grid, 100, 18 * 50, 18)).toBeNull();
    expect(itemAt(grid, 100, -1, 0)).toBeNull();
  });
});

test("a letter is a state, and the items of a state are found in their order", () => {
  expect([0, 1, 2, 3, 4, 5].map((index) => stateOf("qrsfce", index))).toEqual([
    "queued",
    "running",
    "succeeded",
    "failed",
    "canceled",
    "expired",
  ]);
  expect(indicesOf("sfsfs", "f", 9)).toEqual([1, 3]);
  expect(indicesOf("sfsfs", "s", 2)).toEqual([0, 2]);
});

test("an item's id is the one that the API makes", () => {
  const id = batchIdOf("01KDVDNG00AAAAAAAAAAAAAAAA");
  expect(itemIdOf(id, 49_999)).toBe(ofContract(id, 49_999));
});
