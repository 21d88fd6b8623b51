/** The attempts at an item, and how far they came. */
import type { Schemas } from "../../../client/client.ts";
import { countText } from "../../parts/numbers.ts";
import { Time } from "../../parts/time.tsx";

type ItemView = Schemas["Item"];

export function Attempts({ item }: { readonly item: ItemView }) {
  const { failures, interruptions, interrupted_steps: interruptedSteps } = item.attempts;
  return (
    <section class="card" aria-labelledby="attempts">
      <h2 id="attempts">Attempts</h2>
      <ol class="timeline">
        {failures.map(({ at, code, detail }) => (
          <li key={at}>
            <Time at={at} /> <strong>failed</strong> <span class="mono">{code}</span>{" "}
            <span class="text">{detail}</span>
          </li>
        ))}
        {interruptions > 0 && (
          <li>
            <strong>interrupted</strong> {timesText(interruptions)}, after {stepsText(interruptedSteps)},
            which another machine goes on from
          </li>
        )}
        <li>
          <Last item={item} />
        </li>
      </ol>
    </section>
  );
}

/** What became of the last one, or becomes of it. */
function Last({ item: { status, step, steps, attempts, result } }: { readonly item: ItemView }) {
  if (result === null)
    return (
      <>
        <strong>{status}</strong>
        {step !== null && steps !== null && `, at step ${countText(step)} of ${countText(steps)}`}
      </>
    );
  return (
    <>
      <Time at={result.finished_at} /> <strong>{result.outcome}</strong>
      {result.outcome === "succeeded" && madeText(result, attempts)}
    </>
  );
}

/** A result's steps are those of all attempts. */
function madeText(result: NonNullable<ItemView["result"]>, attempts: ItemView["attempts"]): string {
  if (result.reused) return ": a copy of a clip that was there";
  const own = Math.max(0, result.steps - attempts.interrupted_steps);
  const made = attempts.interruptions > 0 ? `the ${stepsText(own)} that were left` : stepsText(own);
  return `: ${made}, in ${result.gpu_seconds.toFixed(2)} s of the GPU`;
}

const timesText = (count: number): string => (count === 1 ? "once" : `${countText(count)} times`);
const stepsText = (count: number): string => `${countText(count)} ${count === 1 ? "step" : "steps"}`;
