/** Puts the questions: to the options first, then to the person, if one is there. */
import type { Answers, Known, Question } from "./questions.ts";
import { questions } from "./questions.ts";

/** What was given or typed cannot be taken; the message says why. */
export class InitError extends Error {
  override readonly name = "InitError";
}

export interface Person {
  ask(question: string): Promise<string>;
  tell(text: string): void;
}

/**
 * @param person null: nobody sits there, and what is proposed is taken
 * @param isTaken whether a stage of that name has a configuration
 * @throws InitError
 */
export async function answersTo(
  given: Answers,
  known: Known,
  person: Person | null,
  isTaken: (stage: string) => boolean,
): Promise<Answers> {
  let answers: Answers = {};
  for (const question of questions) {
    if (!(question.isAsked?.(answers) ?? true)) continue;
    const proposed = given[question.flag] ?? (await question.proposal(answers, known));
    const asks = given[question.flag] === undefined ? person : null;
    answers = { ...answers, [question.flag]: await answerTo(question, proposed, asks) };
    const { stage = "" } = answers;
    if (question.flag === "stage" && isTaken(stage))
      throw new InitError(`config/${stage}.json is there already; change it, or name another stage`);
  }
  return answers;
}

async function answerTo(
  { flag, text, fault }: Question,
  proposed: string | null,
  person: Person | null,
): Promise<string> {
  for (;;) {
    const typed = (await person?.ask(`${text}${hint(proposed)}: `))?.trim() ?? "";
    const answer = typed === "" ? (proposed ?? "") : typed;
    const wrong = fault(answer);
    if (wrong === null) return answer;
    if (person === null) throw new InitError(`--${flag} '${answer}': ${wrong}`);
    person.tell(`  ${wrong}`);
  }
}

const hint = (proposed: string | null): string =>
  proposed === null || proposed === "" ? "" : ` [${proposed}]`;
