/** Who hears of what goes wrong in a stage, and of what AWS charges for it. */
import { type Answer, fault, ok, unknown, warning } from "../finding.ts";
import type { Asked, Check } from "./check.ts";
import { ofDeployed, putBack, stackName } from "./deployed.ts";

export const watchChecks: readonly Check[] = [
  { name: "alarms", ask: ofDeployed(alarmsAnswers) },
  { name: "alarm mail", ask: ofDeployed(mailAnswer) },
  { name: "cost tag", ask: ofDeployed(costTagAnswer) },
  { name: "budget", ask: ofDeployed(budgetAnswer) },
];

/** An older version may have been deployed, or somebody changed by hand what was. */
const deployOrPutBack = (asked: Asked): string =>
  `deploy: npm run mgb -- deploy --stage ${asked.stage}; if that changes nothing, ${putBack(asked)}`;

async function alarmsAnswers(asked: Asked): Promise<readonly Answer[]> {
  const { account, stage, config } = asked;
  const alarms = await account.alarms(`${stackName(stage)}-`);
  if (alarms.length === 0)
    return [
      fault("there are none: nobody hears when the launcher or the reaper fails", deployOrPutBack(asked)),
    ];
  const raised = alarms.filter(({ isRaised }) => isRaised).map(({ name }) => name);
  const silent = alarms.filter(({ tells }) => !tells).map(({ name }) => name);
  const faults = [
    ...(raised.length === 0
      ? []
      : [
          fault(
            `raised: ${raised.join(", ")}`,
            "each alarm's description says what it means (docs/deploy.md)",
          ),
        ]),
    ...(silent.length === 0
      ? []
      : [
          fault(
            `these tell nobody when they are raised: ${silent.join(", ")}`,
            `aws cloudwatch enable-alarm-actions --region ${config.region} --alarm-names ${silent.join(" ")}`,
          ),
        ]),
  ];
  return faults.length > 0 ? faults : [ok("none is raised")];
}

async function mailAnswer(asked: Asked): Promise<Answer> {
  const { account, identity, stage, config } = asked;
  const topic = `arn:aws:sns:${config.region}:${identity.account}:${stackName(stage)}-alerts`;
  const { confirmed, pending } = await account.subscribers(topic);
  if (confirmed > 0) return ok(`${confirmed} confirmed`);
  if (pending > 0)
    return fault(
      "nobody hears the alarms: the address is not confirmed",
      'follow the link in AWS\'s mail "Subscription Confirmation"',
    );
  return fault(
    "nobody hears the alarms",
    config.alert_email === undefined
      ? `set alert_email in config/${stage}.json, and deploy`
      : `${config.alert_email} left them, or was not deployed; ${deployOrPutBack(asked)}`,
  );
}

/** By which AWS's own budget counts the stage. */
const costTag = "mgb:stage";
const activation = `aws ce update-cost-allocation-tags-status --cost-allocation-tags-status TagKey=${costTag},Status=Active`;

async function costTagAnswer({ account }: Asked): Promise<Answer> {
  switch (await account.costTag(costTag)) {
    case "active":
      return ok(`${costTag} is active: AWS's budget counts the stage`);
    case "inactive":
      return warning(
        `${costTag} is not activated for cost allocation: AWS's budget counts nothing (the launcher's own budgets do not need it)`,
        `activate it: ${activation}`,
      );
    case "not seen":
      return warning(
        `AWS has not seen ${costTag} yet, which takes a day after the first deploy: its budget counts nothing`,
        `ask again tomorrow, then activate it: ${activation}`,
      );
    case "of the organization":
      return unknown(
        `only the organization's management account sees whether ${costTag} is activated`,
        `ask whoever has that account to activate ${costTag}: Billing and Cost Management → Cost allocation tags`,
      );
  }
}

async function budgetAnswer(asked: Asked): Promise<Answer> {
  const { account, identity, stage, config } = asked;
  const name = stackName(stage);
  const budget = await account.budget(identity.account, name);
  if (budget === null)
    return fault(`AWS has no budget ${name}: nobody hears when AWS charges too much`, deployOrPutBack(asked));
  if (budget.notices === 0)
    return fault(`AWS's budget ${name} tells nobody when it is reached`, deployOrPutBack(asked));
  const { month_usd: wanted } = config.budgets;
  if (budget.monthUsd !== wanted)
    return warning(
      `AWS's budget ${name} is of ${budget.monthUsd} USD a month; budgets.month_usd is ${wanted}`,
      deployOrPutBack(asked),
    );
  return ok(`AWS's budget ${name} is of ${wanted} USD a month, and tells somebody`);
}
