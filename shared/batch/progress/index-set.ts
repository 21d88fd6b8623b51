/** A compact set of item indices. */
const bitsOf = (byte: number): number => {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count += 1;
  return count;
};

/** A set of item indices, stored as the base64 of a bit field. The lowest index is the lowest bit. */
export class IndexSet {
  #bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  static empty(): IndexSet {
    return new IndexSet(new Uint8Array());
  }

  static decode(text: string): IndexSet {
    return new IndexSet(Uint8Array.from(Buffer.from(text, "base64")));
  }

  encode(): string {
    return Buffer.from(this.#bytes).toString("base64");
  }

  has(index: number): boolean {
    return ((this.#bytes[index >>> 3] ?? 0) & (1 << (index & 7))) !== 0;
  }

  add(index: number): void {
    const place = index >>> 3;
    if (place >= this.#bytes.length) {
      const longer = new Uint8Array(place + 1);
      longer.set(this.#bytes);
      this.#bytes = longer;
    }
    this.#bytes[place] = (this.#bytes[place] ?? 0) | (1 << (index & 7));
  }

  count(): number {
    return this.#bytes.reduce((sum, byte) => sum + bitsOf(byte), 0);
  }
}
