/** The limits of the stage, its API keys, and your webhooks. */
import { Facts } from "../../parts/facts.tsx";
import { Money } from "../../parts/money.tsx";
import { countText, durationText } from "../../parts/numbers.ts";
import { useSession } from "../../session/session.ts";
import { Keys } from "./keys.tsx";
import { Webhooks } from "./webhooks.tsx";

export function Settings() {
  const { stage, may } = useSession();
  const { limits, budgets } = stage;
  return (
    <div class="page">
      <header>
        <h1>Settings</h1>
      </header>
      <Facts
        title="Limits of this stage"
        facts={[
          ["Region", `${stage.region}: ${stage.zones.join(", ")}`],
          ...[stage, ...stage.other_types].map(
            ({ instance_type: type, max_spot_usd_per_hour: cap }) =>
              [
                `Machine ${type}`,
                <span key={type}>
                  spot at most <Money usd={cap} /> an hour
                </span>,
              ] as const,
          ),
          ["Budget a day", <Money key="day" usd={budgets.day_usd} />],
          ["Budget a month", <Money key="month" usd={budgets.month_usd} />],
          ["Machines at once", countText(limits.max_instances)],
          ["Items in the queues", countText(limits.queued_items)],
          [
            "Open batches",
            `${countText(limits.active_batches)}; ${countText(limits.active_batches_per_owner)} of an owner`,
          ],
          ...Object.entries(stage.target_seconds).map(
            ([speed, seconds]) => [`Due: ${speed}`, durationText(seconds)] as const,
          ),
        ]}
      />
      {may("operate") && <Keys />}
      <Webhooks />
    </div>
  );
}
