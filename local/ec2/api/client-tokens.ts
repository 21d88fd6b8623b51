/** Idempotency by client tokens. */
import { createHash } from "node:crypto";
import { Ec2ApiError } from "./api-error.ts";

/** Makes a repeated call with the same token happen only once. @see EC2 API reference, "Ensuring idempotency" */
export class ClientTokens<Answer> {
  readonly #calls = new Map<string, { readonly fingerprint: string; readonly answer: Promise<Answer> }>();

  /**
   * Later calls with the same token get the first call's answer. A call that threw may be repeated.
   * @throws Ec2ApiError when the token was used before with other parameters
   */
  once(token: string | undefined, parameters: unknown, act: () => Promise<Answer>): Promise<Answer> {
    if (token === undefined) return act();
    const fingerprint = createHash("sha256").update(JSON.stringify(parameters)).digest("hex");
    const earlier = this.#calls.get(token);
    if (earlier !== undefined) {
      if (earlier.fingerprint === fingerprint) return earlier.answer;
      throw new Ec2ApiError(
        "IdempotentParameterMismatch",
        "The client token was used before, with other parameters.",
      );
    }
    const answer = act();
    this.#calls.set(token, { fingerprint, answer });
    answer.catch(() => this.#calls.delete(token));
    return answer;
  }
}
