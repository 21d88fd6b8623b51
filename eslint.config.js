import tseslint from "typescript-eslint";

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
    files: ["**/*.ts"],
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
      ],
    },
  },
  {
    files: ["shared/{batch,billing,contract,fleet,interlock}/**/*.ts"],
    rules: { "no-restricted-syntax": ["error", ...restrictedInDomain] },
  },
  // A tool's own configuration file demands its default export.
  { files: ["*.config.ts"], rules: { "no-restricted-syntax": "off" } },
);
