import type { StageConfig } from "../../../shared/config.ts";
import type { Account, Identity } from "../account.ts";
import type { Checkout } from "../checkout.ts";
import type { Answer } from "../finding.ts";

export interface Asked {
  readonly account: Account;
  readonly checkout: Checkout;
  readonly identity: Identity;
  readonly stage: string;
  readonly config: StageConfig;
}

export interface Check {
  readonly name: string;
  /** Rejects as the account's own questions do. */
  readonly ask: (asked: Asked) => Promise<Answer | readonly Answer[]>;
}

/** Where AWS's console shows a page about a region. */
export const consoleUrl = (region: string, path: string): string =>
  `https://${region}.console.aws.amazon.com/${path}`;
