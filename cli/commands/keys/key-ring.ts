/** Where keys are made and revoked: through the API, or in the stage's bucket with the user's own AWS credentials. */
import { createKey, listKeys, revokeKey } from "../../../shared/access/keys.ts";
import type { StageConfig } from "../../../shared/config.ts";
import type { CreatedKeyView, KeyRequest, KeyView } from "../../../shared/contract/api/api-key.ts";
import type { KeyId } from "../../../shared/contract/ids.ts";
import { StoreError } from "../../../shared/ports.ts";
import type { ListPorts, RecordPorts } from "../../../shared/records/records.ts";
import type { Cli, CommonOptions } from "../../cli.ts";
import { recorderOf } from "../../connection/record-act.ts";
import { openStage } from "../../connection/open-stage.ts";
import { CommandError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";

export interface KeyRing {
  create(request: KeyRequest): Promise<CreatedKeyView>;
  /** The newest first. */
  all(): Promise<readonly KeyView[]>;
  revoke(id: KeyId): Promise<KeyView>;
}

export interface KeyOptions extends CommonOptions {
  readonly stage?: string;
}

export const keyRing = (cli: Cli, options: KeyOptions): Promise<KeyRing> =>
  options.stage === undefined ? Promise.resolve(apiRing(cli, options)) : bucketRing(cli, options.stage);

const newestFirst = (keys: readonly KeyView[]): readonly KeyView[] =>
  keys.toSorted((one, other) => Date.parse(other.created_at) - Date.parse(one.created_at));

function apiRing(cli: Cli, options: CommonOptions): KeyRing {
  const { clock, random, signal } = cli.around;
  const client = cli.client(options);
  return {
    create: (request) => client.createKey(request, random.ulid(clock.nowMs()), signal),
    all: async () => newestFirst(await client.keys(signal)),
    revoke: (id) => client.revokeKey(id, signal),
  };
}

/** Who it belongs to, where nobody is named and no other key says it. */
const firstOwner = "operator";
const pageLimit = 100;

async function bucketRing(cli: Cli, stage: string): Promise<KeyRing> {
  const { clock, random } = cli.around;
  const { config, aws } = await openStage(cli.around, stage);
  const ports = { store: aws.bucket(config.region, config.bucket), clock, random };
  const log: ListPorts["log"] = {
    error: (message, { key = "" } = {}) => {
      cli.say(`${message}: ${String(key)}`);
    },
  };
  const record = recorderOf(cli, config, aws, ports.store);
  const asked = <T>(act: () => Promise<T>): Promise<T> => inBucket(stage, config, act);
  return {
    create: async (request) => {
      const terms = { ...request, owner: request.owner ?? firstOwner };
      const made = await asked(() => createKey(terms, ports));
      const { owner, scopes } = made;
      await record({ action: "key.create", subject: made.id, details: { owner, scopes } });
      return made;
    },
    all: () => asked(async () => newestFirst(await allKeys({ ...ports, log }))),
    revoke: async (id) => {
      const revoked = await asked(() => revokeKey(id, ports));
      if (revoked === null) throw new CommandError(`stage ${stage} has no ${id}`, exitCodes.notFound);
      await record({ action: "key.revoke", subject: id, details: { owner: revoked.owner } });
      return revoked;
    },
  };
}

async function allKeys(ports: ListPorts & Pick<RecordPorts, "clock">): Promise<KeyView[]> {
  const keys: KeyView[] = [];
  for (let after: KeyId | null | undefined; after !== null;) {
    const page: Awaited<ReturnType<typeof listKeys>> = await listKeys(ports, { after, limit: pageLimit });
    keys.push(...page.keys);
    after = page.next;
  }
  return keys;
}

async function inBucket<T>(stage: string, { bucket }: StageConfig, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new CommandError(
      `the bucket ${bucket} of stage ${stage} did not answer: ${error.message}\nIs the stage deployed, and are these the AWS credentials that deployed it? (aws sts get-caller-identity, AWS_PROFILE)`,
      exitCodes.access,
      { cause: error },
    );
  }
}
