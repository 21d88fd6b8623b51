/** The doctor's questions about a stage's alarms, who hears them, and AWS's own budget. */
import {
  type BudgetsClient,
  DescribeBudgetCommand,
  paginateDescribeNotificationsForBudget,
} from "@aws-sdk/client-budgets";
import { type CloudWatchClient, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { type CostExplorerClient, ListCostAllocationTagsCommand } from "@aws-sdk/client-cost-explorer";
import { paginateListSubscriptionsByTopic, type SNSClient } from "@aws-sdk/client-sns";
import type { Account, Alarm, Budget } from "../account.ts";
import { asked, orNull } from "./asking.ts";

export interface WatchClients {
  readonly cloudWatch: CloudWatchClient;
  readonly sns: SNSClient;
  readonly costExplorer: CostExplorerClient;
  readonly budgets: BudgetsClient;
}
type WatchQuestions = Pick<Account, "alarms" | "subscribers" | "costTag" | "budget">;

export const watchQuestions = ({ cloudWatch, sns, costExplorer, budgets }: WatchClients): WatchQuestions => ({
  alarms: (prefix) => asked("cloudwatch:DescribeAlarms", () => alarmsOf(cloudWatch, prefix)),
  subscribers: (topic) =>
    asked("sns:ListSubscriptionsByTopic", async () => {
      const arns = (await orNull(subscriptionsOf(sns, topic), "NotFoundException")) ?? [];
      const confirmed = arns.filter((arn) => arn.startsWith("arn:")).length;
      // Those that left are listed for a while, as "Deleted".
      const pending = arns.filter((arn) => arn === "PendingConfirmation").length;
      return { confirmed, pending };
    }),
  costTag: (tag) => asked("ce:ListCostAllocationTags", () => stateOfTag(costExplorer, tag)),
  budget: (account, name) =>
    asked("budgets:ViewBudget", () => orNull(budgetNamed(budgets, account, name), "NotFoundException")),
});

async function alarmsOf(client: CloudWatchClient, prefix: string): Promise<readonly Alarm[]> {
  const alarms: Alarm[] = [];
  for await (const page of paginateDescribeAlarms({ client }, { AlarmNamePrefix: prefix }))
    for (const { AlarmName: name = "", StateValue, ActionsEnabled, AlarmActions = [] } of page.MetricAlarms ??
      [])
      alarms.push({
        name,
        isRaised: StateValue === "ALARM",
        tells: ActionsEnabled !== false && AlarmActions.length > 0,
      });
  return alarms;
}

async function subscriptionsOf(client: SNSClient, topic: string): Promise<readonly string[]> {
  const arns: string[] = [];
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
    { client },
    { TopicArn: topic },
  ))
    arns.push(...Subscriptions.map(({ SubscriptionArn: arn = "" }) => arn));
  return arns;
}

/** Cost Explorer refuses an organization's other accounts so, whatever their policies say. */
const isOfOrganization = (error: unknown): boolean =>
  error instanceof Error && /linked account/i.test(error.message);

async function stateOfTag(
  client: CostExplorerClient,
  tag: string,
): Promise<Awaited<ReturnType<Account["costTag"]>>> {
  try {
    const answer = await client.send(new ListCostAllocationTagsCommand({ TagKeys: [tag] }));
    const [known] = answer.CostAllocationTags ?? [];
    if (known === undefined) return "not seen";
    return known.Status === "Active" ? "active" : "inactive";
  } catch (error) {
    if (isOfOrganization(error)) return "of the organization";
    throw error;
  }
}

async function budgetNamed(client: BudgetsClient, AccountId: string, BudgetName: string): Promise<Budget> {
  const { Budget: found } = await client.send(new DescribeBudgetCommand({ AccountId, BudgetName }));
  let notices = 0;
  // Each has a subscriber: AWS makes none without.
  for await (const page of paginateDescribeNotificationsForBudget({ client }, { AccountId, BudgetName }))
    notices += (page.Notifications ?? []).length;
  return {
    monthUsd: Number(found?.BudgetLimit?.Amount ?? Number.NaN),
    notices,
  };
}
