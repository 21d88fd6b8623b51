/** What the account lets the stage have: machines and functions at once. */
import type { MachineType } from "../../../shared/config.ts";
import { type Answer, fault, ok, warning } from "../finding.ts";
import { type Asked, type Check, consoleUrl } from "./check.ts";

/** @see EC2 user guide, "Spot Instance quotas"; they count vCPUs */
const spotQuota = "L-3819A6DF";
/** @see EC2 user guide, "On-Demand Instance quotas" */
const onDemandQuota = "L-DB2E81BA";

/** These two quotas are of the types whose name begins so. */
const isGraphics = ({ type }: MachineType): boolean => /^(g|vt)\d/.test(type);

export const limitChecks: readonly Check[] = [
  {
    name: "spot quota",
    ask: (asked) =>
      vcpuAnswer(asked, {
        code: spotQuota,
        of: "G and VT spot machines",
        machines: asked.config.limits.max_instances,
        without: "no machine can be launched",
      }),
  },
  {
    name: "on-demand quota",
    ask: (asked) =>
      vcpuAnswer(asked, {
        code: onDemandQuota,
        of: "G and VT machines on demand",
        machines: Math.max(1, asked.config.rescue?.max_instances ?? 0),
        without: "no worker image can be built, and nothing can be rescued",
      }),
  },
  { name: "functions at once", ask: functionsAnswer },
];

interface VcpuQuestion {
  readonly code: string;
  readonly of: string;
  /** How many the stage may have at once. */
  readonly machines: number;
  /** What a quota without room for a single machine means. */
  readonly without: string;
}

async function vcpuAnswer(
  { account, config }: Asked,
  { code, of, machines, without }: VcpuQuestion,
): Promise<Answer> {
  const other = config.instance_types.find((type) => !isGraphics(type));
  if (other !== undefined) return warning(`${other.type} counts against another quota: look it up`);
  const [quota, sizes] = await Promise.all([
    account.quota(code),
    Promise.all(config.instance_types.map(({ type }) => account.vcpusOf(type))),
  ]);
  // All types share the quota: the largest says what may be needed.
  const each = Math.max(...sizes);
  const { type } = config.instance_types[sizes.indexOf(each)] ?? config.instance_types[0];
  const needed = each * machines;
  const detail = `${quota} vCPUs of ${of}; ${machines} of ${type} need ${needed}`;
  const next = `ask for ${needed}: ${consoleUrl(config.region, `servicequotas/home/services/ec2/quotas/${code}`)}`;
  if (quota < each) return fault(`${detail}: ${without}`, next);
  return quota < needed ? warning(`${detail}: fewer machines will be had`, next) : ok(detail);
}

/** What the stage needs beside those that wait: one of each function, and a second one of the API's. */
const functionsBeside = 10;

async function functionsAnswer({ account, config }: Asked): Promise<Answer> {
  const limit = await account.concurrentFunctions();
  const waiting = config.limits.waiting_requests;
  const needed = waiting + functionsBeside;
  const detail = `${limit} may run at once; ${waiting} may wait for a batch, and about ${functionsBeside} do the rest`;
  if (limit >= needed) return ok(detail);
  const url = consoleUrl(config.region, "servicequotas/home/services/lambda/quotas/L-B99A9384");
  return warning(
    `${detail}: some requests will be answered 429 or 503`,
    `ask for 1000: ${url}; or lower limits.waiting_requests`,
  );
}
