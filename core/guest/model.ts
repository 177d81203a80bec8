import { Known } from "../known";

/** A value of a guest setting as scripts write it: DWORD or switch, string, or list of strings. */
export type SettingValue = number | boolean | string | readonly string[];

/** Where in a script something stands. Offsets are UTF-16 indices into the script; line and column start at 1. */
export interface Statement {
    readonly line: number;
    readonly column: number;
    readonly start: number;
    readonly end: number;
    /** The statement itself, at most 160 characters, `<redacted>` where it may hold a secret. */
    readonly text: string;
    /** The literal that gave the value, where it stands in this very statement (repairs replace just that). */
    readonly literal?: { readonly start: number; readonly end: number; readonly text: string };
}

/** What a script leaves a setting at. */
export interface Reading {
    readonly value: Known<SettingValue>;
    readonly statement: Statement;
}

/** Why a property of a shipped firewall rule is not known: the script does not touch it, and it is as the image has it. */
export const untouched = "the script leaves it as it is";
/** Why it is not known whether a shipped rule is enabled, where some ways through the script enable it and the others do not touch it. */
export const leftOrEnabled = "the script leaves it as it is, or enables it";

/** What a rule says. */
export type RuleProperty = "enabled" | "direction" | "action" | "protocol" | "ports" | "profiles" | "remoteAddresses";

/** A rule of the Windows firewall that a script creates, changes, enables or disables. Undefined: the script leaves it as it is. */
export interface GuestFirewallRule {
    /** Rule name such as `RemoteDesktop-UserMode-In-TCP`, or the display name for rules that have just that. */
    readonly name: string;
    /** One of the rules that Windows ships for Remote Desktop. */
    readonly builtIn: boolean;
    readonly enabled: Known<boolean>;
    readonly direction: Known<"in" | "out">;
    readonly action: Known<"allow" | "block">;
    readonly protocol: Known<"tcp" | "udp" | "any" | "other">;
    /** Port ranges, `[]` = any. */
    readonly ports: Known<readonly (readonly [number, number])[]>;
    readonly profiles: Known<readonly ("domain" | "private" | "public")[]>;
    /** CIDRs, ranges or addresses; `["any"]` by default; keywords such as LocalSubnet as they are. */
    readonly remoteAddresses: Known<readonly string[]>;
    /** What the script writes of a shipped rule; the rest is as Windows ships it. Absent: a rule that the script makes. */
    readonly written?: readonly RuleProperty[];
    readonly statement: Statement;
}

/** The guest's state after a script has run, as far as the script decides it. */
export interface GuestState {
    /** By setting id (see settings.ts). A setting that the script does not touch is absent. */
    readonly settings: ReadonlyMap<string, Reading>;
    readonly firewallRules: readonly GuestFirewallRule[];
    /** Things done that have no setting of their own, by id, e.g. `machinekeys-renamed`. */
    readonly actions: readonly { readonly id: string; readonly statement: Statement }[];
    /** Actions that happen only under a condition that is not known, and on which no session depends. */
    readonly perhaps?: readonly { readonly id: string; readonly statement: Statement }[];
}

export interface ScriptReading {
    readonly state: GuestState;
    /** Parts that were not understood and may matter, in words ("line 12: Invoke-Expression of a computed string"). */
    readonly notAnalysed: readonly { readonly reason: string; readonly line: number }[];
    readonly syntaxErrors: readonly { readonly line: number; readonly column: number }[];
}

export type CarrierKind =
    | "run-command"
    | "custom-script-extension"
    | "dsc-extension"
    | "machine-configuration"
    | "unattend"
    | "custom-data"
    | "user-data"
    | "ssm-document"
    | "ssm-association";

/** A script or setting that a resource brings into the guest. */
export interface Carrier {
    readonly urn: string;
    readonly kind: CarrierKind;
    /** Property path of the script: `source.script`, `userData`, `content`. */
    readonly property: string;
    readonly language: "powershell" | "batch" | "unattend" | "yaml";
    /** The script as plain text, decoded. */
    readonly script: Known<string>;
    /** When the guest runs it. `never`: Windows ignores this carrier. */
    readonly runs: "once" | "on-change" | "every-boot" | "scheduled" | "never";
    /** What the script leaves behind; empty where the script is not known. */
    readonly reading: ScriptReading;
    /** Why the guest does not run it, or may not. */
    readonly obstacle?: Obstacle;
    /** Resources of the host's other carriers that the deployment finishes before it begins this one. Absent where that was not told. */
    readonly after?: { readonly urns: ReadonlySet<string>; /** Whether these are all. */ readonly all: boolean };
}

/**
 * What keeps a script from running that somebody meant to run. With `runs: "never"` it is certain that the guest never sees it;
 * else the guest's state is taken both ways.
 */
export interface Obstacle {
    /** Completes "The <carrier> must really run there: <text>". */
    readonly text: string;
    /** What to write. */
    readonly fix: string;
    /** Whether it is certain that something is wrong. */
    readonly certain: boolean;
    /** The cloud refuses to make the host at all, and the deployment fails. */
    readonly noHost?: true;
    /** Where it stands, if not in the carrier itself. */
    readonly at?: { readonly urn: string; readonly property: string };
}

export const emptyReading: ScriptReading = {
    state: { settings: new Map(), firewallRules: [], actions: [] },
    notAnalysed: [],
    syntaxErrors: [],
};
