/** If the configuration names no zones, the error lists the zones to choose from. */
import * as z from "zod";
import { instanceTypeSchema, regionSchema } from "../shared/contract/aws-names.ts";
import { accountClient, zonesOffering } from "./account.ts";
import { jsonOf } from "../shared/contract/json.ts";

/** @returns the zones of a region that offer a type; rejects when the account cannot be asked */
export type AskZones = (region: string, instanceType: string) => Promise<readonly string[]>;

export const asksTheAccount: AskZones = (region, instanceType) =>
  zonesOffering(accountClient(region), instanceType);

const zonelessSchema = z.object({
  region: regionSchema,
  instance_type: instanceTypeSchema.default("g4dn.xlarge"),
  instance_types: z.array(z.object({ type: instanceTypeSchema })).optional(),
  zones: z.undefined().optional(),
});

/** @returns null when the configuration names zones, or names no region */
export async function zonesHint(text: string, ask: AskZones): Promise<string | null> {
  const zoneless = zonelessSchema.safeParse(jsonOf(text));
  if (!zoneless.success) return null;
  const { region, instance_type, instance_types } = zoneless.data;
  const type = instance_types?.[0]?.type ?? instance_type;
  try {
    const zones = await ask(region, type);
    if (zones.length === 0) return `  ${region} offers no ${type} in any zone: take another region or type`;
    return `  ${region} offers ${type} in these zones: "zones": ${JSON.stringify(zones)}`;
  } catch {
    return `  this lists them: aws ec2 describe-instance-type-offerings --region ${region} --location-type availability-zone --filters Name=instance-type,Values=${type} --query 'InstanceTypeOfferings[].Location'`;
  }
}
