import { describe, expect, test } from "vitest";
import { parseQuery } from "../../../../local/ec2/api/query-protocol.ts";

const form = (pairs: Record<string, string>): string =>
  new URLSearchParams({ Action: "DescribeInstances", Version: "2016-11-15", ...pairs }).toString();

describe("the query protocol's way in", () => {
  test("numbered names become lists in the order of their numbers", () => {
    const query = parseQuery(
      form({
        "Filter.2.Name": "tag:mgb:stage",
        "Filter.2.Value.1": "prod",
        "Filter.1.Name": "instance-state-name",
        "Filter.1.Value.10": "third",
        "Filter.1.Value.2": "second",
        "Filter.1.Value.1": "first",
      }),
    );
    expect(query).toEqual({
      action: "DescribeInstances",
      parameters: {
        Filter: [
          { Name: "instance-state-name", Value: ["first", "second", "third"] },
          { Name: "tag:mgb:stage", Value: ["prod"] },
        ],
      },
    });
  });

  test("dots make objects within objects", () => {
    expect(parseQuery(form({ "Spot.Options.Kind": "a b+c%" })).parameters).toEqual({
      Spot: { Options: { Kind: "a b+c%" } },
    });
  });

  test.each([
    ["no action", "Version=2016-11-15", "names no Action"],
    ["another version", "Action=X&Version=2010-08-31", "expected Version 2016-11-15, got 2010-08-31"],
    ["a name that comes twice", form({}) + "&A.1=x&A.1=y", "A.1 is given twice"],
    ["a name that is both text and a list", form({}) + "&A=x&A.1=y", "A.1 is given twice"],
    ["a name that is both a list and text", form({}) + "&A.1=x&A=y", "A is given twice"],
  ])("%s is refused", (_name, body, message) => {
    expect(() => parseQuery(body)).toThrow(message);
  });
});
