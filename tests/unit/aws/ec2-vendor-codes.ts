/**
 * Every code of the EC2 API reference ("Error codes for the Amazon EC2 API"), those that launches in an instant fleet
 * are known to answer, and the SDK's throttles, by what they mean for a launch.
 */
import type { ErrorClass } from "../../../shared/ports.ts";

export const vendorCodes: Readonly<Record<ErrorClass | "of other calls", string>> = {
  pool_dry: `
    IncompatibleHostRequirements InsufficientAddressCapacity InsufficientCapacity InsufficientCapacityOnHost
    InsufficientFreeAddressesInSubnet InsufficientHostCapacity InsufficientInstanceCapacity
    InsufficientReservedInstanceCapacity InsufficientReservedInstancesCapacity InsufficientVolumeCapacity
    MaxScheduledInstanceCapacityExceeded ReservationCapacityExceeded ReservedInstancesUnavailable
    ScheduledInstanceSlotUnavailable SpotMaxPriceTooLow UnavailableHostRequirements`,
  no_capacity: `
    IdempotentInstanceTerminated UnfulfillableCapacity`,
  not_offered: `
    InvalidAvailabilityZone InvalidFleetConfiguration InvalidZone.NotFound Unsupported
    VolumeTypeNotAvailableInZone`,
  market_quota: `
    InstanceLimitExceeded MaxSpotFleetRequestCountExceeded MaxSpotInstanceCountExceeded VcpuLimitExceeded`,
  account_quota: `
    ActiveVpcPeeringConnectionPerVpcLimitExceeded AddressLimitExceeded
    ClientVpnAuthorizationRuleLimitExceeded ClientVpnCertificateRevocationListLimitExceeded
    ClientVpnEndpointLimitExceeded ClientVpnRouteLimitExceeded ClientVpnTerminateConnectionsLimitExceeded
    ConcurrentCreateImageNoRebootLimitExceeded ConcurrentSnapshotLimitExceeded CustomerGatewayLimitExceeded
    FleetCountExceeded FleetLimitExceeded FlowLogsLimitExceeded HostLimitExceeded
    InternetGatewayLimitExceeded KeyPairLimitExceeded MaxConfigLimitExceededException MaxFleetCountExceeded
    MaxIOPSLimitExceeded MaxTemplateLimitExceeded MaxTemplateVersionLimitExceeded NatGatewayLimitExceeded
    NetworkAclEntryLimitExceeded NetworkAclLimitExceeded NetworkInterfaceLimitExceeded
    OutstandingVpcPeeringConnectionLimitExceeded PendingSnapshotLimitExceeded
    PendingVpcPeeringConnectionLimitExceeded PlacementGroupLimitExceeded ReservedInstancesCountExceeded
    ReservedInstancesLimitExceeded ResourceCountLimitExceeded ResourceLimitExceeded RouteLimitExceeded
    RouteTableLimitExceeded RulesPerSecurityGroupLimitExceeded ScheduledInstanceLimitExceeded
    SecurityGroupLimitExceeded SnapshotLimitExceeded SubnetLimitExceeded
    TargetCapacityLimitExceededException TrafficMirrorFilterLimitExceeded
    TrafficMirrorFilterRuleLimitExceeded TrafficMirrorSessionLimitExceeded
    TrafficMirrorSessionsPerInterfaceLimitExceeded TrafficMirrorSessionsPerTargetLimitExceeded
    TrafficMirrorSourcesPerTargetLimitExceeded TrafficMirrorTargetLimitExceeded VolumeIOPSLimit
    VolumeLimitExceeded VolumeModificationSizeLimitExceeded VpcEndpointLimitExceeded VpcLimitExceeded
    VpcPeeringConnectionsPerVpcLimitExceeded VpnConnectionLimitExceeded VpnGatewayAttachmentLimitExceeded
    VpnGatewayLimitExceeded`,
  not_there_yet: `
    DependencyViolation IncorrectInstanceState IncorrectModificationState IncorrectState
    InvalidAMIID.NotFound InvalidAMIID.Unavailable InvalidAddress.NotFound InvalidAddressID.NotFound
    InvalidAllocationID.NotFound InvalidAssociationID.NotFound InvalidAttachment.NotFound
    InvalidAttachmentID.NotFound InvalidBundleID.NotFound InvalidCapacityReservationIdNotFoundException
    InvalidClientVpnActiveAssociationNotFound InvalidClientVpnAssociationIdNotFound
    InvalidClientVpnConnection.IdNotFound InvalidClientVpnConnection.UserNotFound
    InvalidClientVpnEndpointAuthorizationRuleNotFound InvalidClientVpnEndpointId.NotFound
    InvalidClientVpnRouteNotFound InvalidClientVpnSubnetId.NotFound InvalidCustomerGatewayID.NotFound
    InvalidDhcpOptionID.NotFound InvalidDhcpOptionsID.NotFound InvalidExportTaskID.NotFound
    InvalidFlowLogId.NotFound InvalidFpgaImageID.NotFound InvalidGatewayID.NotFound InvalidGroup.NotFound
    InvalidHostID.NotFound InvalidHostId.NotFound InvalidInstanceID.NotFound InvalidInstanceState
    InvalidInternetGatewayID.NotFound InvalidKeyPair.NotFound InvalidLaunchTemplateId.NotFound
    InvalidLaunchTemplateId.VersionNotFound InvalidLaunchTemplateName.NotFoundException
    InvalidNatGatewayID.NotFound InvalidNetworkAclEntry.NotFound InvalidNetworkAclID.NotFound
    InvalidNetworkInterfaceID.NotFound InvalidNetworkLoadBalancerArn.NotFound InvalidPermission.NotFound
    InvalidPlacementGroup.Unknown InvalidPrefixListId.NotFound InvalidReservationID.NotFound
    InvalidRoute.NotFound InvalidRouteTableID.NotFound InvalidSecurityGroupID.NotFound
    InvalidSnapshot.NotFound InvalidSpotDatafeed.NotFound InvalidSpotFleetRequestId.NotFound
    InvalidSpotInstanceRequestID.NotFound InvalidState InvalidSubnet InvalidSubnetID.NotFound
    InvalidTargetArn.Unknown InvalidTrafficMirrorFilterNotFound InvalidTrafficMirrorFilterRuleNotFound
    InvalidTrafficMirrorSessionNotFound InvalidTrafficMirrorTargetNoFound InvalidVolume.NotFound
    InvalidVpcEndpoint.NotFound InvalidVpcEndpointId.NotFound InvalidVpcEndpointService.NotFound
    InvalidVpcEndpointServiceId.NotFound InvalidVpcID.NotFound InvalidVpcPeeringConnectionID.NotFound
    InvalidVpnConnectionID.NotFound InvalidVpnGatewayAttachment.NotFound InvalidVpnGatewayID.NotFound
    LogDestinationNotFoundException NatGatewayNotFound NetworkInterfaceNotFoundException
    NetworkLoadBalancerNotFoundException`,
  refused: `
    AccessDenied AttachmentLimitExceeded AuthFailure AuthFailure.ServiceLinkedRoleCreationNotPermitted
    Blocked BootForVolumeTypeUnsupported CustomerKeyHasBeenRevoked DryRunOperation
    EncryptedVolumesNotSupported FilterLimitExceeded IdempotentParameterMismatch IncompleteSignature
    InstanceCreditSpecification.NotSupported InvalidAMIAttributeItemValue InvalidAMIID
    InvalidAMIID.Malformed InvalidAMIName.Duplicate InvalidAMIName.Malformed InvalidAction
    InvalidAddress.Locked InvalidAddress.Malformed InvalidAffinity InvalidAutoPlacement
    InvalidBlockDeviceMapping InvalidCapacityReservationIdMalformedException InvalidCharacter
    InvalidCidr.InUse InvalidClientToken InvalidClientTokenId InvalidClientVpnDuplicateAssociationException
    InvalidClientVpnDuplicateAuthorizationRule InvalidClientVpnDuplicateRoute
    InvalidClientVpnSubnetId.DifferentAccount InvalidClientVpnSubnetId.DuplicateAz
    InvalidClientVpnSubnetId.OverlappingCidr InvalidConversionTaskId InvalidConversionTaskId.Malformed
    InvalidCpuCredits.Malformed InvalidCustomerGateway.DuplicateIpAddress InvalidCustomerGatewayId.Malformed
    InvalidCustomerGatewayState InvalidDevice.InUse InvalidDhcpOptionsId.Malformed InvalidFilter
    InvalidFleetConfig InvalidFormat InvalidFpgaImageID.Malformed InvalidGroup.Duplicate InvalidGroup.InUse
    InvalidGroup.Reserved InvalidGroupId.Malformed InvalidHostConfiguration InvalidHostID.Malformed
    InvalidHostId InvalidHostId.Malformed InvalidHostReservationId.Malformed
    InvalidHostReservationOfferingId.Malformed InvalidHostState InvalidID InvalidIPAddress.InUse
    InvalidIamInstanceProfileArn.Malformed InvalidInput InvalidInstanceAttributeValue
    InvalidInstanceCreditSpecification.DuplicateInstanceId InvalidInstanceFamily InvalidInstanceID
    InvalidInstanceID.Malformed InvalidInstanceID.NotLinkable InvalidInstanceType
    InvalidInterface.IpAddressLimitExceeded InvalidInternetGatewayId.Malformed InvalidKernelId.Malformed
    InvalidKey.Format InvalidKeyPair.Duplicate InvalidKeyPair.Format InvalidLaunchTemplateId.Malformed
    InvalidLaunchTemplateName.AlreadyExistsException InvalidLaunchTemplateName.MalformedException
    InvalidManifest InvalidMaxResults InvalidNetworkAclId.Malformed InvalidNetworkInterface.InUse
    InvalidNetworkInterfaceAttachmentId.Malformed InvalidNetworkInterfaceId.Malformed
    InvalidNetworkLoadBalancerArn.Malformed InvalidNextToken InvalidOption.Conflict InvalidPaginationToken
    InvalidParameter InvalidParameterCombination InvalidParameterValue InvalidPermission.Duplicate
    InvalidPermission.Malformed InvalidPlacementGroup.Duplicate InvalidPlacementGroup.InUse
    InvalidPolicyDocument InvalidPrefixListId.Malformed InvalidProductInfo InvalidPurchaseToken.Expired
    InvalidPurchaseToken.Malformed InvalidQuantity InvalidQueryParameter InvalidRamDiskId.Malformed
    InvalidRegion InvalidRequest InvalidReservationID.Malformed InvalidReservedInstancesId
    InvalidReservedInstancesOfferingId InvalidResourceType.Unknown InvalidRoute.InvalidState
    InvalidRoute.Malformed InvalidRouteTableId.Malformed InvalidScheduledInstance
    InvalidSecurityGroupId.Malformed InvalidServiceName InvalidSnapshot.InUse InvalidSnapshotID.Malformed
    InvalidSpotFleetRequestConfig InvalidSpotFleetRequestId.Malformed InvalidSpotInstanceRequestID.Malformed
    InvalidStateTransition InvalidSubnet.Conflict InvalidSubnet.Range InvalidSubnetID.Malformed
    InvalidTagKey.Malformed InvalidTenancy InvalidTime InvalidUserID.Malformed InvalidVolume.ZoneMismatch
    InvalidVolumeID.Duplicate InvalidVolumeID.Malformed InvalidVolumeID.ZoneMismatch
    InvalidVpcEndpointId.Malformed InvalidVpcEndpointType InvalidVpcID.Malformed
    InvalidVpcPeeringConnectionId.Malformed InvalidVpcPeeringConnectionState.DnsHostnamesDisabled
    InvalidVpcRange InvalidVpcState InvalidVpnConnection.InvalidState InvalidVpnConnection.InvalidType
    InvalidVpnConnectionID InvalidVpnGatewayState LegacySecurityGroup LimitPriceExceeded
    LogDestinationPermissionIssue MalformedQueryString MissingAction MissingAuthenticationToken MissingInput
    MissingParameter NatGatewayMalformed NetworkInterfaceNotSupportedException NoSuchVersion NonEBSInstance
    OperationNotPermitted OptInRequired PendingVerification PrivateIpAddressLimitExceeded
    ResourceCountExceeded SecurityGroupsPerInstanceLimitExceeded SecurityGroupsPerInterfaceLimitExceeded
    SignatureDoesNotMatch SnapshotCopyUnsupported.InterRegion TagLimitExceeded UnauthorizedOperation
    UnknownParameter UnknownPrincipalType.Unsupported UnknownVolumeType UnrecognizedClientException
    UnsupportedException UnsupportedHibernationConfiguration UnsupportedHostConfiguration
    UnsupportedInstanceAttribute UnsupportedInstanceTypeOnHost UnsupportedOperation UnsupportedProtocol
    UnsupportedTenancy VPCIdNotSpecified VPCResourceNotSpecified ValidationError ZonesMismatched`,
  again: `
    BandwidthLimitExceeded ConcurrentTagAccess CreditSpecificationUpdateInProgress EC2ThrottledException
    ExpiredToken InvalidSecurity.RequestHasExpired RequestExpired RequestLimitExceeded
    RequestResourceCountExceeded RequestThrottled SlowDown SnapshotCreationPerVolumeRateExceeded Throttling
    ThrottlingException TooManyRequestsException UpdateLimitExceeded`,
  server_fault: `
    InternalError InternalFailure InternalServerError RequestTimeout ServerInternal ServiceUnavailable
    Unavailable`,
  "of other calls": `
    AsnConflict BundlingInProgress CannotDelete CidrConflict ClientVpnEndpointAssociationExists
    DefaultSubnetAlreadyExistsInAvailabilityZone DefaultVpcAlreadyExists DefaultVpcDoesNotExist
    DeleteConversionTaskError DisallowedForDedicatedTenancyNetwork DiskImageSizeTooLarge
    DuplicateSubnetsInSameZone EIPMigratedToVpc ExistingVpcEndpointConnections FleetNotInModifiableState
    FlowLogAlreadyExists Gateway.NotAttached HostAlreadyCoveredByReservation InaccessibleStorageLocation
    InstanceAlreadyLinked InterfaceInUseByTrafficMirrorSession InterfaceInUseByTrafficMirrorTarget
    NetworkAclEntryAlreadyExists NlbInUseByTrafficMirrorTargetException NotExportable
    Resource.AlreadyAssigned Resource.AlreadyAssociated RouteAlreadyExists
    ScheduledInstanceParameterMismatch ScheduledInstanceSlotNotOpen TrafficMirrorFilterInUse
    TrafficMirrorFilterRuleAlreadyExists TrafficMirrorTargetInUseException VolumeInUse VpcCidrConflict
    VpcPeeringConnectionAlreadyExists`,
};
