/** The order in which SQS hands out the messages of a standard queue. */
import type { Random } from "../../shared/ports.ts";

interface Queued {
  readonly id: string;
  readonly groupId: string | null;
  readonly visibleFromMs: number;
}
interface Group<M> {
  /** In the order of sending. */
  readonly visible: { readonly message: M; readonly place: number }[];
  inFlight: number;
}

/**
 * A group with more than a tenth of all messages in flight is noisy (SQS's second measure, a tenth of the consumers'
 * time, comes to the same in a queue that is always worked on). Messages of other groups come before its own. Among
 * noisy groups, the one with the fewest messages in flight comes first. A message without a group is one of its own.
 * @see SQS developer guide, "How Amazon SQS fair queues work"
 */
const noisyShare = 0.1;

export class FairLine<M extends Queued> {
  readonly #groups = new Map<string, Group<M>>();
  #inFlight = 0;

  /** @param messages in the order of sending */
  constructor(messages: Iterable<M>, nowMs: number) {
    let place = 0;
    for (const message of messages) {
      const group = this.#groupOf(message);
      if (message.visibleFromMs <= nowMs) group.visible.push({ message, place: (place += 1) });
      else this.#count(group);
    }
    for (const [name, { visible }] of this.#groups) if (visible.length === 0) this.#groups.delete(name);
  }

  /** @param random if given, any of the messages whose turn it is; otherwise the one that was sent first */
  next(random: Random | undefined): M | undefined {
    const turn = this.#turn();
    const group = random === undefined ? firstSent(turn) : anyOf(turn, random);
    if (group === undefined) return undefined;
    const place = random === undefined ? 0 : Math.floor(random.next() * group.visible.length);
    const [taken] = group.visible.splice(place, 1);
    this.#count(group);
    return taken?.message;
  }

  /** The groups whose turn it is. */
  #turn(): readonly Group<M>[] {
    const waiting = [...this.#groups.values()].filter(({ visible }) => visible.length > 0);
    const quiet = waiting.filter(({ inFlight }) => inFlight <= this.#inFlight * noisyShare);
    if (quiet.length > 0) return quiet;
    const fewest = Math.min(...waiting.map(({ inFlight }) => inFlight));
    return waiting.filter(({ inFlight }) => inFlight === fewest);
  }

  #groupOf({ id, groupId }: M): Group<M> {
    const name = groupId ?? `alone ${id}`;
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const group: Group<M> = { visible: [], inFlight: 0 };
    this.#groups.set(name, group);
    return group;
  }

  #count(group: Group<M>): void {
    group.inFlight += 1;
    this.#inFlight += 1;
  }
}

const firstSent = <M>(groups: readonly Group<M>[]): Group<M> | undefined =>
  groups.reduce<Group<M> | undefined>(
    (first, group) => (first === undefined || placeOf(group) < placeOf(first) ? group : first),
    undefined,
  );

const placeOf = <M>({ visible }: Group<M>): number => visible[0]?.place ?? Infinity;

/** Each waiting message is as likely. */
function anyOf<M>(groups: readonly Group<M>[], random: Random): Group<M> | undefined {
  const total = groups.reduce((sum, { visible }) => sum + visible.length, 0);
  let left = Math.floor(random.next() * total);
  return groups.find(({ visible }) => (left -= visible.length) < 0);
}
