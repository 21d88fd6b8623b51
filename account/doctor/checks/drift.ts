/** How what is deployed differs from what this checkout would deploy, and from what CloudFormation has made. */
import { isDeepStrictEqual } from "node:util";
import { jsonOf } from "../../../shared/contract/json.ts";
import { type Answer, fault, ok, unknown, warning } from "../finding.ts";
import type { Asked, Check } from "./check.ts";
import { ofDeployed, putBack, stackName } from "./deployed.ts";

export const driftChecks: readonly Check[] = [
  { name: "configuration", ask: ofDeployed(configurationAnswer) },
  { name: "template", ask: ofDeployed(templateAnswer) },
  { name: "code", ask: ofDeployed(codeAnswer) },
  { name: "worker", ask: ofDeployed(workerAnswer) },
  { name: "drift", ask: ofDeployed(byHandAnswer) },
];

const deploy = (stage: string): string => `deploy: npm run mgb -- deploy --stage ${stage}`;

type Fields = Readonly<Record<string, unknown>>;

async function deployedConfig({ account, stage }: Asked): Promise<Fields | null> {
  const launcher = await account.deployedFunction(`${stackName(stage)}-launch`);
  const text = launcher?.variables["MGB_CONFIG"];
  // Not parsed by the schema: an older version of this software may have deployed it.
  return text === undefined ? null : ((jsonOf(text) ?? {}) as Fields);
}

async function configurationAnswer(asked: Asked): Promise<Answer> {
  const { stage, config } = asked;
  const deployed = await deployedConfig(asked);
  if (deployed === null) return fault("the launcher's function is not there", deploy(stage));
  const [there, here] = [fieldsOf(deployed), fieldsOf(config)];
  const names = namesOf(there, here).filter(
    (name) => JSON.stringify(there[name]) !== JSON.stringify(here[name]),
  );
  if (names.length === 0) return ok(`what is deployed is config/${stage}.json`);
  return warning(`config/${stage}.json differs from what is deployed in: ${names.join(", ")}`, deploy(stage));
}

const namesOf = (...records: readonly Fields[]): readonly string[] => [
  ...new Set(records.flatMap((record) => Object.keys(record))),
];

/** Of a stage with one machine type, the type's fields as its configuration names them. */
function fieldsOf({ instance_types: types, ...others }: Fields): Fields {
  const [first, ...more] = Array.isArray(types) ? (types as Fields[]) : [];
  if (first === undefined || more.length > 0) return { ...others, instance_types: types };
  const { type, ...fields } = first;
  return { ...others, instance_type: type, ...fields };
}

async function templateAnswer({ account, checkout, stage }: Asked): Promise<Answer> {
  const [deployed, packaged] = await Promise.all([account.template(stackName(stage)), checkout.packaged()]);
  const [there, here] = [resourcesIn(deployed), resourcesIn(packaged.template)];
  const names = namesOf(there, here);
  const changes = {
    add: names.filter((name) => !(name in there)),
    change: names.filter(
      (name) => name in there && name in here && !isDeepStrictEqual(there[name], here[name]),
    ),
    remove: names.filter((name) => !(name in here)),
  };
  const told = Object.entries(changes).flatMap(([act, of]) => (of.length === 0 ? [] : `${act} ${some(of)}`));
  if (told.length === 0) return ok("what is deployed is what this checkout would deploy");
  return warning(`a deploy from this checkout would ${told.join("; ")}`, deploy(stage));
}

/**
 * Without what differs at each packaging (the place of the code, which has its time), and what is told by itself (the
 * configuration). CloudFormation gives back a question mark for each letter that is not ASCII.
 */
function resourcesIn(template: string): Fields {
  const ascii = template.replaceAll(/[^\0-\x7f]/gu, "?");
  const parsed = JSON.parse(ascii, (name, value: unknown) =>
    name === "S3Key" || name === "MGB_CONFIG" ? "" : value,
  ) as { readonly Resources?: Fields };
  return parsed.Resources ?? {};
}

/** As many are named; the rest is counted. */
const named = 5;

const some = (names: readonly string[]): string =>
  `${names.slice(0, named).join(", ")}${names.length > named ? ` and ${names.length - named} more` : ""}`;

async function codeAnswer({ account, checkout, stage }: Asked): Promise<Answer> {
  const { code } = await checkout.packaged();
  const compared = await Promise.all(
    [...code].map(async ([name, sha256]) => ({
      name: name.slice(stackName(stage).length + 1),
      isSame: (await account.deployedFunction(name))?.codeSha256 === sha256,
    })),
  );
  const others = compared.filter(({ isSame }) => !isSame).map(({ name }) => name);
  if (others.length === 0) return ok("of each function as in this checkout");
  return warning(`another than in this checkout: ${others.join(", ")}`, deploy(stage));
}

async function workerAnswer(asked: Asked): Promise<Answer> {
  const { account, checkout, stage, config } = asked;
  const { bootstrap, ami_id } = config;
  switch (bootstrap.source) {
    case "git":
      if (!(await checkout.workerChangedSince(bootstrap.commit)))
        return ok(`machines make the worker of commit ${bootstrap.commit}, which is this checkout's`);
      return warning(
        `machines make the worker of commit ${bootstrap.commit}; this checkout's is another`,
        `push, write a newer commit into config/${stage}.json, and deploy`,
      );
    case "s3": {
      const here = await checkout.workerVersion();
      if (bootstrap.version === here) return ok(`machines install this checkout's worker ${here}`);
      return warning(
        `machines install the worker ${bootstrap.version}; this checkout's is ${here}`,
        deploy(stage),
      );
    }
    case "image": {
      const here = await checkout.workerVersion();
      const there = (await account.image(ami_id))?.worker ?? null;
      if (there === null) return unknown("the image does not say which worker it has");
      if (there === here) return ok(`the image has this checkout's worker ${here}`);
      return warning(
        `the image has the worker ${there}; this checkout's is ${here}`,
        `make an image with it: npm run mgb -- ami build --stage ${stage} --bucket <a bucket for builds>, then npm run mgb -- ami use`,
      );
    }
  }
}

/** What CloudFormation itself found last. It is not asked to look: see docs/decisions/0067-drift-is-read.md. */
async function byHandAnswer(asked: Asked): Promise<Answer> {
  const { account, stage, config } = asked;
  const stack = await account.stack(stackName(stage));
  const of = `--region ${config.region} --stack-name ${stackName(stage)}`;
  const { state, lookedAt } = stack?.drift ?? { state: "not looked for", lookedAt: null };
  if (state === "not looked for" || lookedAt === null || lookedAt < (stack?.changedAt ?? ""))
    return ok(
      `CloudFormation has not looked for changes by hand since the last deploy: aws cloudformation detect-stack-drift ${of} (it takes minutes)`,
    );
  if (state === "in sync") return ok(`CloudFormation found at ${lookedAt} that nothing was changed by hand`);
  return warning(
    `CloudFormation found at ${lookedAt} that resources were changed by hand`,
    `see which: aws cloudformation describe-stack-resource-drifts ${of} --stack-resource-drift-status-filters MODIFIED DELETED; ${putBack(asked)}`,
  );
}
