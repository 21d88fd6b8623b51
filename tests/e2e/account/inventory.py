"""Prints all that an account holds, a line of `kind id` each: asked of the account itself, and of the tags.

EC2 is asked twice: for machines, volumes and images where a person's commands find them, and for networks
where the stack's are.
"""

import os

import boto3

NETWORKS = boto3.client("ec2", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
EC2 = boto3.client("ec2")
LIVE = [{"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]}]


def pages(client, verb, field, **asked):
    """Everything under one field of a call's answers."""
    if client.can_paginate(verb):
        for page in client.get_paginator(verb).paginate(**asked):
            yield from page.get(field, [])
    else:
        yield from getattr(client, verb)(**asked).get(field, [])


def of_ec2():
    for reservation in pages(EC2, "describe_instances", "Reservations", Filters=LIVE):
        for machine in reservation["Instances"]:
            yield "machine", machine["InstanceId"]
    for volume in pages(EC2, "describe_volumes", "Volumes"):
        yield "volume", volume["VolumeId"]
    for snapshot in pages(EC2, "describe_snapshots", "Snapshots", OwnerIds=["self"]):
        yield "snapshot", snapshot["SnapshotId"]
    for image in pages(EC2, "describe_images", "Images", Owners=["self"]):
        yield "image", image["ImageId"]
    for request in pages(EC2, "describe_spot_instance_requests", "SpotInstanceRequests"):
        yield "spot request", request["SpotInstanceRequestId"]
    for client in (EC2, NETWORKS):
        for group in pages(client, "describe_security_groups", "SecurityGroups"):
            yield "security group", group["GroupId"]
    # moto keeps the tags of what is gone, so what is there was listed instead.
    for tag in pages(NETWORKS, "describe_tags", "Tags"):
        if tag["Key"] in ("mgb:stage", "mgb:build"):
            yield f"tag of EC2 {tag['Key']}", tag["ResourceId"]
    for vpc in pages(NETWORKS, "describe_vpcs", "Vpcs"):
        yield "network", vpc["VpcId"]
    for subnet in pages(NETWORKS, "describe_subnets", "Subnets"):
        yield "subnet", subnet["SubnetId"]
    for gateway in pages(NETWORKS, "describe_internet_gateways", "InternetGateways"):
        yield "internet gateway", gateway["InternetGatewayId"]
    for table in pages(NETWORKS, "describe_route_tables", "RouteTables"):
        yield "route table", table["RouteTableId"]
    for endpoint in pages(NETWORKS, "describe_vpc_endpoints", "VpcEndpoints"):
        if endpoint["State"] != "deleted":
            yield "endpoint", endpoint["VpcEndpointId"]
    for template in pages(NETWORKS, "describe_launch_templates", "LaunchTemplates"):
        yield "launch template", template["LaunchTemplateName"]


LISTS = [
    ("stack", "cloudformation", "describe_stacks", "Stacks", "StackName"),
    ("bucket", "s3", "list_buckets", "Buckets", "Name"),
    ("function", "lambda", "list_functions", "Functions", "FunctionName"),
    ("event source", "lambda", "list_event_source_mappings", "EventSourceMappings", "UUID"),
    ("role", "iam", "list_roles", "Roles", "RoleName"),
    ("instance profile", "iam", "list_instance_profiles", "InstanceProfiles", "InstanceProfileName"),
    ("log", "logs", "describe_log_groups", "logGroups", "logGroupName"),
    ("alarm", "cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    ("dashboard", "cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
    ("topic", "sns", "list_topics", "Topics", "TopicArn"),
    ("subscription", "sns", "list_subscriptions", "Subscriptions", "Endpoint"),
    ("API", "apigatewayv2", "get_apis", "Items", "ApiId"),
    ("rule", "events", "list_rules", "Rules", "Name"),
    ("parameter", "ssm", "describe_parameters", "Parameters", "Name"),
    (
        "tagged resource",
        "resourcegroupstaggingapi",
        "get_resources",
        "ResourceTagMappingList",
        "ResourceARN",
    ),
]


def of_other_services():
    for kind, service, verb, field, name in LISTS:
        asked = {"TagFilters": [{"Key": "mgb:stage"}]} if kind == "tagged resource" else {}
        for entry in pages(boto3.client(service), verb, field, **asked):
            yield kind, entry[name]
    for url in boto3.client("sqs").list_queues().get("QueueUrls", []):
        yield "queue", url.rsplit("/", 1)[-1]
    account = boto3.client("sts").get_caller_identity()["Account"]
    for budget in boto3.client("budgets").describe_budgets(AccountId=account).get("Budgets", []):
        yield "budget", budget["BudgetName"]


if __name__ == "__main__":
    for kind, name in sorted([*of_ec2(), *of_other_services()]):
        print(kind, name)
