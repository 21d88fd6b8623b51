/** What the batch has cost, and what for. */
import type { Schemas } from "../../../client/client.ts";
import { Meter } from "../../parts/meter.tsx";
import { Money } from "../../parts/money.tsx";
import { percentText } from "../../parts/numbers.ts";

const parts = [
  ["work_usd", "work"],
  ["boot_usd", "boot"],
  ["load_usd", "load the model"],
  ["idle_usd", "idle"],
  ["interrupted_usd", "interrupted"],
  ["volume_usd", "disks"],
  ["address_usd", "addresses"],
] as const;

export function CostSplit({ cost }: { readonly cost: Schemas["Batch"]["cost"] }) {
  const { receipt } = cost;
  const total = Number(receipt?.usd ?? 0);
  return (
    <section class="card" aria-labelledby="cost">
      <div class="row">
        <h2 id="cost">Cost</h2>
        <span class="actions faint">{cost.final ? "final" : "so far"}</span>
      </div>
      <p class="figure">
        <Money usd={receipt?.usd ?? cost.accrued_usd} />
        {cost.max_usd !== null && (
          <span class="faint small">
            of at most <Money usd={cost.max_usd} />
          </span>
        )}
      </p>
      {cost.max_usd !== null && (
        <Meter label="Cost, of the most" share={Number(cost.accrued_usd) / Number(cost.max_usd)} />
      )}
      {receipt === null ? (
        cost.estimate !== null && (
          <p class="faint">
            Estimated at its submit: <Money usd={cost.estimate.usd.low} /> to{" "}
            <Money usd={cost.estimate.usd.high} />.
          </p>
        )
      ) : (
        <dl class="facts counts">
          {parts
            .filter(([field]) => Number(receipt[field]) > 0)
            .map(([field, title]) => (
              <div key={field}>
                <dt>
                  {title} <span class="faint">{percentText(Number(receipt[field]) / total)}</span>
                </dt>
                <dd class="number">
                  <Money usd={receipt[field]} />
                </dd>
              </div>
            ))}
        </dl>
      )}
      {Number(cost.saved_usd) > 0 && (
        <p class="faint">
          Spot saved <Money usd={cost.saved_usd} /> against <Money usd={cost.on_demand_usd} /> on demand.
        </p>
      )}
      {cost.notes.map((note) => (
        <p key={note} class="faint text">
          {note}
        </p>
      ))}
    </section>
  );
}
