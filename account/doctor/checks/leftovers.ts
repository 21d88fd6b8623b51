/** What costs money and nobody uses. */
import { counted } from "../../../shared/contract/sentences.ts";
import { type Answer, fault, ok } from "../finding.ts";
import type { Leftover } from "../account.ts";
import type { Asked, Check } from "./check.ts";

export const leftoverChecks: readonly Check[] = [{ name: "leftovers", ask: leftoversAnswer }];

/** As many are named; the rest is counted. */
const named = 20;

async function leftoversAnswer({ account, config: { region } }: Asked): Promise<Answer | readonly Answer[]> {
  const leftovers = await account.leftovers();
  if (leftovers.length === 0) return ok(`nothing of ours is left behind in ${region}`);
  const answers = leftovers
    .slice(0, named)
    .map((one) => fault(`${one.kind} ${one.id} (${one.tag}) is used by nothing`, removal(one, region)));
  const more = leftovers.length - named;
  return more <= 0
    ? answers
    : [...answers, fault(`and ${counted(more, "other")}`, "remove these first, then ask again")];
}

function removal({ kind, id }: Leftover, region: string): string {
  const aws = (act: string): string => `aws ec2 ${act} ${id} --region ${region}`;
  switch (kind) {
    case "machine":
      return aws("terminate-instances --instance-ids");
    case "volume":
      return aws("delete-volume --volume-id");
    case "snapshot":
      return aws("delete-snapshot --snapshot-id");
    case "security group":
      return aws("delete-security-group --group-id");
    case "spot request":
      return aws("cancel-spot-instance-requests --spot-instance-request-ids");
  }
}
