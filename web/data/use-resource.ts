/** What a page shows, asked for again and again. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ApiProblem, type MusicgenBatch, type Problem } from "../../client/client.ts";
import { useSession, type Session } from "../session/session.ts";
import { nextDelayMs } from "./pace.ts";
import { noteAnswer, noteSilence } from "./silence.ts";

export interface Resource<T> {
  /** The last answer, also while the API does not answer; null before the first. */
  readonly data: T | null;
  /** Why the API refused the last question. */
  readonly problem: Problem | null;
  /** Asks now. */
  readonly refresh: () => void;
}
type Load<T> = (api: MusicgenBatch, signal: AbortSignal) => Promise<T>;

interface Polled {
  readonly name: string;
  readonly text: string;
  readonly data: unknown;
  readonly problem: Problem | null;
}

/**
 * @param name of what is asked for, with all that it depends on; another name begins anew. Null: nothing is asked
 * @param load may ask several routes
 * @param everyMs between two questions while something changes; null: once
 */
export function useResource<T>(name: string | null, load: Load<T>, everyMs: number | null): Resource<T> {
  const session = useSession();
  const [polled, setPolled] = useState<Polled | null>(null);
  const loadNow = useRef(load);
  loadNow.current = load;
  const wake = useRef<() => void>(() => undefined);
  useEffect(() => {
    if (name === null) return undefined;
    const poll = new Poll(name, (api, signal) => loadNow.current(api, signal), everyMs, session, setPolled);
    wake.current = () => {
      poll.askNow();
    };
    return () => {
      poll.end();
    };
  }, [name, everyMs, session]);
  const refresh = useCallback(() => {
    wake.current();
  }, []);
  const own = polled?.name === name ? polled : null;
  return { data: (own?.data ?? null) as T | null, problem: own?.problem ?? null, refresh };
}

/** Asks, waits, and asks again, until it is ended. */
class Poll {
  readonly #ended = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isAsking = false;
  #asksAgain = false;
  #unchanged = 0;
  #failed = 0;
  #last: Polled;

  readonly #load: Load<unknown>;
  readonly #everyMs: number | null;
  readonly #session: Session;
  readonly #tell: (polled: Polled) => void;

  constructor(
    name: string,
    load: Load<unknown>,
    everyMs: number | null,
    session: Session,
    tell: (polled: Polled) => void,
  ) {
    this.#load = load;
    this.#everyMs = everyMs;
    this.#session = session;
    this.#tell = tell;
    this.#last = { name, text: "", data: null, problem: null };
    document.addEventListener("visibilitychange", this.#onVisibility);
    void this.#ask();
  }

  askNow(): void {
    this.#unchanged = 0;
    if (this.#isAsking) this.#asksAgain = true;
    else void this.#ask();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#ended.abort();
    document.removeEventListener("visibilitychange", this.#onVisibility);
  }

  readonly #onVisibility = (): void => {
    if (document.visibilityState === "visible" && this.#everyMs !== null) this.askNow();
  };

  async #ask(): Promise<void> {
    clearTimeout(this.#timer);
    this.#isAsking = true;
    try {
      this.#take(await this.#load(this.#session.api, this.#ended.signal));
    } catch (error) {
      if (!this.#ended.signal.aborted) this.#refused(error);
    }
    this.#isAsking = false;
    if (!this.#ended.signal.aborted) this.#askLater();
  }

  #take(data: unknown): void {
    if (this.#ended.signal.aborted) return;
    noteAnswer();
    const text = JSON.stringify(data);
    const isSame = text === this.#last.text && this.#last.problem === null;
    this.#failed = 0;
    this.#unchanged = isSame ? this.#unchanged + 1 : 0;
    // What has not changed is not drawn again.
    if (!isSame) this.#set({ ...this.#last, text, data, problem: null });
  }

  #refused(error: unknown): void {
    this.#failed += 1;
    if (!(error instanceof ApiProblem) || error.problem.retryable) {
      noteSilence(Date.now());
      return;
    }
    noteAnswer();
    if (error.problem.status === 401) this.#session.leave(error.problem.detail);
    else this.#set({ ...this.#last, problem: error.problem });
  }

  #set(polled: Polled): void {
    this.#last = polled;
    this.#tell(polled);
  }

  #askLater(): void {
    const again = this.#asksAgain;
    this.#asksAgain = false;
    const everyMs = this.#everyMs ?? (this.#failed > 0 && this.#last.problem === null ? 3000 : null);
    if (everyMs === null && !again) return;
    const course = {
      everyMs: everyMs ?? 0,
      isHidden: document.visibilityState === "hidden",
      unchanged: this.#unchanged,
      failed: this.#failed,
    };
    this.#timer = setTimeout(() => void this.#ask(), again ? 0 : nextDelayMs(course));
  }
}
