/**
 * What each EC2 error code means for a launch, as data. A code arrives in one of two ways: in `Errors[]` of an answer
 * with status 200, one for each pool, or as the refusal of the whole request.
 * @see EC2 API reference, "Error codes for the Amazon EC2 API"
 */
import type { ErrorClass } from "../../ports.ts";

/** Codes that the families below would classify wrongly or not at all, and those that a launch is known to meet. */
const codesByClass: Readonly<Record<ErrorClass, readonly string[]>> = {
  pool_dry: [
    "InsufficientInstanceCapacity",
    "InsufficientHostCapacity",
    "InsufficientCapacity",
    "InsufficientCapacityOnHost",
    "InsufficientReservedInstanceCapacity",
    "InsufficientReservedInstancesCapacity",
    "InsufficientAddressCapacity",
    "InsufficientFreeAddressesInSubnet",
    "InsufficientVolumeCapacity",
    "IncompatibleHostRequirements",
    "MaxScheduledInstanceCapacityExceeded",
    "ReservationCapacityExceeded",
    "ReservedInstancesUnavailable",
    "ScheduledInstanceSlotUnavailable",
    "SpotMaxPriceTooLow",
    "UnavailableHostRequirements",
  ],
  no_capacity: [
    "UnfulfillableCapacity",
    // The launch was made and its machine has ended since. Asking again brings no other machine.
    "IdempotentInstanceTerminated",
  ],
  not_offered: [
    "InvalidFleetConfiguration",
    "Unsupported",
    "InvalidAvailabilityZone",
    "InvalidZone.NotFound",
    "VolumeTypeNotAvailableInZone",
  ],
  market_quota: [
    "MaxSpotInstanceCountExceeded",
    "MaxSpotFleetRequestCountExceeded",
    "InstanceLimitExceeded",
    "VcpuLimitExceeded",
  ],
  account_quota: ["MaxFleetCountExceeded", "VolumeIOPSLimit"],
  not_there_yet: [
    "InvalidAMIID.Unavailable",
    "InvalidPlacementGroup.Unknown",
    "InvalidSubnet",
    "InvalidTargetArn.Unknown",
    "DependencyViolation",
    "IncorrectInstanceState",
    "IncorrectModificationState",
    "IncorrectState",
    "InvalidInstanceState",
    "InvalidState",
  ],
  refused: [
    // Missing rights, and problems of the account.
    "UnauthorizedOperation",
    "AccessDenied",
    "AccessDeniedException",
    "AuthFailure",
    "AuthFailure.ServiceLinkedRoleCreationNotPermitted",
    "Blocked",
    "CustomerKeyHasBeenRevoked",
    "IncompleteSignature",
    "LogDestinationPermissionIssue",
    "NotAuthorized",
    "OperationNotPermitted",
    "OptInRequired",
    "PendingVerification",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
    // The request is wrong, or asks for more than one request may.
    "AttachmentLimitExceeded",
    "BootForVolumeTypeUnsupported",
    "DryRunOperation",
    "EncryptedVolumesNotSupported",
    "FilterLimitExceeded",
    "IdempotentParameterMismatch",
    "LegacySecurityGroup",
    "LimitPriceExceeded",
    "NoSuchVersion",
    "NonEBSInstance",
    "PrivateIpAddressLimitExceeded",
    "ResourceCountExceeded",
    "SecurityGroupsPerInstanceLimitExceeded",
    "SecurityGroupsPerInterfaceLimitExceeded",
    "TagLimitExceeded",
    "UnknownParameter",
    "UnknownVolumeType",
    "VPCIdNotSpecified",
    "VPCResourceNotSpecified",
    "ValidationError",
    "ZonesMismatched",
  ],
  again: [
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "ConcurrentTagAccess",
    "CreditSpecificationUpdateInProgress",
    "EC2ThrottledException",
    "PriorRequestNotComplete",
    "RequestResourceCountExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "SnapshotCreationPerVolumeRateExceeded",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "UpdateLimitExceeded",
    // Lambda renews a function's credentials, and the SDK corrects its own clock.
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidSecurity.RequestHasExpired",
    "RequestExpired",
    "RequestTimeTooSkewed",
  ],
  server_fault: [
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServerInternal",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "Unavailable",
  ],
};

/** Patterns in the names of EC2's codes. The first that matches decides. */
const families: readonly (readonly [name: RegExp, errorClass: ErrorClass])[] = [
  [/\.IpAddressLimitExceeded$/, "refused"],
  [/(Count|Limit|Quota)Exceeded(Exception)?$/, "account_quota"],
  // EC2 needs some time until all of it knows what a deploy has just created.
  [/Not?Found(Exception)?$/, "not_there_yet"],
  [/^(Invalid|Malformed|Missing)/, "refused"],
  [/Malformed$|Unsupported|NotSupported/, "refused"],
];

/** Codes that stand for many mistakes; the message says which one. */
const messages: readonly (readonly [code: RegExp, message: RegExp, errorClass: ErrorClass])[] = [
  [/^Invalid(Parameter|ParameterValue|IamInstanceProfile.*)$/, /instance ?profile/i, "not_there_yet"],
  [/^Invalid(Parameter|ParameterValue)$/, /does not exist|not found/i, "not_there_yet"],
  [
    /^(InvalidFleetConfig|InvalidParameterValue|InvalidParameterCombination|UnsupportedOperation)$/,
    /not (supported|offered|available) in (your|the) requested availability zone/i,
    "not_offered",
  ],
];

const classOf: ReadonlyMap<string, ErrorClass> = new Map(
  Object.entries(codesByClass).flatMap(([errorClass, codes]) =>
    codes.map((code) => [code, errorClass as ErrorClass] as const),
  ),
);

/**
 * @returns null for a code that matches nothing here: the launch is asked for again, and the code is logged as an error
 */
export function classify(code: string, message = ""): ErrorClass | null {
  // Older tools and some messages put the side at fault before the code.
  const name = code.replace(/^(Client|Server)\./, "");
  const byMessage = messages.find(([codes, words]) => codes.test(name) && words.test(message));
  return byMessage?.[2] ?? classOf.get(name) ?? families.find(([family]) => family.test(name))?.[1] ?? null;
}
