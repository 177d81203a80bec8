import assert from "node:assert/strict";
import { isKnown, Known } from "../../../../core/known";
import { GuestFirewallRule, ScriptReading } from "../../../../core/guest/model";
import { readScript } from "../../../../core/guest/script";

export const TS = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server";
export const RDPTCP = `${TS}\\WinStations\\RDP-Tcp`;
export const TSPOL = "HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services";
/** The same keys as reg.exe spells them. */
export const regTS = TS.replace("HKLM:", "HKLM");
export const regRDPTCP = RDPTCP.replace("HKLM:", "HKLM");

/** A value that the reader must not claim to know. */
export class Unknown {
    constructor(readonly reason: RegExp) {}
}
export const unknown = (reason: RegExp = /./): Unknown => new Unknown(reason);

type Fields = "enabled" | "direction" | "action" | "protocol" | "ports" | "profiles" | "remoteAddresses";
export type ExpectedRule = { readonly [K in Fields]?: unknown };

export interface Case {
    /** What is written, and why the outcome is as it is. */
    readonly why: string;
    readonly script: string;
    readonly batch?: true;
    /** All settings that the script touches, and no others. */
    readonly settings?: Readonly<Record<string, unknown>>;
    /** All rules that the script touches, by name; of each, the fields that matter here. */
    readonly rules?: Readonly<Record<string, ExpectedRule>>;
    readonly actions?: readonly string[];
    /** What `notAnalysed` says; absent: it is empty. */
    readonly notes?: RegExp;
}

export function run(title: string, cases: readonly Case[]): void {
    describe(title, () => {
        for (const c of cases) {
            it(c.why, () => check(readScript(c.script, c.batch ? "batch" : "powershell"), c));
        }
    });
}

export function check(reading: ScriptReading, c: Case): void {
    const { state } = reading;
    assert.deepEqual(Object.fromEntries([...state.settings].map(([id, r]) => [id, shown(r.value, c.settings?.[id])])), plain(c.settings ?? {}));
    assert.deepEqual(
        Object.fromEntries(state.firewallRules.map((r) => [r.name, fields(r, c.rules?.[r.name] ?? {})])),
        Object.fromEntries(Object.entries(c.rules ?? {}).map(([name, f]) => [name, plain(f)])),
    );
    assert.deepEqual(state.actions.map((a) => a.id).sort(), [...(c.actions ?? [])].sort());
    const notes = reading.notAnalysed.map((n) => n.reason).join("; ");
    if (c.notes === undefined) {
        assert.equal(notes, "");
    } else {
        assert.match(notes, c.notes);
    }
}

function fields(rule: GuestFirewallRule, wanted: ExpectedRule): Record<string, unknown> {
    return Object.fromEntries((Object.keys(wanted) as Fields[]).map((name) => [name, shown(rule[name], wanted[name])]));
}

/** A known value, or the expectation itself where that asks for an unknown and the reason fits. */
function shown(value: Known<unknown>, wanted: unknown): unknown {
    if (isKnown(value)) {
        return value.value;
    }
    return wanted instanceof Unknown && wanted.reason.test(value.reason) ? "(unknown)" : `(unknown: ${value.reason})`;
}

const plain = (expected: object): Record<string, unknown> => Object.fromEntries(Object.entries(expected).map(([k, v]) => [k, v instanceof Unknown ? "(unknown)" : v]));

export const TCP = "RemoteDesktop-UserMode-In-TCP";
export const UDP = "RemoteDesktop-UserMode-In-UDP";
export const SHADOW = "RemoteDesktop-Shadow-In-TCP";
/** The three shipped rules with the same fields. */
export const shipped = (f: ExpectedRule): Record<string, ExpectedRule> => ({ [TCP]: f, [UDP]: f, [SHADOW]: f });
