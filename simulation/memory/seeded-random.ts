/** Random numbers from a seed. */
import { encodeTime } from "ulid";
import type { Random } from "../../shared/ports.ts";

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The same seed always gives the same numbers, so that a failing run can be repeated. */
export class SeededRandom implements Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  next(): number {
    // 53 bits, as many as a double holds: callers draw seeds below 2^53.
    const high = this.#bits() >>> 5;
    const low = this.#bits() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  ulid(timeMs: number): string {
    let text = encodeTime(timeMs, 10);
    for (let place = 0; place < 16; place += 1) text += crockford.charAt(Math.floor(this.next() * 32));
    return text;
  }

  /** 32 bits: a Weyl sequence through the finalizer of MurmurHash3 (A. Appleby, public domain). */
  #bits(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  }
}
