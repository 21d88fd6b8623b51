/** Says when the API does not answer. What the page shows is then what was there. */
import { useSilence } from "../data/silence.ts";
import { Time } from "../parts/time.tsx";

export function StateBar() {
  const sinceMs = useSilence();
  return (
    <div class="state-bar" role="status">
      {sinceMs !== null && (
        <p>
          The API does not answer since <Time at={new Date(sinceMs).toISOString()} />. The page shows what was
          there, and asks again.
        </p>
      )}
    </div>
  );
}
