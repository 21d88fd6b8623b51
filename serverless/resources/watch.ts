/**
 * What shows how a stage is: metrics, made of the launcher's log line "measured", and a dashboard of them and of those
 * that AWS publishes for nothing. See docs/decisions/0054-metrics-are-made-of-log-lines.md.
 */
import type { StageConfig } from "../../shared/config.ts";
import { tiers } from "../../shared/contract/tiers.ts";
import type { Measured } from "../../shared/fleet/launch/measured.ts";
import { queueName, serviceName } from "../names.ts";
import { ref, type Resources, sub } from "./template.ts";

/** CloudWatch's names. Each costs 0.30 USD a month beyond the first ten of an account, for the hours in which it has data. */
const metricOf: Readonly<Record<keyof Measured, string>> = {
  machines_booting: "MachinesBooting",
  machines_ready: "MachinesReady",
  machines_leaving: "MachinesLeaving",
  usd_per_hour: "UsdPerHour",
  spent_day_usd: "SpentDayUsd",
  spent_month_usd: "SpentMonthUsd",
  oldest_job_seconds: "OldestJobSeconds",
};

type Watched = Pick<StageConfig, "region" | "models" | "budgets">;

export const watchResources = (stage: string, config: Watched): Resources => ({
  ...Object.fromEntries(
    Object.entries(metricOf).map(([field, name]) => [`${name}Measured`, measuredFilter(stage, field, name)]),
  ),
  Dashboard: {
    Type: "AWS::CloudWatch::Dashboard",
    Properties: {
      DashboardName: `${serviceName}-${stage}`,
      DashboardBody: sub(JSON.stringify({ widgets: widgetsOf(stage, config) })),
    },
  },
});

const measuredFilter = (stage: string, field: string, name: string) => ({
  Type: "AWS::Logs::MetricFilter",
  Properties: {
    LogGroupName: ref("LaunchLogGroup"),
    FilterPattern: '{ $.message = "measured" }',
    MetricTransformations: [
      { MetricNamespace: `${serviceName}-${stage}`, MetricName: name, MetricValue: `$.${field}` },
    ],
  },
});

type Metric = readonly unknown[];
interface Chart {
  readonly title: string;
  readonly metrics: readonly Metric[];
  readonly stat?: "Maximum" | "Sum";
  readonly period?: number;
  readonly stacked?: boolean;
  /** A line across the chart. */
  readonly limit?: number;
}

function widgetsOf(stage: string, { region, models, budgets }: Watched): readonly unknown[] {
  const own = (name: string): Metric => [`${serviceName}-${stage}`, name];
  const queues = models.flatMap(({ id }) => tiers.map((tier) => queueName(stage, tier, id)));
  const ofQueues = (name: string): Metric[] => queues.map((queue) => ["AWS/SQS", name, "QueueName", queue]);
  const ofFunctions = ["submit", "read", "operate", "expand", "launch", "reap", "fold", "deliver"].map(
    (name): Metric => ["AWS/Lambda", "Errors", "FunctionName", `${serviceName}-${stage}-${name}`],
  );
  const charts: readonly Chart[] = [
    {
      title: "Machines by state",
      metrics: [own("MachinesBooting"), own("MachinesReady"), own("MachinesLeaving")],
      stacked: true,
    },
    { title: "USD an hour", metrics: [own("UsdPerHour")] },
    { title: "Spent today, of budgets.day_usd", metrics: [own("SpentDayUsd")], limit: budgets.day_usd },
    {
      title: "Spent this month, of budgets.month_usd",
      metrics: [own("SpentMonthUsd")],
      limit: budgets.month_usd,
    },
    { title: "Jobs that wait", metrics: ofQueues("ApproximateNumberOfMessagesVisible"), stacked: true },
    { title: "Oldest open batch, seconds", metrics: [own("OldestJobSeconds")] },
    {
      title: "Jobs done an hour (clips, and items that ended otherwise)",
      metrics: ofQueues("NumberOfMessagesDeleted"),
      stat: "Sum",
      period: 3_600,
      stacked: true,
    },
    {
      title: "Launches held, and machines that run on",
      metrics: [own("LaunchesHeld"), own("MachinesRunOn")],
      stat: "Sum",
    },
    { title: "Errors of the functions", metrics: ofFunctions, stat: "Sum", stacked: true },
    {
      title: "Answers of the API: 5xx and 4xx",
      metrics: [
        ["AWS/ApiGateway", "5xx", "ApiId", "${HttpApi}"],
        ["AWS/ApiGateway", "4xx", "ApiId", "${HttpApi}"],
      ],
      stat: "Sum",
    },
  ];
  const log = (name: string): string => `SOURCE '/aws/lambda/${serviceName}-${stage}-${name}'`;
  const tables = [
    {
      title: "Why launches were held",
      query: `${log("launch")} | ${log("reap")} | filter message = "launches are paused" | fields @timestamp, reason, model, detail | sort @timestamp desc | limit 20`,
    },
    {
      title: "Interruptions, by hour",
      query: `${log("reap")} | filter event = "EC2 Spot Instance Interruption Warning" | stats count(*) by bin(1h)`,
    },
  ];
  return [
    ...charts.map((chart, place) => at(place, chartWidget(chart, region))),
    ...tables.map(({ title, query }, place) =>
      at(charts.length + place, { type: "log", properties: { title, query, region, view: "table" } }),
    ),
  ];
}

const width = 12;
const height = 6;
/** Two in a row. */
const at = (place: number, widget: object) => ({
  ...widget,
  x: (place % 2) * width,
  y: Math.floor(place / 2) * height,
  width,
  height,
});

const chartWidget = (
  { title, metrics, stat = "Maximum", period = 60, stacked = false, limit }: Chart,
  region: string,
) => ({
  type: "metric",
  properties: {
    title,
    metrics,
    stat,
    period,
    region,
    stacked,
    view: "timeSeries",
    yAxis: { left: { min: 0 } },
    ...(limit !== undefined && { annotations: { horizontal: [{ value: limit, label: "budget" }] } }),
  },
});
