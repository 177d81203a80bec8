import { Carrier, Reading, SettingValue, Statement } from "../../../core/guest/model";
import { ValueEffect } from "../../../core/guest/setting";
import { requireSetting } from "../../../core/guest/settings";
import { isKnown } from "../../../core/known";
import { Finding, ScriptEdit } from "../../rule";

/** What carriers are called in messages. */
export const carrierNames: Readonly<Record<Carrier["kind"], string>> = {
    "run-command": "run command",
    "custom-script-extension": "custom script extension",
    "dsc-extension": "DSC extension",
    "machine-configuration": "machine configuration",
    unattend: "unattend command",
    "custom-data": "custom data",
    "user-data": "user data",
    "ssm-document": "SSM document",
    "ssm-association": "State Manager association",
};

/** Name of the resource in a URN. */
export function nameOf(urn: string): string {
    return urn.slice(urn.lastIndexOf("::") + 2);
}

/** "run command harden, line 3" */
export function place(carrier: Carrier, statement: Statement): string {
    return `${carrierNames[carrier.kind]} ${nameOf(carrier.urn)}, line ${statement.line}`;
}

export interface SettingJudgement {
    /** What must hold, after "The guest must": `require Network Level Authentication`. */
    readonly must: string;
    /** What to write instead. */
    readonly fix: (statement: Statement) => string;
    /** Judges a value that the table judges otherwise. */
    readonly judge?: (value: SettingValue) => ValueEffect | undefined;
}

/** Judges what a script leaves one setting at, by the settings table. Silent where the script does not touch it, or never runs. */
export function judgeSetting(carrier: Carrier, id: string, how: SettingJudgement): Finding[] {
    const reading = carrier.reading.state.settings.get(id);
    if (reading === undefined || carrier.runs === "never") {
        return [];
    }
    const { statement } = reading;
    const where = { urn: carrier.urn, property: carrier.property, line: statement.line, column: statement.column };
    const setting = requireSetting(id);
    if (!isKnown(reading.value)) {
        const message = `The guest must ${how.must}: ${place(carrier, statement)} writes ${setting.title}, and what it writes cannot be told: ${reading.value.reason}.`;
        return [{ ...where, outcome: "unknown", message }];
    }
    const judged = (how.judge ?? ((v) => setting.judge(v)))(reading.value.value);
    if (judged === undefined || judged.effect === "safe") {
        return [];
    }
    const message = `The guest must ${how.must}: ${place(carrier, statement)} says "${statement.text}", so ${judged.text}.`;
    return [{ ...where, outcome: "violation", effect: judged.effect, symptom: judged.symptom, message, fix: how.fix(statement) }];
}

/** The edit that puts a number where a script's literal stands, in the spelling that the author used. */
export function replaceLiteral(reading: Reading | undefined, value: number): ScriptEdit[] {
    const literal = reading?.statement.literal;
    if (literal === undefined) {
        return [];
    }
    const digits = /\d+$|\d+(?=["']$)/.exec(literal.text);
    const replacement = /^\$?(true|false)$/i.test(literal.text)
        ? `${literal.text.startsWith("$") ? "$" : ""}${value === 1 ? "true" : "false"}`
        : digits === null
          ? undefined
          : literal.text.slice(0, digits.index) + String(value).padStart(digits[0].length, "0") + literal.text.slice(digits.index + digits[0].length);
    return replacement === undefined ? [] : [{ start: literal.start, end: literal.end, replacement }];
}
