import { SettingValue } from "./model";

/** Where a setting lives in Windows. */
export type SettingPlace =
    | { readonly kind: "registry"; readonly key: string; readonly value: string; readonly type: "DWORD" | "SZ" | "EXPAND_SZ" | "MULTI_SZ" | "BINARY" }
    | { readonly kind: "service"; readonly service: string; readonly aspect: "start" | "state" | "recovery" }
    | { readonly kind: "firewall-profile"; readonly profile: "domain" | "private" | "public"; readonly aspect: "enabled" | "block-all-inbound" | "local-rules" }
    | { readonly kind: "network-category" }
    | { readonly kind: "certificate-binding" }
    | { readonly kind: "user-right"; readonly right: string }
    | { readonly kind: "acl"; readonly path: string };

/** What a value does to a connection. */
export interface ValueEffect {
    readonly effect: "breaks" | "weakens" | "safe";
    readonly symptom: import("../symptom").Symptom;
    /** Completes "<setting> is <value>, so <text>". */
    readonly text: string;
}

/** One Windows value that Remote Desktop depends on. */
export interface Setting {
    /** Stable id, e.g. `nla`, `security-layer`, `rdp-enabled`, `port`. */
    readonly id: string;
    readonly title: string;
    readonly place: SettingPlace;
    /** The group policy value that overrides it, where there is one: full registry key and value name. */
    readonly policy?: { readonly key: string; readonly value: string };
    /** What Windows has without anybody's doing. */
    readonly default: SettingValue | undefined;
    /** What components and renderers write by default; undefined: left alone unless asked for. */
    readonly safe: SettingValue | undefined;
    /** What a value does; undefined for values that are fine. */
    judge(value: SettingValue): ValueEffect | undefined;
    /** Why no rule judges it, for the settings that none does. */
    readonly unjudged?: string;
    /** What the setting does, for people: `explain` and docs/settings.md. */
    readonly meaning: string;
    /** Ids of the rows in core/causes.ts. */
    readonly causes: readonly string[];
    /** Section of the domain reference and its vendor source, e.g. "§2.2 [VHD]" rendered as a vendor page's name. */
    readonly source: string;
}
