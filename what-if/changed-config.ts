/** A stage's configuration with single values changed: `speeds.standard.target_seconds=600`. */
import { ConfigError, parseStageConfig, type StageConfig } from "../shared/config.ts";
import { jsonOf } from "../shared/contract/json.ts";

/**
 * @param changes a path of names and places, `=`, and a value in JSON, or a text as it stands
 * @throws ConfigError when the text is no configuration, a change cannot be read, or what comes of it is not valid
 */
export function changedConfig(text: string, source: string, changes: readonly string[]): StageConfig {
  const asItWas = parseStageConfig(text, source);
  if (changes.length === 0) return asItWas;
  const root: unknown = JSON.parse(text);
  for (const change of changes) {
    const [, path, value] = /^([\w.-]+)=(.*)$/s.exec(change) ?? [];
    if (path === undefined || value === undefined)
      throw new ConfigError(`--set ${change}: expected path.to.value=VALUE`);
    set(root, asItWas, path.split("."), jsonOf(value) ?? value, change);
  }
  return parseStageConfig(JSON.stringify(root), `${source} with ${changes.join(", ")}`);
}

/** @param usual what holds where the file says nothing: of a group, what is not changed stays */
function set(
  at: unknown,
  usual: unknown,
  [name = "", ...names]: readonly string[],
  value: unknown,
  change: string,
): void {
  if (!isObject(at)) throw new ConfigError(`--set ${change}: expected an object or a list before '${name}'`);
  if (names.length === 0) {
    at[name] = value;
    return;
  }
  const known = isObject(usual) ? usual[name] : undefined;
  if (!Object.hasOwn(at, name)) at[name] = structuredClone(known) ?? {};
  if (!isObject(at[name])) throw new ConfigError(`--set ${change}: ${name} holds no other values`);
  set(at[name], known, names, value, change);
}

/** An array, too: its places are its names. */
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
