import { describe, expect, test } from "vitest";
import { classify } from "../../../../shared/aws/ec2/errors.ts";
import type { ErrorClass } from "../../../../shared/ports.ts";
import { vendorCodes } from "../ec2-vendor-codes.ts";

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");

describe.each(Object.entries(vendorCodes))("of the vendor's whole list, these mean %s", (name, codes) => {
  test.each(words(codes))("%s", (code) => {
    expect(classify(code)).toBe(name === "of other calls" ? null : name);
  });
});

test("the vendor's list names no code twice", () => {
  const all = Object.values(vendorCodes).flatMap(words);
  expect(all.filter((code, place) => all.indexOf(code) !== place)).toEqual([]);
});

describe("a code with several meanings is classified by its message", () => {
  test.each<[code: string, message: string, expected: ErrorClass]>([
    [
      "InvalidParameterValue",
      "Value (mgb-worker) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name",
      "not_there_yet",
    ],
    [
      "InvalidParameterValue",
      "Value (arn:aws:iam::1:instance-profile/w) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN",
      "not_there_yet",
    ],
    [
      "InvalidParameterValue",
      "Value (sg-1) for parameter groupId is invalid. The security group 'sg-1' does not exist",
      "not_there_yet",
    ],
    ["InvalidParameterValue", "Value (-1) for parameter TotalTargetCapacity is invalid.", "refused"],
    [
      "InvalidFleetConfig",
      "Your requested instance type (g4dn.xlarge) is not supported in your requested Availability Zone (us-east-1e).",
      "not_offered",
    ],
    ["InvalidFleetConfig", "The fleet configuration contains duplicate instance pools.", "refused"],
  ])("%s: %s", (code, message, expected) => {
    expect(classify(code, message)).toBe(expected);
  });
});

test.each([
  ["Client.UnauthorizedOperation", "refused"],
  ["Server.InsufficientInstanceCapacity", "pool_dry"],
])("the side at fault before a code changes nothing: %s", (code, expected) => {
  expect(classify(code)).toBe(expected);
});

test("an unknown code has no meaning, whatever its message", () => {
  expect(classify("BrandNewCode", "Something happened")).toBeNull();
});
