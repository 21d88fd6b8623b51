/** Looks at an account before a stage is deployed to it, and at any time after. It changes nothing. */
import type { StageConfig } from "../../shared/config.ts";
import { type Account, type Identity, NoAnswer, NotAllowed, NotSignedIn } from "./account.ts";
import type { Checkout } from "./checkout.ts";
import type { Asked, Check } from "./checks/check.ts";
import { driftChecks } from "./checks/drift.ts";
import { leftoverChecks } from "./checks/leftovers.ts";
import { limitChecks } from "./checks/limits.ts";
import { machineChecks } from "./checks/machines.ts";
import { permissionChecks } from "./checks/permissions.ts";
import { stageChecks } from "./checks/stage.ts";
import { watchChecks } from "./checks/watch.ts";
import { type Answer, fault, type Finding, ok, unknown, warning } from "./finding.ts";

const checks: readonly Check[] = [
  ...permissionChecks,
  ...machineChecks,
  ...limitChecks,
  ...stageChecks,
  ...driftChecks,
  ...watchChecks,
  ...leftoverChecks,
];

/** In the order in which they are to be read; without credentials that work, only that is said. */
export async function examine(
  account: Account,
  checkout: Checkout,
  stage: string,
  config: StageConfig,
): Promise<readonly Finding[]> {
  const identity = await identityOf(account);
  if ("outcome" in identity) return [{ check: "credentials", ...identity }];
  const asked: Asked = { account, checkout, identity, stage, config };
  const found = await Promise.all(checks.map((check) => findingsOf(check, asked)));
  return [
    { check: "credentials", ...ok(`${identity.arn}, account ${identity.account}`) },
    { check: "clock", ...clockAnswer(identity) },
    ...found.flat(),
  ];
}

async function identityOf(account: Account): Promise<Identity | Answer> {
  try {
    return await account.identity();
  } catch (error) {
    if (error instanceof NotSignedIn || error instanceof NotAllowed)
      return fault(
        `AWS does not know who asks: ${error.message}`,
        "sign in: aws configure, aws sso login, or AWS_PROFILE; then aws sts get-caller-identity tells who you are",
      );
    if (error instanceof NoAnswer)
      return fault(
        `AWS does not answer: ${error.message}`,
        "look at the network, a proxy, and AWS_ENDPOINT_URL",
      );
    throw error;
  }
}

/** AWS refuses a signature that is further off than five minutes. */
const clockLimitMs = 300_000;
const clockNoticeMs = 30_000;

function clockAnswer({ clockAheadMs }: Identity): Answer {
  const off = Math.abs(clockAheadMs);
  const detail = `${Math.round(off / 1000)} s ${clockAheadMs < 0 ? "behind" : "ahead of"} AWS's`;
  const next = "let the machine set its clock by the network (NTP)";
  if (off >= clockLimitMs) return fault(detail, next);
  return off >= clockNoticeMs ? warning(detail, next) : ok("as AWS's");
}

async function findingsOf({ name, ask }: Check, asked: Asked): Promise<Finding[]> {
  const answers = [await answered(ask, asked)].flat();
  return answers.map((answer) => ({ check: name, ...answer }));
}

async function answered(ask: Check["ask"], asked: Asked): Promise<Answer | readonly Answer[]> {
  try {
    return await ask(asked);
  } catch (error) {
    if (error instanceof NotAllowed)
      return unknown(
        error.message,
        `let an administrator attach the policy: npm run --silent mgb -- doctor --stage ${asked.stage} --policy doctor`,
      );
    if (error instanceof NoAnswer || error instanceof NotSignedIn) return unknown(error.message, "ask again");
    throw error;
  }
}
