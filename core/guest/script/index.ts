import { Known } from "../../known";
import { ScriptReading } from "../model";
import { analyse } from "./read";

export { commandLine } from "./command-line";
export type { CommandLine } from "./command-line";
export { decodeText } from "./decode";
export type { DecodedText } from "./decode";
export { isTaskFile, programLine, splitUserData } from "./user-data";
export type { UserDataScript } from "./user-data";

/** Readings of the scripts seen last: a stack hands the same text to several hosts, and to several rules. */
const readings = new Map<string, ScriptReading>();
const kept = 64;
const mostCharacters = 4_000_000;
let characters = 0;

/**
 * What a script leaves behind on a Windows guest. Never throws; what it cannot decide is unknown, with the reason.
 *
 * @param parameters values that the carrier hands to the script; parameters that are not named have their defaults.
 */
export function readScript(text: string, language: "powershell" | "batch", parameters?: ReadonlyMap<string, Known<string>>): ScriptReading {
    const key = `${language}\n${parameters === undefined ? "" : JSON.stringify([...parameters])}\n${text}`;
    const found = readings.get(key);
    if (found !== undefined) {
        readings.delete(key);
        readings.set(key, found);
        return found;
    }
    const reading = analyse(text, language, new Map([...(parameters ?? [])].map(([name, value]) => [name.toLowerCase(), value])));
    if (key.length <= mostCharacters) {
        readings.set(key, reading);
        characters += key.length;
    }
    while (readings.size > kept || characters > mostCharacters) {
        const oldest = readings.keys().next().value!;
        readings.delete(oldest);
        characters -= oldest.length;
    }
    return reading;
}
