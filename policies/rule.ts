import { Carrier } from "../core/guest/model";
import { DeclaredFilter, Host } from "../core/host";
import { Effect, Symptom } from "../core/symptom";

export type Level = "mandatory" | "advisory" | "remediate" | "disabled";

/** What a rule found. Where and what to write; the rule's own metadata is added by who reports it. */
export interface Finding {
    readonly outcome: "violation" | "unknown";
    readonly urn: string;
    readonly property?: string;
    /** Line of a script, from 1. */
    readonly line?: number;
    readonly column?: number;
    /** "The <thing> must <do what>: <what it does now>, so <what the client sees>." Never a secret. */
    readonly message: string;
    /** What to write, in the author's terms. */
    readonly fix?: string;
    /** Where they differ from the rule's own. */
    readonly effect?: Effect;
    readonly symptom?: Symptom;
    /** The finding blocks only hosts that someone is meant to reach: `advisory` lowers a mandatory rule for this finding. */
    readonly atMost?: "advisory";
}

/** A JSON schema for one option of a rule, as the policy pack's configSchema takes it. */
export interface OptionSchema {
    readonly type: "string" | "integer" | "boolean" | "array";
    readonly items?: { readonly type: "string" | "integer" };
    readonly enum?: readonly string[];
    /** `YYYY-MM-DD` */
    readonly format?: "date";
    readonly minimum?: number;
    readonly maximum?: number;
    readonly default?: string | number | boolean | readonly string[];
    readonly description: string;
}

/** One resource of an example, in the terms of the cloud's Pulumi provider. */
export interface ExampleResource {
    readonly type: string;
    readonly name: string;
    readonly inputs: Record<string, unknown>;
    /** By top-level property: the names of the resources that its value comes from; their ids are unknown. */
    readonly from?: Record<string, readonly string[]>;
    /** Names of the resources in its option `dependsOn`. */
    readonly dependsOn?: readonly string[];
}

/** A small stack that shows the rule at work. Run by the tests, printed in the docs. */
export interface Example {
    /** Named for the trap: `allow-shadowed-by-subnet-deny`. */
    readonly name: string;
    readonly expect: "compliant" | "violation" | "unknown";
    /** What a finding's message must contain, for `violation` and `unknown`. */
    readonly says?: string;
    readonly resources: readonly ExampleResource[];
    readonly options?: Record<string, unknown>;
}

export interface RuleMetadata {
    /** `RDP101`. Never reused. */
    readonly id: string;
    /** kebab-case; the key in a policy configuration. Never renamed. */
    readonly name: string;
    /** One line: what must hold. */
    readonly title: string;
    readonly severity: "high" | "medium" | "low";
    readonly effect: Effect;
    readonly symptom: Symptom;
    /** Ids of the rows in core/causes.ts that the rule guards. */
    readonly causes: readonly string[];
    /** What the client would see and why, in a few sentences; with the source of the fact. */
    readonly why: string;
    /** What to do about a finding, in one or two sentences. */
    readonly remedy: string;
    readonly defaultLevel: "mandatory" | "advisory" | "remediate";
    readonly options?: Readonly<Record<string, OptionSchema>>;
    readonly examples: readonly Example[];
}

/** Options of the whole pack, which `rdp-ready` (the pack's first policy) takes. */
export interface PackOptions {
    /** CIDRs that are meant to reach every Windows host that declares no clients itself. */
    readonly clients?: readonly string[];
    readonly port?: number;
    readonly onUnknown: "advisory" | "mandatory" | "off";
    readonly outside: "assume-open" | "unknown";
    /** Hosts are new: user data and unattend will run, so a repair there is true. */
    readonly assumeNew: boolean;
}

export type Options = Readonly<Record<string, unknown>>;

/** Judges a host with everything around it: needs the whole stack. */
export interface HostRule extends RuleMetadata {
    readonly scope: "host";
    check(host: Host, options: Options): Finding[];
}

/** Replaces `[start, end)` of a carrier's script. */
export interface ScriptEdit {
    readonly start: number;
    readonly end: number;
    readonly replacement: string;
}

/** Judges one script that a resource brings into the guest: needs that resource only. */
export interface CarrierRule extends RuleMetadata {
    readonly scope: "carrier";
    /** The hop of a path that the same fact closes, so that a script which runs later may overrule this one. */
    readonly hop?: "guest-firewall" | "listener";
    check(carrier: Carrier, options: Options): Finding[];
    /** The smallest edits after which `check` finds nothing. Only for carriers that run again when they change. */
    fix?(carrier: Carrier): ScriptEdit[];
}

/** Replaces the value at a property path, which exists and holds `before`. */
export interface PropertyEdit {
    readonly property: string;
    readonly before: unknown;
    readonly after: unknown;
}

/** Judges the rules that one NSG, security group or network ACL declares: needs that resource only. */
export interface FilterRuleRule extends RuleMetadata {
    readonly scope: "filter";
    check(filter: DeclaredFilter, options: Options): Finding[];
    fix?(filter: DeclaredFilter): PropertyEdit[];
}

export type Rule = HostRule | CarrierRule | FilterRuleRule;
