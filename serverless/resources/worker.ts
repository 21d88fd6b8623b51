/** A machine at its start: its launch template, its firewall and its configuration. */
import type { StageConfig } from "../../shared/config.ts";
import { tagNames, type WorkerConfig } from "../../shared/contract/worker-config.ts";
import { type JobQueueNames, urlsOf } from "./job-queues.ts";
import { att, ref, type Resource, type Resources, sub, tags } from "./template.ts";
import { userDataOf } from "./user-data.ts";

export function workerResources(
  stage: string,
  config: StageConfig,
  queues: readonly JobQueueNames[],
): Resources {
  return {
    WorkerFirewall: firewall(config),
    ...bootstrapRights(config),
    WorkerTemplate: {
      Type: "AWS::EC2::LaunchTemplate",
      Properties: {
        LaunchTemplateName: `musicgen-batch-${stage}-worker`,
        LaunchTemplateData: launchTemplateData(stage, config, queues),
      },
    },
  };
}

/** What a machine needs to install the worker: a place to report the outcome, and the package if it is in the bucket. */
function bootstrapRights({ bootstrap: { source } }: StageConfig): Resources {
  if (source === "image") return {};
  const report = {
    Effect: "Allow",
    Action: "s3:PutObject",
    Resource: sub("${Bucket.Arn}/fleet/bootstraps/*"),
  };
  const fetch = { Effect: "Allow", Action: "s3:GetObject", Resource: sub("${Bucket.Arn}/worker/*") };
  return {
    WorkerBootstrapPolicy: {
      Type: "AWS::IAM::RolePolicy",
      Properties: {
        RoleName: ref("WorkerRole"),
        PolicyName: "bootstrap",
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: source === "s3" ? [fetch, report] : [report],
        },
      },
    },
  };
}

function firewall({ ssh, network }: StageConfig): Resource {
  return {
    Type: "AWS::EC2::SecurityGroup",
    Properties: {
      GroupDescription: "musicgen-batch workers: out by HTTPS, nothing in unless ssh is configured",
      VpcId: network?.vpc_id ?? ref("WorkerNetwork"),
      // Security groups do not filter metadata, DNS and time, so only HTTPS must be allowed.
      SecurityGroupEgress: [
        { IpProtocol: "tcp", FromPort: 443, ToPort: 443, CidrIp: "0.0.0.0/0", Description: "AWS and models" },
      ],
      ...(ssh === undefined
        ? {}
        : {
            SecurityGroupIngress: [
              { IpProtocol: "tcp", FromPort: 22, ToPort: 22, CidrIp: ssh.cidr, Description: "ssh" },
            ],
          }),
    },
  };
}

function launchTemplateData(stage: string, config: StageConfig, queues: readonly JobQueueNames[]): unknown {
  const own = tags({ ...config.tags, Name: `musicgen-batch-${stage}-worker`, [tagNames.stage]: stage });
  const { size_gb, initialization_mib_per_second: rate } = config.volume;
  return {
    ImageId: config.ami_id,
    InstanceType: config.instance_types[0].type,
    IamInstanceProfile: { Arn: att("WorkerProfile", "Arn") },
    // A worker has no right to end machines: it ends its own by shutting down.
    InstanceInitiatedShutdownBehavior: "terminate",
    MetadataOptions: {
      HttpEndpoint: "enabled",
      HttpTokens: "required",
      HttpPutResponseHopLimit: 1,
      InstanceMetadataTags: "enabled",
    },
    SecurityGroupIds: [att("WorkerFirewall", "GroupId")],
    BlockDeviceMappings: [
      {
        DeviceName: config.root_device,
        Ebs: {
          VolumeType: "gp3",
          VolumeSize: size_gb,
          Encrypted: true,
          ...(config.encryption && { KmsKeyId: config.encryption.kms_key_arn }),
          ...(rate !== undefined && { VolumeInitializationRate: rate }),
          DeleteOnTermination: true,
        },
      },
    ],
    ...(config.ssh === undefined ? {} : { KeyName: config.ssh.key_pair }),
    // The launch tags the machine and its volume. It cannot tag a network interface, so the template does.
    TagSpecifications: [{ ResourceType: "network-interface", Tags: own }],
    UserData: { "Fn::Base64": userDataOf(told(stage, config, queues), config) },
  };
}

/** Its URLs are references that CloudFormation fills in. */
function told(stage: string, config: StageConfig, queues: readonly JobQueueNames[]): WorkerConfig {
  const { worker } = config;
  return {
    stage,
    region: config.region,
    bucket: config.bucket,
    events_queue_url: "${Events}",
    models: config.models.map((model, index) => ({
      id: model.id,
      source: model.source,
      queue_urls: urlsOf(ofModel(queues[index])),
    })),
    visibility_seconds: worker.visibility_seconds,
    heartbeat_seconds: worker.heartbeat_seconds,
    interruption_poll_seconds: worker.interruption_poll_seconds,
    idle_exit_seconds: worker.idle_exit_seconds,
    max_lifetime_seconds: worker.max_lifetime_seconds,
    waits_to_be_taken: worker.waits_to_be_taken,
    max_failures_per_item: worker.max_failures_per_item,
    max_interruptions_per_item: worker.max_interruptions_per_item,
  };
}

function ofModel(queues: JobQueueNames | undefined): JobQueueNames {
  if (queues === undefined) throw new Error("expected a queue for each tier of each model");
  return queues;
}
