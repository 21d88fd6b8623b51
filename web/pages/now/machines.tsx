/** The machines by the phase of their life. */
import type { Schemas } from "../../../client/client.ts";
import { countText } from "../../parts/numbers.ts";
import { linkTo } from "../../router.ts";
import { livePhases } from "./waiting.ts";

const meanings: Readonly<Record<(typeof livePhases)[number], string>> = {
  booting: "launched, not ready yet",
  ready: "takes work",
  leaving: "finishes, and takes no more",
  silent: "its heartbeat is too old",
  overdue: "should be ready, and is not",
};

export function Machines({ capacity }: { readonly capacity: Schemas["Capacity"] }) {
  const { instances, workers } = capacity;
  const shown = livePhases.filter((phase) => (instances[phase] ?? 0) > 0);
  const running = workers.reduce((sum, { items_running }) => sum + items_running, 0);
  const slots = workers.reduce((sum, worker) => sum + worker.slots, 0);
  return (
    <section class="card" aria-labelledby="machines">
      <div class="row">
        <h2 id="machines">Machines</h2>
        <a class="actions" href={linkTo("fleet")}>
          Fleet
        </a>
      </div>
      {shown.length === 0 ? (
        <p class="faint">No machine runs, and nothing is paid for one.</p>
      ) : (
        <dl class="facts counts">
          {shown.map((phase) => (
            <div key={phase}>
              <dt>
                {phase} <span class="faint">– {meanings[phase]}</span>
              </dt>
              <dd class="number">{countText(instances[phase] ?? 0)}</dd>
            </div>
          ))}
        </dl>
      )}
      {slots > 0 && (
        <p class="faint">
          {countText(running)} of {countText(slots)} slots make a clip.
        </p>
      )}
    </section>
  );
}
