/** Sums of numbers, and of one number of each of many. */
export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const sumBy = <T>(values: readonly T[], of: (value: T) => number): number =>
  values.reduce((total, value) => total + of(value), 0);
