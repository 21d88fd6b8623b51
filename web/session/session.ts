/** A key that the API knows, what it may do, and the client that carries it. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import {
  ApiProblem,
  createApiClient,
  dataOf,
  type MusicgenBatch,
  type Schemas,
} from "../../client/client.ts";
import { rememberingFetch } from "../data/remembering-fetch.ts";
import { pause } from "../data/pause.ts";

export type StageView = Schemas["Stage"];
export type Scope = StageView["key"]["scopes"][number];

export interface Session {
  readonly api: MusicgenBatch;
  readonly stage: StageView;
  readonly may: (scope: Scope) => boolean;
  /** Forgets the key. @param why what the user is told; null: they asked for it */
  readonly leave: (why: string | null) => void;
}
export type Opening =
  | { readonly kind: "opening" }
  | { readonly kind: "silent"; readonly sinceMs: number }
  /** Null: there is nothing to say. */
  | { readonly kind: "refused"; readonly why: string | null }
  | { readonly kind: "open"; readonly session: Session };

const patienceMs = 3000;

/** Asks what the key may do, again and again while the API does not answer. */
export async function openSession(
  key: string,
  leave: Session["leave"],
  signal: AbortSignal,
  tell: (opening: Opening) => void,
): Promise<void> {
  const api = createApiClient({ apiUrl: location.origin, key }, rememberingFetch());
  let sinceMs: number | null = null;
  for (;;) {
    const answer = await ask(api, signal);
    if (signal.aborted) return;
    if (answer.kind === "known") {
      const { stage } = answer;
      const may = (scope: Scope): boolean => stage.key.scopes.includes(scope);
      tell({ kind: "open", session: { api, stage, may, leave } });
      return;
    }
    if (answer.kind === "refused") {
      leave(answer.why);
      return;
    }
    sinceMs ??= Date.now();
    tell({ kind: "silent", sinceMs });
    await pause(patienceMs, signal);
  }
}

type Asked =
  | { readonly kind: "known"; readonly stage: StageView }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "silent" };

async function ask(api: MusicgenBatch, signal: AbortSignal): Promise<Asked> {
  try {
    return { kind: "known", stage: await dataOf(api.GET("/v1/stage", { signal })) };
  } catch (error) {
    const isRefusal = error instanceof ApiProblem && !error.problem.retryable;
    return isRefusal ? { kind: "refused", why: error.problem.detail } : { kind: "silent" };
  }
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("expected a session around the page");
  return session;
}
