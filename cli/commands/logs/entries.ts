/** A line of a log, as people and programs read it. */
import type { LogLine } from "../../../shared/ports.ts";
import { jsonOf } from "../../../shared/contract/json.ts";
import { printable } from "../../output/words.ts";

export interface Entry {
  /** Null: a console does not tell when. */
  readonly at: string | null;
  /** A function, `bootstrap` or `console`. */
  readonly source: string;
  readonly level: string | null;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What was read, and why a source could not be. */
export interface Reading {
  readonly entries: readonly Entry[];
  readonly faults: readonly string[];
}

/** What every line of a function has, and nobody looks for. */
const everyLine = new Set([
  "level",
  "message",
  "timestamp",
  "service",
  "sampling_rate",
  "xray_trace_id",
  "cold_start",
  "function_arn",
  "function_memory_size",
  "function_name",
]);

/** @returns null for what Lambda itself says of an invocation that went well */
export function entryOf(source: string, { atMs, text }: LogLine): Entry | null {
  if (/^(START|END|INIT_START|REPORT) /.test(text) && !/Status: (error|timeout)/i.test(text)) return null;
  const at = new Date(atMs).toISOString();
  const json = jsonOf(text);
  if (typeof json !== "object" || json === null) return plainEntry(source, at, text);
  const said = json as Readonly<Record<string, unknown>>;
  const fields = Object.entries(said).filter(([name]) => !everyLine.has(name));
  return {
    at,
    source,
    level: typeof said["level"] === "string" ? said["level"] : null,
    message: withoutSecrets(typeof said["message"] === "string" ? said["message"] : text),
    fields: jsonOf(withoutSecrets(JSON.stringify(Object.fromEntries(fields)))) as Entry["fields"],
  };
}

/** @param text one that is not ours alone, such as a console: it may hold anything */
export const plainEntry = (source: string, at: string | null, text: string): Entry => ({
  at,
  source,
  level: null,
  message: withoutSecrets(text),
  fields: {},
});

/**
 * API keys, webhooks' secrets, AWS's keys and the signatures of addresses. No function logs one; a program on a machine
 * might.
 */
const secrets =
  /\b(mgb_|whsec_)[\w+/=-]{8,}|\b(AKIA|ASIA)[A-Z0-9]{16}\b|(X-Amz-(?:Signature|Credential|Security-Token)=)[^&\s"]+|(aws_secret_access_key\W{1,3})[\w+/=]{20,}/g;
export const withoutSecrets = (text: string): string => text.replace(secrets, "$1$2$3$4[hidden]");

export function entryText({ at, source, level, message, fields }: Entry): string {
  const more = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const head = [at === null ? null : at.slice(0, 23).replace("T", " "), source, level].filter(
    (part) => part !== null,
  );
  return printable([...head, message, ...more].join("  "));
}
