// What `npm start --` takes. Plain JavaScript: a mistake is told before anything is installed, on any Node >= 20.
import { parseArgs } from "node:util";

/**
 * @typedef {object} StartOptions
 * @property {string | null} file a prompts file; null is the examples
 * @property {string | null} model
 * @property {boolean} keep leave the cloud up after the batch, until it is interrupted
 * @property {string | null} promptColumn
 * @property {boolean} ignoreOtherColumns
 *
 * @typedef {{ kind: "run", options: StartOptions } | { kind: "help", text: string } | { kind: "mistake", text: string }} Parsed
 */

const options = /** @type {const} */ ({
  model: { type: "string" },
  "prompt-column": { type: "string" },
  "ignore-other-columns": { type: "boolean" },
  keep: { type: "boolean" },
  exit: { type: "boolean" },
  help: { type: "boolean", short: "h" },
});

const help = `Usage: npm start -- [options] [file]

Run the whole system on this machine and make the clips of a prompts file.

  file                     prompts: .txt (one per line), .jsonl or .csv; default: examples/prompts.jsonl
  --prompt-column <name>   the column that holds the prompts, if it is not called prompt
  --ignore-other-columns   ignore unknown columns
  --model <id or folder>   the model: a Hugging Face MusicGen id, or a folder that holds one
  --keep                   keep the cloud running until Ctrl-C, also without a terminal
  --exit                   end after the batch; exit code 0 only when every item succeeded
                           (as without a terminal)`;

/**
 * @param {readonly string[]} args
 * @param {{ isTerminal: boolean, environment: Readonly<Record<string, string | undefined>> }} surroundings
 *   isTerminal: whether a person sits there: then the cloud stays up unless `--exit` says otherwise
 * @returns {Parsed}
 */
export function parseArguments(args, { isTerminal, environment }) {
  const taken = takenByNpm(environment);
  if (taken.length > 0)
    return mistake(`npm kept ${taken.join(" and ")} for itself; write: npm start -- ${taken.join(" ")} …`);
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  if (values.help === true) return { kind: "help", text: help };
  for (const token of tokens) {
    const fault = token.kind === "option" ? faultOf(token) : null;
    if (fault !== null) return mistake(fault);
  }
  if (positionals.length > 1) return mistake(`one prompts file at a time, got ${positionals.join(" and ")}`);
  if (values.keep === true && values.exit === true) return mistake("--keep and --exit cannot be combined");
  return {
    kind: "run",
    options: {
      file: positionals[0] ?? null,
      model: textOf(values.model),
      keep: values.keep === true || (isTerminal && values.exit !== true),
      promptColumn: textOf(values["prompt-column"]),
      ignoreOtherColumns: values["ignore-other-columns"] === true,
    },
  };
}

/**
 * `npm start --keep`, without the `--` between, reaches npm and not us. It tells of such options in the environment.
 * @param {Readonly<Record<string, string | undefined>>} environment
 */
const takenByNpm = (environment) =>
  Object.keys(options)
    .filter((name) => (environment[`npm_config_${name.replaceAll("-", "_")}`] ?? "") !== "")
    .map((name) => `--${name}`);

/** @param {{ name: string, rawName: string, value: string | undefined }} option */
function faultOf({ name, rawName, value }) {
  const known = Object.entries(options).find(([option]) => option === name)?.[1];
  if (known === undefined)
    return `no option is called ${rawName}; there are ${Object.keys(options)
      .map((option) => `--${option}`)
      .join(", ")}`;
  if (known.type === "boolean")
    return value === undefined ? null : `${rawName} takes no value, got '${value}'`;
  if (value === undefined || value === "" || value.startsWith("--"))
    return `${rawName} needs a value after it`;
  return null;
}

/** @param {string | boolean | undefined} value */
const textOf = (value) => (typeof value === "string" ? value : null);

/** @param {string} text @returns {Parsed} */
const mistake = (text) => ({ kind: "mistake", text: `${text}\nnpm start -- --help lists the options.` });
