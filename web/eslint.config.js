import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["**/dist/**", "**/node_modules/**", "**/schema.d.ts"] },
  ...tseslint.configs.recommended,
  hooks.configs.flat.recommended,
  {
    rules: {
      "max-lines": ["error", { max: 200 }],
      eqeqeq: "error",
      "no-console": "error",
      "@typescript-eslint/no-explicit-any": "error",
    },
  },
  {
    // Server types only from the generated client, and one place that formats.
    files: ["console/src/**/*.{ts,tsx}"],
    rules: {
      "no-restricted-globals": ["error", { name: "fetch", message: "Ask @perennial/api-client." }],
      "no-restricted-syntax": [
        "error",
        { selector: "NewExpression[callee.object.name='Intl']", message: "Format in @perennial/ui." },
        { selector: "CallExpression[callee.property.name=/^toLocale/]", message: "Format in @perennial/ui." },
      ],
    },
  },
  { files: ["mock/**", "console/scripts/**"], rules: { "no-console": "off" } },
);
