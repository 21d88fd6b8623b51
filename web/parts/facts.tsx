/** Names and values, one under another. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

export type Fact = readonly [name: string, value: ComponentChildren];

export function Facts({ title, facts }: { readonly title: string; readonly facts: readonly Fact[] }) {
  const id = useId();
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <dl class="facts">
        {facts.map(([name, value]) => [
          <dt key={name}>{name}</dt>,
          <dd key={`${name} value`} class="text">
            {value}
          </dd>,
        ])}
      </dl>
    </section>
  );
}
