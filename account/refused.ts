/** How a command ends that AWS refuses or does not answer: with a sentence and the next step, never with a stack. */
import { NoAnswer, NotAllowed, NotSignedIn } from "./doctor/account.ts";
import { asked } from "./doctor/aws/asking.ts";
import type { Purpose } from "./policies.ts";

/** As the command line's: 1 it failed, 4 nobody is signed in, or not with the rights. */
const exits = { failed: 1, access: 4 } as const;

export interface Told {
  readonly text: string;
  readonly exitCode: number;
}

/**
 * @param needs the purpose whose policy has the rights
 * @param meaning what it means for whoever ran it, in a last sentence
 */
export async function orRefused(
  stage: string,
  needs: Purpose,
  command: () => Promise<number>,
  meaning?: string,
): Promise<number> {
  try {
    return await command();
  } catch (error) {
    const told = await refusal(error, stage, needs);
    if (told === null) throw error;
    console.error([told.text, ...(meaning === undefined ? [] : [meaning])].join("\n"));
    return told.exitCode;
  }
}

/** @returns null: it did not come from AWS */
export async function refusal(error: unknown, stage: string, needs: Purpose): Promise<Told | null> {
  const kind = isFromAws(error) ? await kindOf(error) : error;
  if (kind instanceof NotSignedIn)
    return {
      text: `AWS does not take these credentials: ${firstLine(kind)}\nSign in (aws sso login, or aws configure), and look who you are: aws sts get-caller-identity`,
      exitCode: exits.access,
    };
  if (kind instanceof NotAllowed)
    return {
      text: `AWS does not allow it: ${firstLine(error)}\nThe policy with the rights that it needs: npm run --silent mgb -- doctor --stage ${stage} --policy ${needs}`,
      exitCode: exits.access,
    };
  if (kind instanceof NoAnswer) return { text: `AWS: ${firstLine(error)}`, exitCode: exits.failed };
  return null;
}

/** The SDK puts what it tried on all that it throws, but where it has found no credentials to try with. */
const isFromAws = (error: unknown): error is Error =>
  error instanceof Error &&
  ("$metadata" in error || /^(CredentialsProviderError|TokenProviderError)$/.test(error.name));

async function kindOf(error: Error): Promise<unknown> {
  try {
    return await asked("the call", () => Promise.reject(error));
  } catch (kind) {
    return kind;
  }
}

/** The SDK's own advice to programmers stands in the lines after it. */
function firstLine(error: unknown): string {
  const { name, message } = error as Error;
  const [line = ""] = message.split("\n");
  if (name === "TimeoutError") return "no answer in time";
  return line === "" || line === "UnknownError" ? name : line;
}
