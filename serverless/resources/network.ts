/**
 * A network for the workers alone, so that nothing in the account has to be looked up. It has one public subnet in each
 * zone and no NAT gateway, which would cost more an hour than a machine. It is free while nothing runs.
 */
import { tagNames } from "../../shared/contract/worker-config.ts";
import { ref, type Resource, type Resources, sub, tags } from "./template.ts";

/** Named by the zone's letter, so that subnets stay when zones are reordered or added in the configuration. */
export const subnetName = (zone: string): string => `WorkerSubnet${letterOf(zone).toUpperCase()}`;
const letterOf = (zone: string): string => zone.slice(-1);

export function networkResources(stage: string, zones: readonly string[]): Resources {
  const name = tags({ Name: `musicgen-batch-${stage}`, [tagNames.stage]: stage });
  const subnets = zones.flatMap((zone) => [
    [subnetName(zone), subnetResource(zone, name)] as const,
    [`${subnetName(zone)}Routes`, routesOf(subnetName(zone))] as const,
  ]);
  return {
    WorkerNetwork: {
      Type: "AWS::EC2::VPC",
      Properties: {
        CidrBlock: "10.0.0.0/16",
        EnableDnsHostnames: true,
        EnableDnsSupport: true,
        Tags: name,
      },
    },
    WorkerGateway: { Type: "AWS::EC2::InternetGateway", Properties: { Tags: name } },
    WorkerGatewayAttachment: {
      Type: "AWS::EC2::VPCGatewayAttachment",
      Properties: { VpcId: ref("WorkerNetwork"), InternetGatewayId: ref("WorkerGateway") },
    },
    WorkerRoutes: {
      Type: "AWS::EC2::RouteTable",
      Properties: { VpcId: ref("WorkerNetwork"), Tags: name },
    },
    WorkerWayOut: {
      Type: "AWS::EC2::Route",
      DependsOn: "WorkerGatewayAttachment",
      Properties: {
        RouteTableId: ref("WorkerRoutes"),
        DestinationCidrBlock: "0.0.0.0/0",
        GatewayId: ref("WorkerGateway"),
      },
    },
    // Audio reaches S3 without leaving the AWS network. A gateway endpoint is free.
    WorkerS3Endpoint: {
      Type: "AWS::EC2::VPCEndpoint",
      Properties: {
        VpcId: ref("WorkerNetwork"),
        VpcEndpointType: "Gateway",
        ServiceName: sub("com.amazonaws.${AWS::Region}.s3"),
        RouteTableIds: [ref("WorkerRoutes")],
      },
    },
    ...Object.fromEntries(subnets),
  };
}

function subnetResource(zone: string, name: unknown): Resource {
  const block = letterOf(zone).charCodeAt(0) - "a".charCodeAt(0);
  return {
    Type: "AWS::EC2::Subnet",
    Properties: {
      VpcId: ref("WorkerNetwork"),
      CidrBlock: `10.0.${block * 16}.0/20`,
      AvailabilityZone: zone,
      MapPublicIpOnLaunch: true,
      // The launcher finds its pools by this tag.
      Tags: name,
    },
  };
}

function routesOf(subnet: string): Resource {
  return {
    Type: "AWS::EC2::SubnetRouteTableAssociation",
    Properties: { SubnetId: ref(subnet), RouteTableId: ref("WorkerRoutes") },
  };
}
