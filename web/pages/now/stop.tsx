/** Stop all, with its receipt; and start again. */
import { useState } from "preact/hooks";
import { dataOf, type Schemas } from "../../../client/client.ts";
import { useAction } from "../../data/use-action.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Money } from "../../parts/money.tsx";
import { countText } from "../../parts/numbers.ts";
import { Problem } from "../../parts/problem.tsx";
import { Time } from "../../parts/time.tsx";

interface StopAndStartProps {
  readonly isStopped: boolean;
  readonly onDone: () => void;
}

export function StopAndStart({ isStopped, onDone }: StopAndStartProps) {
  const [isAsking, setAsking] = useState(false);
  const action = useAction();
  const close = (): void => {
    setAsking(false);
    action.clear();
  };
  const stop = async (): Promise<void> => {
    if (!(await action.run((api) => dataOf(api.POST("/v1/stop"))))) return;
    close();
    onDone();
  };
  const start = async (): Promise<void> => {
    if (await action.run((api) => dataOf(api.POST("/v1/start")))) onDone();
  };
  return (
    <div class="actions">
      {isStopped ? (
        <button type="button" class="primary" disabled={action.isRunning} onClick={() => void start()}>
          Start
        </button>
      ) : (
        <button
          type="button"
          class="danger"
          onClick={() => {
            setAsking(true);
          }}
        >
          Stop all
        </button>
      )}
      {isStopped && action.problem !== null && <Problem problem={action.problem} />}
      {isAsking && (
        <Dialog
          title="Stop everything"
          verb={action.isRunning ? "Stopping …" : "Stop all"}
          word="stop"
          action={action}
          onConfirm={() => void stop()}
          onClose={close}
        >
          <p>
            Every machine of this stage is ended, and nothing is launched or taken until you start again.
            Queued items are kept, and clips that are half made go on later from where they were.
          </p>
        </Dialog>
      )}
    </div>
  );
}

export function Receipt({ stop }: { readonly stop: Schemas["Stop"] }) {
  const isProven = stop.state === "stopped";
  return (
    <section class={isProven ? "card proven" : "card"} aria-labelledby="receipt">
      <div class="row">
        <h2 id="receipt">{isProven ? "Everything is stopped" : "Stopping …"}</h2>
        <span class="actions faint">
          asked <Time at={stop.requested_at} />
        </span>
      </div>
      <dl class="facts counts" role="status">
        <div>
          <dt>Machines ended</dt>
          <dd class="number">{countText(stop.instances_terminated)}</dd>
        </div>
        <div>
          <dt>Machines left, as EC2 says</dt>
          <dd class="number">{stop.instances_left === null ? "–" : countText(stop.instances_left)}</dd>
        </div>
        <div>
          <dt>Messages kept in the queues</dt>
          <dd class="number">{stop.messages_left === null ? "–" : countText(stop.messages_left)}</dd>
        </div>
        <div>
          <dt>An hour costs now</dt>
          <dd class="number">
            <Money usd={stop.cost_per_hour_usd} />
          </dd>
        </div>
        <div>
          <dt>Proven</dt>
          <dd class="number">
            {isProven ? <Time at={stop.verified_at} /> : "EC2 is asked until it lists none"}
          </dd>
        </div>
      </dl>
      <details>
        <summary>What was done ({countText(stop.steps.length)} steps)</summary>
        <ol class="steps">
          {stop.steps.map(({ at, step, ok, detail }, place) => (
            <li key={place} class={ok ? undefined : "not-yet"}>
              <Time at={at} /> <strong>{step}</strong> <span class="text">{detail}</span>
              {!ok && <span class="faint"> (not yet; tried again)</span>}
            </li>
          ))}
        </ol>
      </details>
    </section>
  );
}
