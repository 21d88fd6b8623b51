/** Lists the audit, the newest first. The names of the records are filtered, and only those that fit are read. */
import type { AuditId } from "../contract/ids.ts";
import { type AuditAction, type AuditRecord, auditRecordSchema } from "../contract/records/audit-records.ts";
import { auditKeys } from "../contract/records/keys.ts";
import { type ListPorts, readListed } from "../records/records.ts";
import { decodeTime } from "ulid";

export interface AuditFilter {
  readonly action?: AuditAction | undefined;
  readonly owner?: string | undefined;
  /** Both included. */
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
}
export interface AuditPage {
  readonly records: readonly AuditRecord[];
  /** Null: there are no more. A page may be short, or empty, before the end: it looks at 5,000 names. */
  readonly next: AuditId | null;
}

const mostLists = 5;
const namesAList = 1_000;

export async function listAudit(
  ports: ListPorts,
  filter: AuditFilter,
  { after, limit }: { readonly after: AuditId | undefined; readonly limit: number },
): Promise<AuditPage> {
  const found: string[] = [];
  let place = startOf(filter, after);
  for (let list = 1; list <= mostLists; list += 1) {
    const { objects, more } = await ports.store.list(auditKeys.prefix, { limit: namesAList, ...place });
    for (const { key } of objects) {
      const parts = auditKeys.partsOf(key);
      if (parts === null) continue;
      if (decodeTime(ulidOf(parts.id)) < (filter.sinceMs ?? 0)) return pageOf(ports, found, null);
      if (fits(parts, filter)) found.push(key);
      if (found.length === limit) return pageOf(ports, found, parts.id);
    }
    const last = objects.at(-1)?.key;
    if (!more || last === undefined) return pageOf(ports, found, null);
    place = { after: last };
  }
  return pageOf(ports, found, auditKeys.partsOf(place.after ?? "")?.id ?? null);
}

const ulidOf = (id: AuditId): string => id.slice(-26);

/** Newest first means ascending names: the later of the two places is the one that comes after both. */
function startOf({ untilMs }: AuditFilter, after: AuditId | undefined): { readonly after?: string } {
  const places = [
    ...(after === undefined ? [] : [auditKeys.after(after)]),
    ...(untilMs === undefined ? [] : [auditKeys.until(untilMs)]),
  ].toSorted();
  const last = places.at(-1);
  return last === undefined ? {} : { after: last };
}

const fits = (
  parts: { readonly action: string; readonly owner: string | null },
  { action, owner }: AuditFilter,
): boolean =>
  (action === undefined || parts.action === action) && (owner === undefined || parts.owner === owner);

async function pageOf(ports: ListPorts, keys: readonly string[], next: AuditId | null): Promise<AuditPage> {
  const read = await readListed(ports, keys, auditRecordSchema);
  return { records: read.map(({ value }) => value), next };
}
