// What deploy, adopt and destroy are asked, and whether it can be done: checked by plain Node, before anything is
// installed, packaged or sent to an account.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

/**
 * @typedef {{ stage: string, path: string }} Stage path: of its configuration, relative to the project's folder
 * @typedef {{ kind: "stage", stage: Stage } | { kind: "mistake", text: string }} Asked
 */

const examplePath = "config/example.json";
/** What the example cannot know: whoever copied it has to name their own. */
const namesToChange = /** @type {const} */ (["bucket", "ami_id", "alert_email"]);

/**
 * @param {string} command `deploy`, `destroy` or `adopt` @param {readonly string[]} args those after it
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {Asked}
 */
export function stageAsked(command, args, environment) {
  const usage = `npm run mgb -- ${command} --stage prod`;
  if ((environment["npm_config_stage"] ?? "") !== "")
    return mistake(`npm took --stage for itself; write: ${usage}`);
  // osls knows more options than we do; it says itself what is wrong with them.
  const { values } = parseArgs({
    args: [...args],
    options: { stage: { type: "string", short: "s" }, param: { type: "string", multiple: true } },
    strict: false,
    allowPositionals: true,
  });
  const { stage } = values;
  if (typeof stage !== "string" || stage === "" || stage.startsWith("-"))
    return mistake(
      `name the stage to ${command}: ${usage}\nIts configuration is config/prod.json; npm run mgb -- init makes it.`,
    );
  if (stage === "local")
    return mistake(
      `the stage local is the one on this machine: npm start. To ${command} another one: ${usage}`,
    );
  if (!/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(stage))
    return mistake(
      `'${stage}' cannot be a stage's name: lowercase letters, digits and hyphens, a letter first, no hyphen last`,
    );
  const named = (values.param ?? []).map(String).find((entry) => entry.startsWith("config="));
  return { kind: "stage", stage: { stage, path: named?.slice("config=".length) ?? `config/${stage}.json` } };
}

/** @param {string} root the project's folder @param {Stage} stage @returns {string | null} what is wrong with the file */
export function configMistake(root, { stage, path }) {
  let text;
  try {
    text = readFileSync(join(root, path), "utf8");
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === "ENOENT")
      return `stage ${stage} has no ${path}; npm run mgb -- init --stage ${stage} makes it`;
    return code === "EISDIR"
      ? `${path} is a folder; it is where the configuration of stage ${stage} belongs`
      : `cannot read ${path}: ${message}`;
  }
  try {
    return exampleNames(path, JSON.parse(text), JSON.parse(readFileSync(join(root, examplePath), "utf8")));
  } catch (error) {
    return `${path} is not JSON: ${/** @type {Error} */ (error).message}`;
  }
}

/** @param {string} path @param {Record<string, unknown> | null} config @param {Record<string, unknown>} example */
function exampleNames(path, config, example) {
  const left = namesToChange.filter((name) => config?.[name] === example[name]);
  if (left.length === 0) return null;
  const names = left.map((name) => `${name} '${String(example[name])}'`).join(" and ");
  return `${path} still has the example's ${names}; name your own (README.md, "Deploy to AWS")`;
}

/** @param {string} text @returns {Asked} */
const mistake = (text) => ({ kind: "mistake", text });
