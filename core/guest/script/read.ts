import { Known, known, unknown } from "../../known";
import { GuestFirewallRule, Reading, ScriptReading } from "../model";
import { settingById, settings } from "../settings";
import { Slot } from "./entries";
import { Interpreter } from "./interpreter";
import { Machine } from "./machine";
import { ParsedScript } from "./parse/ast";
import { TooComplex } from "./parse/scan";
import { parsePowerShell } from "./parse/statements";
import { ScriptSource } from "./source";
import { mentioned } from "./taint";
import { runBatch } from "./batch";

/** Longer scripts are not analysed: carriers hold 256 KB at most. */
export const longestScript = 1_500_000;

export function analyse(given: string, language: "powershell" | "batch", parameters: ReadonlyMap<string, Known<string>>): ScriptReading {
    // UTF-16 that was read byte by byte; positions then count in the text without the zeros.
    const text = given.includes("\0") ? given.replaceAll("\0", "") : given;
    if (text.length > longestScript) {
        const reason = `the script has ${text.length} characters, and more than ${longestScript} are not analysed`;
        return gaveUp(new Machine(new ScriptSource("")), text, reason, 1);
    }
    const source = new ScriptSource(text);
    const machine = new Machine(source);
    const interpreter = new Interpreter(machine);
    let parsed: ParsedScript | undefined;
    try {
        if (language === "batch") {
            runBatch(interpreter, source);
        } else {
            parsed = parsePowerShell(text);
            const { block } = parsed;
            machine.frame("script", () => "it depends on where the script ends", () => {
                block.params.forEach((p) => interpreter.parameter(p, parameters.get(p.name)));
                return interpreter.run(block.body);
            });
        }
    } catch (failure) {
        if (!(failure instanceof TooComplex) && !(failure instanceof RangeError)) {
            throw failure;
        }
        const offset = failure instanceof TooComplex ? failure.offset : 0;
        const reason = failure instanceof TooComplex ? failure.message : "it is too large, or nested too deep";
        return { ...gaveUp(machine, text, `the script is not analysed: ${reason}`, source.position(offset).line), syntaxErrors: errorsOf(source, parsed) };
    }
    const reading = result(machine);
    const first = parsed?.problems[0];
    if (first === undefined) {
        return reading;
    }
    const { line, column } = source.position(first.offset);
    return withoutEffect(reading, `PowerShell runs nothing of a script with a syntax error (line ${line}, column ${column}: ${first.message})`, errorsOf(source, parsed));
}

const errorsOf = (source: ScriptSource, parsed: ParsedScript | undefined) => (parsed?.problems ?? []).map(({ offset }) => source.position(offset));

/** A bound was hit: everything that the script speaks of is unknown. */
function gaveUp(machine: Machine, text: string, reason: string, line: number): ScriptReading {
    const why = unknown(reason);
    const statement = { line, column: 1, start: 0, end: 0, text: "" };
    const map = new Map<string, Reading>();
    for (const slot of mentioned(text)) {
        map.set(slot.slice(2), { value: why, statement });
    }
    return { state: { settings: map, firewallRules: [], actions: [] }, notAnalysed: [{ reason, line }, ...machine.notes], syntaxErrors: [] };
}

function withoutEffect(reading: ScriptReading, reason: string, syntaxErrors: ScriptReading["syntaxErrors"]): ScriptReading {
    const why = unknown(reason);
    return {
        state: {
            settings: new Map([...reading.state.settings].map(([id, r]) => [id, { ...r, value: why }])),
            firewallRules: reading.state.firewallRules.map((rule) => ({ ...rule, enabled: why, action: why, ports: why, profiles: why, remoteAddresses: why })),
            actions: [],
        },
        notAnalysed: [{ reason, line: syntaxErrors[0]?.line ?? 1 }, ...reading.notAnalysed],
        syntaxErrors,
    };
}

/** What the machine's state means: policies override local values, values that were removed fall back to Windows' default. */
function result(machine: Machine): ScriptReading {
    const map = new Map<string, Reading>();
    for (const setting of settings) {
        const reading = readingOf(setting.id, machine.slot(`s:${setting.id}`), machine.slot(`p:${setting.id}`));
        if (reading !== undefined) {
            map.set(setting.id, reading);
        }
    }
    const firewallRules: GuestFirewallRule[] = [];
    const notes = [...machine.notes];
    const actions: { id: string; statement: Reading["statement"] }[] = [];
    const perhaps: typeof actions = [];
    for (const key of [...machine.store.keys("f:"), ...machine.store.keys("a:")]) {
        const entry = machine.store.get(key);
        if (entry?.e === "rule" && !entry.rule.fact && (entry.rule.builtIn || !entry.rule.removed)) {
            const { displayName: _, group: __, removed: ___, fact: ____, ...rule } = entry.rule;
            firewallRules.push(rule);
        } else if (entry?.e === "action") {
            if (entry.maybe && /acl|restart|^rd-gateway|^certificate-made/.test(entry.id)) {
                continue;
            } else if (entry.maybe && sessionsGoOn.has(entry.id)) {
                perhaps.push({ id: entry.id, statement: entry.statement });
            } else if (entry.maybe) {
                notes.push({ reason: `'${entry.id}' happens only under a condition that is not known here`, line: entry.statement.line });
            } else {
                actions.push({ id: entry.id, statement: entry.statement });
            }
        }
    }
    return { state: { settings: map, firewallRules, actions, ...(perhaps.length > 0 ? { perhaps } : {}) }, notAnalysed: notes.sort((a, b) => a.line - b.line), syntaxErrors: [] };
}

/** Actions after which a client still gets a session: that they may or may not happen leaves no doubt about the host. */
const sessionsGoOn = new Set([
    "user-profile-removed", "every-profile-removed", "remote-desktop-users-added", "remote-desktop-users-emptied", "defender-removed", "grace-period-reset", "rds-session-host-installed", "rds-role-installed", "domain-joined", "workgroup-joined",
]);

function readingOf(id: string, local: Slot | undefined, policy: Slot | undefined): Reading | undefined {
    for (const slot of [policy, local]) {
        if (slot === undefined || slot.fact) {
            continue;
        }
        if (slot.value.state === "not") {
            continue;
        }
        if (slot.value.state !== "absent") {
            return { value: slot.value, statement: slot.statement };
        }
        const fallback = settingById(id)?.default;
        if (slot === local && fallback !== undefined) {
            return { value: known(fallback), statement: slot.statement };
        }
    }
    return undefined;
}
