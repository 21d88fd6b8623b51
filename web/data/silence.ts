/** Since when the API does not answer: one state for all that ask. */
import { useEffect, useState } from "preact/hooks";

let sinceMs: number | null = null;
const listeners = new Set<(sinceMs: number | null) => void>();

function tell(next: number | null): void {
  if (next === sinceMs) return;
  sinceMs = next;
  for (const listener of listeners) listener(next);
}

export const noteAnswer = (): void => {
  tell(null);
};
export const noteSilence = (nowMs: number): void => {
  tell(sinceMs ?? nowMs);
};

/** Milliseconds since the epoch; null while it answers. */
export function useSilence(): number | null {
  const [since, setSince] = useState(sinceMs);
  useEffect(() => {
    setSince(sinceMs);
    listeners.add(setSince);
    return () => {
      listeners.delete(setSince);
    };
  }, []);
  return since;
}
