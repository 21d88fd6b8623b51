import { expect, test } from "vitest";
import { matcherOf, type Filter } from "../../../../local/ec2/api/filters.ts";
import { sampleMachine } from "../sample-machine.ts";

const filter = (Name: string, ...Value: string[]): Filter => ({ Name, Value });

test.each<[name: string, filters: readonly Filter[], matches: boolean]>([
  ["no filter takes all", [], true],
  ["a tag with its value", [filter("tag:mgb:stage", "local")], true],
  ["a tag with another value", [filter("tag:mgb:stage", "prod")], false],
  ["a tag that it does not have", [filter("tag:mgb:intent", "*")], false],
  ["one value of several is enough", [filter("instance-state-name", "pending", "running")], true],
  [
    "every filter must hold",
    [filter("instance-state-name", "running"), filter("tag:mgb:stage", "prod")],
    false,
  ],
  ["a star is any text", [filter("tag:mgb:model", "tiny*")], true],
  ["a question mark is one character", [filter("tag:mgb:model", "tiny?random")], true],
  ["a dot is a dot", [filter("tag:mgb:model", "tiny.random")], false],
  ["an escaped star is a star", [filter("tag:mgb:model", "tiny\\*")], false],
  ["a value is the whole value", [filter("tag:mgb:model", "tiny")], false],
  ["the key of a tag", [filter("tag-key", "mgb:model")], true],
  ["the lifecycle", [filter("instance-lifecycle", "spot")], true],
])("%s", (_name, filters, matches) => {
  expect(matcherOf(filters)(sampleMachine())).toBe(matches);
});

test("a filter that is not known is refused before any machine is looked at", () => {
  expect(() => matcherOf([filter("tags:mgb:stage", "local")])).toThrow(
    "The filter 'tags:mgb:stage' is invalid",
  );
});

test("on-demand has no lifecycle that a filter could name", () => {
  const matches = matcherOf([filter("instance-lifecycle", "*")]);
  expect(matches(sampleMachine({ market: "on_demand" }))).toBe(false);
});
