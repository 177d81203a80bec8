import { unknown } from "../known";
import { ScriptReading, Statement } from "./model";

/**
 * The restart that ends the script, where there is one on every way through it. `Restart-Computer` stops the programs of the guest
 * within seconds; `shutdown` waits for 30 s unless told otherwise, and a script of ordinary length has ended by then.
 */
export function restartIn(reading: ScriptReading): Statement | undefined {
    const statement = reading.state.actions.find((a) => a.id === "restart")?.statement;
    const text = statement?.text ?? "";
    const delay = /[/-]t[\s:]*(\d+)/i.exec(text)?.[1];
    return /^\W*(?:restart|stop)-computer\b/i.test(text) || (/\bshutdown(?:\.exe)?\b/i.test(text) && delay !== undefined && Number(delay) < 5) ? statement : undefined;
}

/** Statements about Remote Desktop that stand behind the script's restart: the first of them. */
export function firstLost(reading: ScriptReading): { readonly restart: Statement; readonly lost: Statement } | undefined {
    const restart = restartIn(reading);
    if (restart === undefined) {
        return undefined;
    }
    const later = [...reading.state.settings.values(), ...reading.state.firewallRules].map((r) => r.statement).filter((s) => s.start >= restart.end && s.line > 0);
    const lost = later.sort((a, b) => a.start - b.start)[0];
    return lost === undefined ? undefined : { restart, lost };
}

/** The reading of a script that runs outside a user's session: whether what stands behind a restart is still done is not known. */
export function withRestart(reading: ScriptReading): ScriptReading {
    const found = firstLost(reading);
    if (found === undefined) {
        return reading;
    }
    const why = unknown(`the script restarts the computer before that (line ${found.restart.line})`);
    const behind = (s: Statement): boolean => s.start >= found.restart.end;
    return {
        ...reading,
        state: {
            ...reading.state,
            settings: new Map([...reading.state.settings].map(([id, r]) => [id, behind(r.statement) ? { ...r, value: why } : r])),
            firewallRules: reading.state.firewallRules.map((r) => (behind(r.statement) ? { ...r, enabled: why } : r)),
        },
    };
}
