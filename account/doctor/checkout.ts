/** What the doctor asks this checkout: it changes no file that git knows. */

export interface Packaged {
  /** CloudFormation's, as JSON. */
  readonly template: string;
  /** The SHA-256 of each function's code in base64, by the function's name. */
  readonly code: ReadonlyMap<string, string>;
}

/** Every method rejects with `NoAnswer` when the checkout cannot be packaged. */
export interface Checkout {
  /** What a deploy of the stage would send now. */
  packaged(): Promise<Packaged>;
  /** Of the worker's package as it would be made now. */
  workerVersion(): Promise<string>;
  /** Whether the worker would be another one than at that commit. */
  workerChangedSince(commit: string): Promise<boolean>;
}
