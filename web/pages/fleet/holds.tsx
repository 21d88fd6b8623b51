/** What keeps launches back, until when, and why. */
import type { ComponentChildren } from "preact";
import type { Schemas } from "../../../client/client.ts";
import { Time } from "../../parts/time.tsx";

type Capacity = Schemas["Capacity"];

export function Holds({ capacity }: { readonly capacity: Capacity }) {
  const { closed, breaker, quotas, failed_starts } = capacity;
  const cooling = capacity.zones.filter((zone) => zone.cooling !== null);
  const isFree =
    !closed && [breaker === null, !quotas.length, !failed_starts.length, !cooling.length].every(Boolean);
  return (
    <section class="card" aria-labelledby="holds">
      <h2 id="holds">What holds launches</h2>
      {isFree && <p class="faint">Nothing: a machine is launched when there is work for it.</p>}
      {closed && <p>An operator stopped the service. Nothing is launched until a start.</p>}
      {breaker !== null && (
        <Hold title="EC2 refuses the launcher" until={breaker.until} detail={breaker.detail} />
      )}
      {quotas.map(({ market, until, detail }) => (
        <Hold key={market} title={`The account's limit of ${marketNames[market]}`} {...{ until, detail }} />
      ))}
      {failed_starts.map((failed) => (
        <FailedStart key={failed.model} failed={failed} />
      ))}
      {cooling.map(({ instance_type, zone, cooling: rest }) =>
        rest === null ? null : (
          <Hold
            key={`${instance_type} ${zone}`}
            title={`${instance_type} in ${zone} is left alone`}
            until={rest.until}
            detail={`${coolingReasons[rest.reason] ?? rest.reason} (${rest.code})`}
          />
        ),
      )}
    </section>
  );
}

const marketNames = { spot: "spot machines", on_demand: "machines on demand" } as const;

const coolingReasons: Readonly<Record<string, string>> = {
  capacity: "EC2 has no machine there now",
  interruption: "EC2 took a machine back there",
  rebalance: "EC2 may soon take machines back there",
  not_offered: "EC2 does not offer this type there",
  refused: "EC2 refused a launch there",
};

interface HoldProps {
  readonly title: string;
  readonly until: string;
  readonly detail: string;
  readonly children?: ComponentChildren;
}

function Hold({ title, until, detail, children }: HoldProps) {
  return (
    <div class="hold">
      <p>
        <strong class="text">{title}</strong>{" "}
        <span class="faint">
          until <Time at={until} /> (<Time at={until} as="ago" />)
        </span>
      </p>
      <p class="text">{detail}</p>
      {children}
    </div>
  );
}

function FailedStart({ failed }: { readonly failed: Capacity["failed_starts"][number] }) {
  const { model, until, detail, instance_id, console_tail } = failed;
  return (
    <Hold title={`Machines of ${model} do not start`} until={until} detail={detail}>
      {console_tail !== null && (
        <details>
          <summary>
            The end of the console of <span class="mono">{instance_id}</span>
          </summary>
          <pre tabIndex={0}>{console_tail}</pre>
        </details>
      )}
    </Hold>
  );
}
