/** The policies of the stage's roles, against what the roles asked for. */
import {
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  ListRolesCommand,
} from "@aws-sdk/client-iam";
import * as z from "zod";
import type { Call } from "../call-record.ts";
import { cloud } from "../world.ts";

/** One action on one resource, or pattern of resources, that a role's policy allows. */
export interface Right {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const policySchema = z.object({ Statement: z.array(z.object({ Action: oneOrMore, Resource: oneOrMore })) });

export async function rights(): Promise<readonly Right[]> {
  const iam = new IAMClient({
    endpoint: cloud.endpoints.aws,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const { Roles = [] } = await iam.send(new ListRolesCommand({}));
  const names = Roles.map(({ RoleName = "" }) => RoleName).filter((name) => name.startsWith("musicgen-"));
  const found = await Promise.all(names.map((name) => rightsOf(iam, name)));
  iam.destroy();
  return found.flat();
}

async function rightsOf(iam: IAMClient, role: string): Promise<Right[]> {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName: role }));
  const documents = await Promise.all(
    PolicyNames.map((name) => iam.send(new GetRolePolicyCommand({ RoleName: role, PolicyName: name }))),
  );
  return documents
    .flatMap(
      ({ PolicyDocument }) =>
        policySchema.parse(JSON.parse(decodeURIComponent(PolicyDocument ?? ""))).Statement,
    )
    .flatMap(({ Action, Resource }) =>
      Action.flatMap((action) => Resource.map((resource) => ({ role, action, resource }))),
    );
}

export function isUsed(right: Right, made: readonly Call[]): boolean {
  const parts = right.resource
    .split("*")
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  const pattern = new RegExp(`^${parts.join(".*")}$`);
  return made.some(
    ({ role, action, resource }) => role === right.role && action === right.action && pattern.test(resource),
  );
}

/** `launch` of `musicgen-batch-local-launch-eu-central-1-lambdaRole`, `worker` of the workers' role. */
export const shortRole = (role: string): string =>
  role.startsWith("musicgen-worker-role-")
    ? "worker"
    : (/^musicgen-batch-local-(.*)-eu-central-1/.exec(role)?.[1] ?? role);
