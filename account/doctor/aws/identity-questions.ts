/** The doctor's questions about who asks, and what they may. */
import { GetRoleCommand, type IAMClient, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  type ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import type { Clock } from "../../../shared/ports.ts";
import type { Account } from "../account.ts";
import { asked, isNamed } from "./asking.ts";

type IdentityQuestions = Pick<Account, "identity" | "quota" | "hasRole" | "forbidden">;

export interface IdentityClients {
  readonly sts: STSClient;
  readonly iam: IAMClient;
  readonly quotas: ServiceQuotasClient;
}

export const identityQuestions = (
  { sts, iam, quotas }: IdentityClients,
  clock: Clock,
): IdentityQuestions => ({
  identity: () =>
    asked("sts:GetCallerIdentity", async () => {
      const dateHeader = readDateHeader(sts);
      const { Account: account = "", Arn: arn = "" } = await sts.send(new GetCallerIdentityCommand());
      const awsMs = dateHeader();
      return { account, arn, clockAheadMs: awsMs === null ? 0 : clock.nowMs() - awsMs };
    }),
  quota: (code) =>
    asked("servicequotas:GetServiceQuota", async () => {
      const of = { ServiceCode: "ec2", QuotaCode: code };
      try {
        return (await quotas.send(new GetServiceQuotaCommand(of))).Quota?.Value ?? 0;
      } catch (error) {
        // Nothing was ever changed for this account: AWS's default holds.
        if (!isNamed(error, "NoSuchResourceException")) throw error;
        return (await quotas.send(new GetAWSDefaultServiceQuotaCommand(of))).Quota?.Value ?? 0;
      }
    }),
  hasRole: (name) =>
    asked("iam:GetRole", async () => {
      try {
        await iam.send(new GetRoleCommand({ RoleName: name }));
        return true;
      } catch (error) {
        if (isNamed(error, "NoSuchEntityException", "NoSuchEntity")) return false;
        throw error;
      }
    }),
  forbidden: (arn, actions) =>
    asked("iam:SimulatePrincipalPolicy", async () => {
      const source = await policySource(iam, arn);
      const denied: string[] = [];
      for (let from = 0; from < actions.length; from += simulatedAtOnce)
        denied.push(...(await simulated(iam, source, actions.slice(from, from + simulatedAtOnce))));
      return denied;
    }),
});

/** IAM answers at most 100 results a page by default. */
const simulatedAtOnce = 100;

async function simulated(iam: IAMClient, source: string, actions: readonly string[]): Promise<string[]> {
  const answer = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: source,
      ActionNames: [...actions],
      MaxItems: simulatedAtOnce,
    }),
  );
  return (answer.EvaluationResults ?? []).flatMap(({ EvalDecision, EvalActionName }) =>
    EvalDecision === "allowed" ? [] : (EvalActionName ?? []),
  );
}

/** IAM simulates a role, not a session of it. */
async function policySource(iam: IAMClient, arn: string): Promise<string> {
  const role = /:assumed-role\/([^/]+)\//.exec(arn)?.[1];
  if (role === undefined) return arn;
  return (await iam.send(new GetRoleCommand({ RoleName: role }))).Role?.Arn ?? arn;
}

/** @returns AWS's time by the header of the client's last answer; null: it had none */
function readDateHeader(client: STSClient): () => number | null {
  let awsMs: number | null = null;
  client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      const { headers } = answer.response as { readonly headers?: Readonly<Record<string, string>> };
      const parsed = Date.parse(headers?.["date"] ?? "");
      if (!Number.isNaN(parsed)) awsMs = parsed;
      return answer;
    },
    { step: "deserialize", name: "readDateHeader", override: true },
  );
  return () => awsMs;
}
