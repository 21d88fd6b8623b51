/** Something of the set-up failed; the message names it, with the end of what it printed. */
export class InstallError extends Error {
  /** @override */
  name = "InstallError";
}

/** The user ended the set-up. */
export class Interrupted extends Error {
  /** @override */
  name = "Interrupted";
}
