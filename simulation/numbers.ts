/** Numbers on a command line. */
import { InvalidArgumentError } from "commander";

/** Of a command line. */
export const numberFrom =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isFinite(value) || value < least)
      throw new InvalidArgumentError(`expected a number from ${least}`);
    return value;
  };
