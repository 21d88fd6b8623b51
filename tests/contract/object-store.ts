import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CreateResult, Etag, ObjectStore, ReplaceResult } from "../../shared/ports.ts";

/** What every object store does. @param make a store that is empty. */
export function describeObjectStore(name: string, make: () => Promise<ObjectStore>): void {
  describe(`object store: ${name}`, () => {
    let store: ObjectStore;
    let folder: string;
    beforeAll(async () => {
      store = await make();
      folder = mkdtempSync(join(tmpdir(), "mgb-store-"));
    });
    afterAll(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    test("what was never written is absent", async () => {
      expect(await store.get("absent")).toBeNull();
      expect(await store.exists("absent")).toBe(false);
    });

    test("what was created is read back as it was, with the tag that creating it gave", async () => {
      const created = await store.create("create/once", "naïve 🎵 text\n");
      const read = await store.get("create/once");
      expect(created).toEqual({ kind: "written", etag: read?.etag });
      expect(read?.body).toBe("naïve 🎵 text\n");
      expect(await store.exists("create/once")).toBe(true);
    });

    test("a read tells when the object was written, the same second as the listing", async () => {
      await store.create("create/when", "text");
      const read = await store.get("create/when");
      const [listed] = (await store.list("create/when")).objects;
      expect(read?.modifiedMs).toBeGreaterThan(0);
      expect(Math.abs((read?.modifiedMs ?? 0) - (listed?.modifiedMs ?? 0))).toBeLessThan(1000);
    });

    test("a part is read with the size of the whole, less of it at its end, and nothing of an empty object", async () => {
      const etag = await written(store, "range/part", "0123456789");
      const part = await store.getRange("range/part", { from: 2, bytes: 3 }, etag);
      expect(part.kind === "read" && [Buffer.from(part.bytes).toString(), part.sizeBytes, part.etag]).toEqual(
        ["234", 10, etag],
      );
      const end = await store.getRange("range/part", { from: 8, bytes: 100 }, null);
      expect(end.kind === "read" && Buffer.from(end.bytes).toString()).toBe("89");
      await store.put("range/empty", "");
      for (const key of ["range/empty", "range/absent"])
        expect(await store.getRange(key, { from: 0, bytes: 1 }, null)).toEqual({ kind: "absent" });
    });

    test("a part of what was changed since is not read", async () => {
      const etag = await written(store, "range/changed", "one");
      await store.put("range/changed", "two");
      expect(await store.getRange("range/changed", { from: 0, bytes: 1 }, etag)).toEqual({ kind: "changed" });
    });

    test("creating what is there changes nothing", async () => {
      await store.create("create/twice", "first");
      expect(await store.create("create/twice", "second")).toEqual({ kind: "exists" });
      expect((await store.get("create/twice"))?.body).toBe("first");
    });

    test("of writers that create one key at the same time, exactly one wins, and its text is there", async () => {
      const writers = Array.from({ length: 12 }, (_, writer) => `writer ${writer}`);
      const results = await Promise.all(writers.map((text) => store.create("create/race", text)));
      expect(wonBy(results)).toHaveLength(1);
      expect((await store.get("create/race"))?.body).toBe(writers[wonBy(results)[0] ?? -1]);
    });

    test("a replacement with the tag that is current is written, and has another tag", async () => {
      const first = await written(store, "replace/current", "one");
      const replaced = await store.replace("replace/current", "two", first);
      const read = await store.get("replace/current");
      expect(read?.body).toBe("two");
      expect(replaced).toEqual({ kind: "written", etag: read?.etag });
      expect(read?.etag).not.toBe(first);
    });

    test("a replacement with a tag that is no longer current changes nothing", async () => {
      const first = await written(store, "replace/stale", "one");
      await store.replace("replace/stale", "two", first);
      expect(await store.replace("replace/stale", "three", first)).toEqual({ kind: "changed" });
      expect((await store.get("replace/stale"))?.body).toBe("two");
    });

    test("replacing what is gone writes nothing", async () => {
      const etag = await written(store, "replace/gone", "one");
      await store.delete("replace/gone");
      expect(await store.replace("replace/gone", "two", etag)).toEqual({ kind: "changed" });
      expect(await store.exists("replace/gone")).toBe(false);
    });

    test("of writers that replace one version at the same time, exactly one wins", async () => {
      const etag = await written(store, "replace/race", "start");
      const writers = Array.from({ length: 12 }, (_, writer) => `writer ${writer}`);
      const results = await Promise.all(writers.map((text) => store.replace("replace/race", text, etag)));
      expect(wonBy(results)).toHaveLength(1);
      expect((await store.get("replace/race"))?.body).toBe(writers[wonBy(results)[0] ?? -1]);
    });

    test("a plain write lands whether or not something is there", async () => {
      await store.put("put", "one");
      await store.put("put", "two");
      expect((await store.get("put"))?.body).toBe("two");
    });

    test("what was deleted is absent, and deleting it again is no error", async () => {
      await store.put("delete", "here");
      await store.delete("delete");
      await store.delete("delete");
      expect(await store.get("delete")).toBeNull();
    });

    test("a listing has the prefix's keys alone, in ascending order, with their sizes in bytes", async () => {
      for (const key of ["list/b", "list/a/2", "list/a/10", "listing"]) await store.put(key, "é");
      const page = await store.list("list/");
      expect(page.objects.map(({ key, sizeBytes }) => [key, sizeBytes])).toEqual([
        ["list/a/10", 2],
        ["list/a/2", 2],
        ["list/b", 2],
      ]);
      expect(page.more).toBe(false);
    });

    test("a listing of a prefix without keys is empty", async () => {
      expect(await store.list("nothing/")).toEqual({ objects: [], more: false });
    });

    test("a listing goes on after a key, without it, and says whether more comes", async () => {
      for (const key of ["page/1", "page/2", "page/3", "page/4"]) await store.put(key, "x");
      const keysOf = async (after: string | undefined) => {
        const page = await store.list("page/", { limit: 2, ...(after === undefined ? {} : { after }) });
        return [page.objects.map((object) => object.key), page.more];
      };
      expect(await keysOf(undefined)).toEqual([["page/1", "page/2"], true]);
      expect(await keysOf("page/2")).toEqual([["page/3", "page/4"], false]);
      expect(await keysOf("page/25")).toEqual([["page/3", "page/4"], false]);
      expect(await keysOf("page/4")).toEqual([[], false]);
    });

    test("a listing holds at most a thousand keys", async () => {
      const keys = Array.from({ length: 1003 }, (_, index) => `many/${String(index).padStart(4, "0")}`);
      for (let start = 0; start < keys.length; start += 100)
        await Promise.all(keys.slice(start, start + 100).map((key) => store.put(key, "x")));
      const first = await store.list("many/");
      expect(first.objects.map((object) => object.key)).toEqual(keys.slice(0, 1000));
      expect(first.more).toBe(true);
      const rest = await store.list("many/", { after: "many/0999" });
      expect(rest.objects.map((object) => object.key)).toEqual(keys.slice(1000));
      expect(rest.more).toBe(false);
    });

    test("a file comes back byte by byte", async () => {
      const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256));
      writeFileSync(join(folder, "up"), bytes);
      await store.putFile("file", join(folder, "up"), "audio/wav");
      expect(await store.getFile("file", join(folder, "down"))).toBe("written");
      expect(readFileSync(join(folder, "down")).equals(bytes)).toBe(true);
    });

    test("a copy is of its own: it stays as it was when the first is written again or deleted", async () => {
      const path = join(folder, "to-copy");
      writeFileSync(path, Buffer.from([0, 255, 128, 10]));
      await store.putFile("copy/a first +one", path, "audio/wav");
      expect(await store.copy("copy/a first +one", "copy/second")).toBe("written");
      await store.put("copy/a first +one", "other");
      await store.delete("copy/a first +one");
      expect(await store.getFile("copy/second", join(folder, "copied"))).toBe("written");
      expect([...readFileSync(join(folder, "copied"))]).toEqual([0, 255, 128, 10]);
    });

    test("copying what is absent writes nothing", async () => {
      expect(await store.copy("copy/absent", "copy/none")).toBe("absent");
      expect(await store.exists("copy/none")).toBe(false);
    });

    test("fetching a file that is absent makes no file", async () => {
      expect(await store.getFile("no-file", join(folder, "none"))).toBe("absent");
      expect(existsSync(join(folder, "none"))).toBe(false);
    });
  });
}

/** The places of those that were written. */
const wonBy = (results: readonly (CreateResult | ReplaceResult)[]): number[] =>
  results.flatMap((result, place) => (result.kind === "written" ? [place] : []));

async function written(store: ObjectStore, key: string, body: string): Promise<Etag> {
  const created = await store.create(key, body);
  if (created.kind !== "written") throw new Error(`expected ${key} to be new`);
  return created.etag;
}
