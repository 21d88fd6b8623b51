/** An amount of USD. */
import { usdText } from "./numbers.ts";

export function Money({ usd }: { readonly usd: string | number | null | undefined }) {
  return <span class="money">{usd === null || usd === undefined ? "–" : usdText(Number(usd))}</span>;
}
