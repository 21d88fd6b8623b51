import { Argument, type Command } from "commander";
import type { Cli } from "../../cli.ts";
import { exitCodes } from "../../exit-codes.ts";

const shells = ["bash", "zsh", "fish"] as const;
type Shell = (typeof shells)[number];

export function addCompletion(program: Command, cli: Cli): void {
  program
    .command("completion")
    .description("print a script that completes commands and options in a shell")
    .addArgument(new Argument("<shell>", "which one").choices(shells))
    .addHelpText(
      "after",
      '\nbash: eval "$(mgb completion bash)"   zsh: eval "$(mgb completion zsh)"   fish: mgb completion fish | source',
    )
    .action(
      cli.runs((shell: Shell) => {
        cli.around.out.write(scriptFor(shell, candidatesOf(program)));
        return Promise.resolve(exitCodes.ok);
      }),
    );
}

/** What may follow so many words: by the words before, such as `keys create`. */
type Candidates = ReadonlyMap<string, readonly string[]>;

function candidatesOf(program: Command): Candidates {
  const found = new Map<string, readonly string[]>();
  const visit = (command: Command, path: readonly string[]): void => {
    const options = command.options.flatMap(({ long, hidden }) => (long == null || hidden ? [] : [long]));
    found.set(path.join(" "), [...command.commands.map((sub) => sub.name()), ...options, "--help"]);
    for (const sub of command.commands) visit(sub, [...path, sub.name()]);
  };
  visit(program, []);
  return found;
}

function scriptFor(shell: Shell, candidates: Candidates): string {
  switch (shell) {
    case "bash":
      return bashScript(candidates);
    case "zsh":
      return zshScript(candidates);
    case "fish":
      return fishScript(candidates);
  }
}

/** Past the words that name a command, files are completed as well: a prompts file, a folder. */
const bashScript = (candidates: Candidates): string =>
  [
    "_mgb() {",
    '  local place="" word',
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    ...pathSteps,
    "  done",
    '  COMPREPLY=($(compgen -W "$(_mgb_words "$place")" -- "${COMP_WORDS[COMP_CWORD]}"))',
    "}",
    ...wordsFunction(candidates),
    "complete -o default -F _mgb mgb",
    "",
  ].join("\n");

/** A new user's zsh has its completion off. */
const zshScript = (candidates: Candidates): string =>
  [
    "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -u }",
    "_mgb() {",
    '  local place="" word',
    '  for word in "${(@)words[2,CURRENT-1]}"; do',
    ...pathSteps,
    "  done",
    '  compadd -- ${=$(_mgb_words "$place")} || _files',
    "}",
    ...wordsFunction(candidates),
    "compdef _mgb mgb",
    "",
  ].join("\n");

/** One word more of the command's name, or an end of it. */
const pathSteps = [
  '    case " $(_mgb_words "$place") " in *" $word "*) ;; *) break ;; esac',
  '    case "$word" in -*) break ;; esac',
  '    place="${place:+$place }$word"',
];

const wordsFunction = (candidates: Candidates): readonly string[] => [
  "_mgb_words() {",
  '  case "$1" in',
  ...[...candidates].map(([path, words]) => `    "${path}") echo "${words.join(" ")}" ;;`),
  "  esac",
  "}",
];

function fishScript(candidates: Candidates): string {
  const lines = [...candidates].flatMap(([path, words]) => {
    const condition =
      path === ""
        ? "__fish_use_subcommand"
        : path
            .split(" ")
            .map((word) => `__fish_seen_subcommand_from ${word}`)
            .join("; and ");
    return words.map((word) =>
      word.startsWith("--")
        ? `complete -c mgb -n '${condition}' -l ${word.slice(2)}`
        : `complete -c mgb -n '${condition}' -a ${word}`,
    );
  });
  return `${lines.join("\n")}\n`;
}
