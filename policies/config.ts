import { Level, OptionSchema, Options, PackOptions, Rule } from "./rule";
import { parseClient } from "../core/net/clients";
import { parsePort } from "../core/net/port-set";

/** A policy configuration as `--policy-pack-config` takes it: by policy name a level, or a level with options. */
export type PolicyConfig = Readonly<Record<string, Level | (Options & { readonly enforcementLevel?: Level })>>;

/** Name of the pack's first policy, which takes the options of the whole pack. */
export const packPolicyName = "rdp-ready";

export const packOptionSchemas: Readonly<Record<string, OptionSchema>> = {
    clients: {
        type: "array",
        items: { type: "string" },
        description:
            "CIDRs that are meant to reach every Windows host which declares no clients itself (tag rdp-ready:clients). Default: none; intent is then read off the stack.",
    },
    port: { type: "integer", minimum: 1, maximum: 65535, description: "Port of the RDP listener where nothing else says. Default: 3389." },
    onUnknown: {
        type: "string",
        enum: ["advisory", "mandatory", "off"],
        default: "advisory",
        description: "What becomes of a rule that needs a value which is not known yet: a warning (default), a violation that blocks, or nothing.",
    },
    outside: {
        type: "string",
        enum: ["assume-open", "unknown"],
        default: "assume-open",
        description: "How a hop that another stack owns (its subnet's NSG, its route table) is taken: as open, named as an assumption (default), or as unknown.",
    },
    assumeNew: {
        type: "boolean",
        default: false,
        description: "Whether every host is new, so that user data and unattend will run and may be repaired. Default: false.",
    },
};

/** A mistake in a policy configuration. The message names the policy, the option and what to write. */
export class PolicyConfigError extends Error {
    override readonly name = "PolicyConfigError";
}

export function packOptions(config: PolicyConfig): PackOptions {
    const given = optionsOf(config[packPolicyName]);
    checkOptions(packPolicyName, given, packOptionSchemas);
    const clients = given["clients"] as readonly string[] | undefined;
    refuse("clients", () => clients?.forEach(parseClient));
    refuse("port", () => (given["port"] === undefined ? undefined : parsePort(given["port"])));
    return {
        ...(clients === undefined ? {} : { clients }),
        ...(given["port"] === undefined ? {} : { port: given["port"] as number }),
        onUnknown: (given["onUnknown"] as PackOptions["onUnknown"] | undefined) ?? "advisory",
        outside: (given["outside"] as PackOptions["outside"] | undefined) ?? "assume-open",
        assumeNew: given["assumeNew"] === true,
    };
}

function refuse(option: string, parse: () => unknown): void {
    try {
        parse();
    } catch (e) {
        throw new PolicyConfigError(`policy ${packPolicyName}, option ${option}: ${(e as Error).message}`);
    }
}

/** The options of a rule with defaults filled in. @throws PolicyConfigError for an unknown option or one of the wrong type */
export function ruleOptions(config: PolicyConfig, rule: Rule): Options {
    return withDefaults(rule.name, optionsOf(config[rule.name]), rule.options ?? {});
}

export function withDefaults(policy: string, given: Options, schemas: Readonly<Record<string, OptionSchema>>): Options {
    checkOptions(policy, given, schemas);
    const defaults = Object.entries(schemas).flatMap(([k, s]) => (s.default === undefined ? [] : [[k, s.default] as const]));
    return { ...Object.fromEntries(defaults), ...given };
}

/** The engine passes unknown options on in silence: a misspelt one must not look as if it worked. */
export function checkOptions(policy: string, given: Options, schemas: Readonly<Record<string, OptionSchema>>): void {
    for (const [key, value] of Object.entries(given)) {
        const schema = schemas[key];
        if (schema === undefined) {
            const names = Object.keys(schemas);
            const near = nearest(key, names);
            throw new PolicyConfigError(
                `policy ${policy} has no option "${key}". ` +
                    (near !== undefined ? `Did you mean "${near}"?` : names.length > 0 ? `Its options: ${names.join(", ")}.` : "It has no options, only enforcementLevel."),
            );
        }
        const fits =
            schema.type === "array" ? Array.isArray(value) : schema.type === "integer" ? Number.isInteger(value) : typeof value === schema.type;
        if (schema.format === "date" && (typeof value !== "string" || !isDate(value))) {
            throw new PolicyConfigError(`policy ${policy}, option ${key}: write a date as YYYY-MM-DD instead of ${JSON.stringify(value)}.`);
        }
        if (!fits || (schema.enum !== undefined && !schema.enum.includes(value as string))) {
            const want = schema.enum === undefined ? `a value of type ${schema.type}` : `one of ${schema.enum.join(", ")}`;
            throw new PolicyConfigError(`policy ${policy}, option ${key}: write ${want} instead of ${JSON.stringify(value)}.`);
        }
    }
}

function isDate(text: string): boolean {
    return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);
}

const levels: readonly string[] = ["mandatory", "advisory", "remediate", "disabled"];

/** The level that the engine would use for a rule: its own entry, else "all", else the rule's default. */
export function effectiveLevel(config: PolicyConfig, rule: Rule): Level {
    return levelOf(config[rule.name]) ?? levelOf(config["all"]) ?? rule.defaultLevel;
}

function levelOf(entry: PolicyConfig[string] | undefined): Level | undefined {
    return typeof entry === "string" ? entry : entry?.enforcementLevel;
}

function optionsOf(entry: PolicyConfig[string] | undefined): Options {
    if (entry === undefined || typeof entry === "string") {
        return {};
    }
    const { enforcementLevel: _, ...options } = entry;
    return options;
}

/**
 * Checks a whole configuration, as `rdp-ready check --policy-config` does: the engine accepts misspelt policy names in silence.
 * @throws PolicyConfigError that names the entry and the nearest name that exists
 */
export function checkPolicyConfig(config: unknown, rules: readonly Rule[]): PolicyConfig {
    if (typeof config !== "object" || config === null || Array.isArray(config)) {
        throw new PolicyConfigError('a policy configuration is an object such as { "nla-required": "mandatory" }');
    }
    const names = [packPolicyName, "all", ...rules.map((r) => r.name)];
    for (const [name, entry] of Object.entries(config)) {
        if (!names.includes(name)) {
            const near = nearest(name, names);
            throw new PolicyConfigError(`there is no policy "${name}". ${near === undefined ? `The policies: ${names.join(", ")}.` : `Did you mean "${near}"?`}`);
        }
        const level: unknown = typeof entry === "object" && entry !== null ? (entry as Record<string, unknown>)["enforcementLevel"] : entry;
        if (level !== undefined && !levels.includes(level as string)) {
            throw new PolicyConfigError(`policy ${name}: the level ${JSON.stringify(level)} does not exist. Write one of ${levels.join(", ")}.`);
        }
    }
    const checked = config as PolicyConfig;
    packOptions(checked);
    rules.forEach((r) => ruleOptions(checked, r));
    return checked;
}

/** The name nearest to what was written, if it is near enough to be meant. */
export function nearest(written: string, names: readonly string[]): string | undefined {
    const scored = names.map((n) => ({ n, d: distance(written.toLowerCase(), n) })).sort((a, b) => a.d - b.d);
    return scored[0] !== undefined && scored[0].d <= Math.max(2, Math.floor(scored[0].n.length / 3)) ? scored[0].n : undefined;
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
    let row = Array.from({ length: b.length + 1 }, (_, i) => i);
    for (let i = 1; i <= a.length; i++) {
        const next = [i];
        for (let j = 1; j <= b.length; j++) {
            next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
        }
        row = next;
    }
    return row[b.length]!;
}
