/** Whether whoever asks may deploy, and build the worker image. */
import { actionsOf, type Purpose } from "../../policies.ts";
import { type Answer, fault, ok } from "../finding.ts";
import type { Asked, Check } from "./check.ts";

export const permissionChecks: readonly Check[] = (["deploy", "image"] as const).map((purpose) => ({
  name: `rights to ${purpose === "image" ? "build the image" : "deploy"}`,
  ask: (asked) => rightsAnswer(asked, purpose),
}));

/** As many are named; the rest is counted. */
const named = 5;

async function rightsAnswer(
  { account, identity, stage, config: { region, bucket } }: Asked,
  purpose: Purpose,
): Promise<Answer> {
  if (identity.arn.endsWith(":root"))
    return ok("the account's root user may do everything (make a user for this)");
  const actions = actionsOf(purpose, { account: identity.account, region, bucket });
  const denied = await account.forbidden(identity.arn, actions);
  if (denied.length === 0) return ok(`all ${actions.length} actions are allowed (IAM's simulation)`);
  const more = denied.length > named ? ` and ${denied.length - named} more` : "";
  return fault(
    `not allowed: ${denied.slice(0, named).join(", ")}${more}`,
    `an administrator attaches this policy: npm run --silent mgb -- doctor --stage ${stage} --policy ${purpose}`,
  );
}
