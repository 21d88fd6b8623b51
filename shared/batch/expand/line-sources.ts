import type { BatchRecord } from "../../contract/records/batch-records.ts";
import { batchKeys, itemsPerChunk } from "../../contract/records/keys.ts";
import type { RecordPorts } from "../../records/records.ts";
import type { CheckSettings } from "../submit/check-request.ts";
import type { Clip } from "../submit/clips.ts";
import {
  copySources,
  faultOfSource,
  findSources,
  type KnownSources,
  type Lookup,
} from "../submit/sources.ts";
import type { LineFaults } from "./line-faults.ts";

/**
 * What the lines of an upload continue: looked up many at once, each source once a run. Codes are held from their
 * lookup to their copy only: those of all lines together may be larger than the function's memory.
 */
export class LineSources {
  readonly #batch: BatchRecord;
  readonly #ports: RecordPorts;
  readonly #settings: CheckSettings;
  readonly #faults: LineFaults;
  /** Those that lie beside the batch, or are not to be copied any more. */
  readonly #copied = new Map<string, Lookup>();
  #uncopied = new Map<string, Lookup>();
  readonly #known: KnownSources = {
    get: (id) => this.#copied.get(id) ?? this.#uncopied.get(id),
    has: (id) => this.#copied.has(id) || this.#uncopied.has(id),
  };
  #unchecked: { readonly line: number; readonly clip: Clip }[] = [];

  constructor(batch: BatchRecord, ports: RecordPorts, settings: CheckSettings, faults: LineFaults) {
    this.#batch = batch;
    this.#ports = ports;
    this.#settings = settings;
    this.#faults = faults;
  }

  note(line: number, clips: readonly Clip[]): void {
    for (const clip of clips) if (clip.continueFrom !== undefined) this.#unchecked.push({ line, clip });
  }

  /** As many lines wait for their check as are worth one. */
  get isFull(): boolean {
    return this.#unchecked.length >= itemsPerChunk;
  }

  async check(): Promise<void> {
    const unchecked = this.#unchecked;
    this.#unchecked = [];
    if (unchecked.length === 0) return;
    const { owner, model: id } = this.#batch;
    const model = this.#settings.models.find((one) => one.id === id) ?? { id };
    const clips = unchecked.map(({ clip }) => clip);
    const found = await findSources(this.#ports, clips, { owner, model }, this.#known);
    for (const [source, lookup] of found) this.#uncopied.set(source, lookup);
    for (const { line, clip } of unchecked) {
      const detail = faultOfSource(clip, this.#known);
      if (detail !== null) this.#faults.add(line, [{ pointer: "/continue_from", detail }]);
    }
    // Nothing is stored after a fault.
    if (this.#faults.errors !== null) this.#letGo();
  }

  async copy(): Promise<void> {
    await copySources(this.#ports, this.#batch.id, this.#uncopied);
    this.#letGo();
  }

  /** How long they sound, and why they are refused, is needed for later lines; what they hold is not. */
  #letGo(): void {
    for (const [id, source] of this.#uncopied) {
      const copyOf = batchKeys.source(this.#batch.id, id);
      this.#copied.set(id, source.kind === "found" ? { ...source, content: { copyOf } } : source);
    }
    this.#uncopied = new Map();
  }
}
