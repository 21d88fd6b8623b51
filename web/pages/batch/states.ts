/** The states of a batch's items, a letter each, as the API tells them. */
import type { ItemState } from "../../parts/item-states.ts";

const states: Readonly<Record<string, ItemState>> = {
  q: "queued",
  r: "running",
  s: "succeeded",
  f: "failed",
  c: "canceled",
  e: "expired",
};
export const stateOf = (letters: string, index: number): ItemState =>
  states[letters.charAt(index)] ?? "queued";

export function indicesOf(letters: string, letter: string, most: number): readonly number[] {
  const found: number[] = [];
  for (let at = letters.indexOf(letter); at >= 0 && found.length < most; at = letters.indexOf(letter, at + 1))
    found.push(at);
  return found;
}
