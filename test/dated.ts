import { rules } from "../policies/rules/index.generated";

/** Rules that judge by the date judge by this one, so that the tests say the same in ten years. */
export const dated: Readonly<Record<string, { readonly asOf: string }>> = Object.fromEntries(rules.filter((r) => r.options?.["asOf"] !== undefined).map((r) => [r.name, { asOf: "2026-06-01" }]));
