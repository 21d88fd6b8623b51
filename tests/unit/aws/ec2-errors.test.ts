import { describe, expect, test } from "vitest";
import { errorMeanings, meaningOf, unclassified } from "../../../shared/aws/ec2-errors.ts";
import type { ErrorClass } from "../../../shared/ports.ts";

/** Every code that somebody has classified, in their own words: what is changed in the table is changed here too. */
const expected: Readonly<
  Record<string, { readonly is: ErrorClass; readonly coolsPool: boolean; codes: string[] }>
> = {
  "a pool that is dry, so that pool is left alone": {
    is: "capacity",
    coolsPool: true,
    codes: [
      "InsufficientCapacity",
      "InsufficientFreeAddressesInSubnet",
      "InsufficientHostCapacity",
      "InsufficientInstanceCapacity",
      "SpotMaxPriceTooLow",
      "Unsupported",
    ],
  },
  "no capacity for the request as a whole, which cools nothing": {
    is: "capacity",
    coolsPool: false,
    codes: ["UnfulfillableCapacity"],
  },
  "a quota, until a person asks for more": {
    is: "stop",
    coolsPool: false,
    codes: [
      "FleetLimitExceeded",
      "InstanceLimitExceeded",
      "MaxIOPSLimitExceeded",
      "MaxSpotFleetRequestCountExceeded",
      "MaxSpotInstanceCountExceeded",
      "VcpuLimitExceeded",
      "VolumeLimitExceeded",
    ],
  },
  "a right or an account, until a person mends it": {
    is: "stop",
    coolsPool: false,
    codes: [
      "AuthFailure",
      "AuthFailure.ServiceLinkedRoleCreationNotPermitted",
      "Blocked",
      "InvalidClientTokenId",
      "OptInRequired",
      "PendingVerification",
      "SignatureDoesNotMatch",
      "UnauthorizedOperation",
      "UnrecognizedClientException",
    ],
  },
  "a request that is wrong, or names what is not there": {
    is: "stop",
    coolsPool: false,
    codes: [
      "IdempotentParameterMismatch",
      "InvalidAMIID",
      "InvalidAMIID.Malformed",
      "InvalidAMIID.NotFound",
      "InvalidAMIID.Unavailable",
      "InvalidAction",
      "InvalidBlockDeviceMapping",
      "InvalidFleetConfig",
      "InvalidGroup.NotFound",
      "InvalidInstanceType",
      "InvalidKeyPair.NotFound",
      "InvalidLaunchTemplateId.Malformed",
      "InvalidLaunchTemplateId.NotFound",
      "InvalidLaunchTemplateId.VersionNotFound",
      "InvalidParameter",
      "InvalidParameterCombination",
      "InvalidParameterValue",
      "InvalidSubnetID.NotFound",
      "MissingParameter",
      "ValidationError",
    ],
  },
  "a throttle, to be asked again": {
    is: "again",
    coolsPool: false,
    codes: [
      "EC2ThrottledException",
      "RequestExpired",
      "RequestLimitExceeded",
      "RequestResourceCountExceeded",
      "RequestThrottled",
      "Throttling",
      "ThrottlingException",
    ],
  },
};

describe.each(Object.entries(expected))("%s", (_name, { is, coolsPool, codes }) => {
  test.each(codes)("%s", (code) => {
    expect(meaningOf(code)).toEqual({ errorClass: is, coolsPool });
  });
});

test("no code is classified without being listed here", () => {
  const listed = Object.values(expected).flatMap(({ codes }) => codes);
  expect(Object.keys(errorMeanings).sort()).toEqual(listed.sort());
});

test("a code that nobody has classified has no meaning, and is asked again", () => {
  expect(meaningOf("BrandNewCode")).toBeNull();
  expect(unclassified).toEqual({ errorClass: "again", coolsPool: false });
});
