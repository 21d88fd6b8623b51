import { TraceError } from "./played/traces.ts";

/** For a program that reads traces: what is wrong with a file is told to its user, and the program ends. */
export function orSayWhy<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}
