/** What is done with AWS credentials in place of a key is recorded in the audit all the same. */
import { keepAudit } from "../../shared/audit/keep-audit.ts";
import type { OperatorAws } from "../../shared/aws/operator.ts";
import type { StageConfig } from "../../shared/config.ts";
import type { AuditAction, AuditRecord } from "../../shared/contract/records/audit-records.ts";
import type { ObjectStore } from "../../shared/ports.ts";
import type { Cli } from "../cli.ts";
import { noLog } from "../no-log.ts";

interface Done extends Pick<AuditRecord, "subject" | "details"> {
  readonly action: AuditAction;
}

/** @param store the bucket of the stage */
export const recorderOf =
  (cli: Cli, { region }: StageConfig, aws: OperatorAws, store: ObjectStore) =>
  async (done: Done): Promise<void> => {
    const { clock, random } = cli.around;
    const arn = await aws.caller(region);
    const by = { kind: "aws_credentials", arn } as const;
    const act = { ...done, by, request_id: null, outcome: "done", code: null } as const;
    if ((await keepAudit(act, { store, clock, random, log: noLog }, null)) === "kept") return;
    cli.say(
      "It is done, but not recorded in the audit: the bucket did not take the record. That needs s3:PutObject on audit/*.",
    );
  };
