/** What failed, first of all. */
import { useResource } from "../../data/use-resource.ts";
import { itemIdOf } from "../../item-id.ts";
import { countText } from "../../parts/numbers.ts";
import { linkTo } from "../../router.ts";
import { loadFailures } from "./failures.ts";

interface FailureListProps {
  readonly batchId: string;
  readonly letters: string;
  readonly failed: number;
}

const mostNamed = 12;

export function FailureList({ batchId, letters, failed }: FailureListProps) {
  const { data } = useResource(
    `failures ${batchId} ${failed}`,
    (api, signal) => loadFailures(api, batchId, letters, signal),
    null,
  );
  return (
    <section class="card" aria-labelledby="failures">
      <h2 id="failures">
        {countText(failed)} failed {failed === 1 ? "item" : "items"}
      </h2>
      {data === null && <p class="faint">Asking why …</p>}
      {data?.groups.map(({ code, detail, indices }) => (
        <div key={code}>
          <p>
            <strong class="mono">{code}</strong> · {countText(indices.length)} ·{" "}
            <span class="text">{detail}</span>
          </p>
          <p class="items">
            {indices.slice(0, mostNamed).map((index) => (
              <a key={index} href={linkTo("item", itemIdOf(batchId, index))}>
                {countText(index)}
              </a>
            ))}
            {indices.length > mostNamed && (
              <span class="faint">and {countText(indices.length - mostNamed)} more</span>
            )}
          </p>
        </div>
      ))}
      {data !== null && data.seen < failed && (
        <p class="faint">
          {countText(data.seen)} of them were looked at; <code>mgb results</code> has all.
        </p>
      )}
    </section>
  );
}
