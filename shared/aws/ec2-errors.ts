/**
 * What EC2 says when it does not launch, as data. The codes come in two ways: in `Errors[]` of an answer
 * with status 200, one a pool, or as the refusal of the whole request.
 * @see EC2 API reference, "Error codes for the Amazon EC2 API"
 */
import type { ErrorClass } from "../ports.ts";

export interface ErrorMeaning {
  readonly errorClass: ErrorClass;
  /** It tells of that one pool, so that pool is left alone for a while. */
  readonly coolsPool: boolean;
}

const dryPool: ErrorMeaning = { errorClass: "capacity", coolsPool: true };
/** The request as a whole could not be filled; no single pool is to blame. */
const noCapacity: ErrorMeaning = { errorClass: "capacity", coolsPool: false };
const stop: ErrorMeaning = { errorClass: "stop", coolsPool: false };
const again: ErrorMeaning = { errorClass: "again", coolsPool: false };

export const errorMeanings: Readonly<Record<string, ErrorMeaning>> = {
  InsufficientInstanceCapacity: dryPool,
  InsufficientHostCapacity: dryPool,
  InsufficientCapacity: dryPool,
  InsufficientFreeAddressesInSubnet: dryPool,
  // The type is not offered in that zone: other zones may have it.
  Unsupported: dryPool,
  SpotMaxPriceTooLow: dryPool,
  UnfulfillableCapacity: noCapacity,

  // Quota: a person must ask for more.
  MaxSpotInstanceCountExceeded: stop,
  VcpuLimitExceeded: stop,
  InstanceLimitExceeded: stop,
  MaxSpotFleetRequestCountExceeded: stop,
  FleetLimitExceeded: stop,
  MaxIOPSLimitExceeded: stop,
  VolumeLimitExceeded: stop,
  // Rights and account.
  UnauthorizedOperation: stop,
  AuthFailure: stop,
  "AuthFailure.ServiceLinkedRoleCreationNotPermitted": stop,
  Blocked: stop,
  OptInRequired: stop,
  PendingVerification: stop,
  InvalidClientTokenId: stop,
  SignatureDoesNotMatch: stop,
  UnrecognizedClientException: stop,
  // The request or what it names is wrong.
  IdempotentParameterMismatch: stop,
  InvalidAMIID: stop,
  "InvalidAMIID.Malformed": stop,
  "InvalidAMIID.NotFound": stop,
  "InvalidAMIID.Unavailable": stop,
  InvalidBlockDeviceMapping: stop,
  InvalidFleetConfig: stop,
  "InvalidGroup.NotFound": stop,
  InvalidInstanceType: stop,
  "InvalidKeyPair.NotFound": stop,
  "InvalidLaunchTemplateId.Malformed": stop,
  "InvalidLaunchTemplateId.NotFound": stop,
  "InvalidLaunchTemplateId.VersionNotFound": stop,
  InvalidParameter: stop,
  InvalidParameterCombination: stop,
  InvalidParameterValue: stop,
  "InvalidSubnetID.NotFound": stop,
  MissingParameter: stop,
  ValidationError: stop,
  InvalidAction: stop,

  RequestLimitExceeded: again,
  Throttling: again,
  ThrottlingException: again,
  RequestThrottled: again,
  EC2ThrottledException: again,
  RequestExpired: again,
  RequestResourceCountExceeded: again,
};

/** @returns null for a code that nobody has classified: it is asked again, and logged loudly. */
export const meaningOf = (code: string): ErrorMeaning | null => errorMeanings[code] ?? null;

export const unclassified: ErrorMeaning = again;
