import type { Log } from "../shared/ports.ts";

const nothing = (): void => undefined;

/** A command says what it has to say itself. */
export const noLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
