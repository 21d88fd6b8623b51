/** Something that a person asks the API to do. */
import { useState } from "preact/hooks";
import { ApiProblem, type MusicgenBatch, type Problem } from "../../client/client.ts";
import { useSession } from "../session/session.ts";

export interface Action {
  readonly isRunning: boolean;
  /** Why the last try came to nothing. */
  readonly problem: Problem | null;
  /** @returns whether it was done */
  readonly run: (act: (api: MusicgenBatch) => Promise<unknown>) => Promise<boolean>;
  readonly clear: () => void;
}

export function useAction(): Action {
  const { api, leave } = useSession();
  const [isRunning, setRunning] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run: Action["run"] = async (act) => {
    setRunning(true);
    setProblem(null);
    try {
      await act(api);
      return true;
    } catch (error) {
      const refused = problemOf(error);
      if (refused.status === 401) leave(refused.detail);
      setProblem(refused);
      return false;
    } finally {
      setRunning(false);
    }
  };
  return {
    isRunning,
    problem,
    run,
    clear: () => {
      setProblem(null);
    },
  };
}

/** An answer that never came is told like a refusal. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiProblem) return error.problem;
  return {
    type: "about:blank",
    title: "No answer",
    status: 0,
    code: "internal",
    detail: `the request was not answered (${error instanceof Error ? error.message : String(error)}); try again`,
    request_id: "",
    retryable: true,
  };
}
