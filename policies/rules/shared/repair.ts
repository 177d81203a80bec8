import { Carrier } from "../../../core/guest/model";
import { numeric, registryPlace, requireSetting } from "../../../core/guest/settings";
import { isKnown } from "../../../core/known";
import { Finding, ScriptEdit } from "../../rule";
import { replaceLiteral } from "./setting";

/**
 * Replaces the number that a script leaves a setting at. Only where the statement names the registry value itself: the
 * literal of a loop over several names gives all of them their value.
 */
export function repairNumber(carrier: Carrier, id: string, from: number, to: number): ScriptEdit[] {
    const reading = carrier.reading.state.settings.get(id);
    if (reading === undefined || !isKnown(reading.value) || numeric(reading.value.value) !== from) {
        return [];
    }
    const name = registryPlace(requireSetting(id))?.value;
    const named = name !== undefined && reading.statement.text.toLowerCase().includes(name.toLowerCase());
    return named ? replaceLiteral(reading, to) : [];
}

/** For rules that block what breaks a session: what only weakens it advises. */
export function advisingWhereWeakened(findings: readonly Finding[]): Finding[] {
    return findings.map((f) => (f.effect === "weakens" ? { ...f, atMost: "advisory" as const } : f));
}
