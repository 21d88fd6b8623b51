/** A pool is a machine type in a zone: what has a price and capacity of its own. */
export const poolKey = ({
  instanceType,
  zone,
}: {
  readonly instanceType: string;
  readonly zone: string;
}): string => `${instanceType}/${zone}`;
