/** How a pool is named to people: where a stage has one type, by its zone alone. */
import type { StageConfig } from "../../../../config.ts";

export const placeOf = (
  { instanceType, zone }: { readonly instanceType: string; readonly zone: string },
  { instance_types: types }: StageConfig,
): string => (types.length === 1 ? zone : `${instanceType} in ${zone}`);
