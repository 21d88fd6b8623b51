import tseslint from "typescript-eslint";

/** A bundler leaves out what is not used of a namespace, and keeps all of a name, the texts of 50 languages included. */
const zodByName = {
  selector: "ImportDeclaration[source.value='zod'][importKind='value'] > ImportSpecifier[imported.name='z']",
  message: 'Write import * as z from "zod".',
};
/** A bound of a test is minutes long, as in vitest.config.ts: what is waited for comes late where other suites run too. */
const hastyBounds = [
  "Property[key.name='timeout'] > Literal[value<200000]",
  "VariableDeclarator[id.name='timeout'] > Literal[value<200000]",
  "CallExpression[callee.object.name='AbortSignal'][callee.property.name='timeout'] > Literal[value<200000]",
].map((selector) => ({ selector, message: "Wait for the state, with minutes as the bound." }));
const restrictedInDomain = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: "Time comes in through the Clock port.",
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: "Time comes in through the Clock port.",
  },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: "Randomness comes in through the Random port.",
  },
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: "Configuration is parsed once, in shared/config.ts.",
  },
];

export default tseslint.config(
  {
    ignores: [
      "node_modules/",
      ".venv/",
      ".local/",
      ".serverless/",
      ".esbuild/",
      "out/",
      "dist/",
      "coverage/",
    ],
  },
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/return-await": ["error", "in-try-catch"],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: false },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "no-restricted-syntax": [
        "error",
        { selector: "ExportDefaultDeclaration", message: "Named exports only." },
        zodByName,
      ],
    },
  },
  {
    files: ["shared/{batch,billing,contract,fleet,interlock}/**/*.ts"],
    rules: { "no-restricted-syntax": ["error", ...restrictedInDomain, zodByName] },
  },
  {
    // Text is text: nothing that a user wrote is read as HTML, and nothing runs that the policy would not allow.
    files: ["web/**/*.ts", "web/**/*.tsx"],
    rules: {
      "no-restricted-syntax": [
        "error",
        { selector: "ExportDefaultDeclaration", message: "Named exports only." },
        zodByName,
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: "Show text as text.",
        },
        {
          selector: "JSXAttribute[name.name='style'] > Literal",
          message: "The policy allows no style as text; give an object or a class.",
        },
        {
          selector: "AssignmentExpression[left.property.name=/^(innerHTML|outerHTML)$/]",
          message: "Show text as text.",
        },
      ],
    },
  },
  {
    files: ["tests/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        { selector: "ExportDefaultDeclaration", message: "Named exports only." },
        zodByName,
        ...hastyBounds,
      ],
    },
  },
  // A tool's own configuration file demands its default export.
  { files: ["*.config.ts"], rules: { "no-restricted-syntax": "off" } },
);
