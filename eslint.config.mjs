import tseslint from "typescript-eslint";

/** Who may import whom: core nothing of ours, rules only core, packs rules and core, components core. */
const layer = (files, forbidden, message) => ({
    files,
    rules: { "no-restricted-imports": ["error", { patterns: [{ regex: forbidden, message }] }] },
});

export default tseslint.config(
    { ignores: ["dist/", "node_modules/", "policies/*/pack.js", "bench/packs/**", "test/engine/fixtures/**/*.js"] },
    ...tseslint.configs.recommended,
    {
        rules: {
            "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
            "@typescript-eslint/no-explicit-any": "error",
            "@typescript-eslint/no-require-imports": "off",
            eqeqeq: "error",
            "prefer-const": "error",
            "no-console": "off",
        },
    },
    layer(["core/**/*.ts"], "^@pulumi/|/(policies|components|cli|stacks)/", "core is pure: no Pulumi, no cloud SDK, nothing of ours above it"),
    layer(["policies/rules/**/*.ts"], "^@pulumi/|/(azure|aws|components|cli|stacks)/", "rules import core only"),
    layer(["policies/azure/**/*.ts"], "^@pulumi/(azure-native|aws)|/(aws|components|cli|stacks)/", "a pack imports rules and core, never a cloud SDK"),
    layer(["policies/aws/**/*.ts"], "^@pulumi/(azure-native|aws)|/(azure|components|cli|stacks)/", "a pack imports rules and core, never a cloud SDK"),
    layer(["components/**/*.ts"], "/(policies|cli|stacks)/", "components import core, never policies"),
);
