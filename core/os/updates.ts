import { scriptLines } from "./passwords";

/** A line of a script that says whether Windows Update works. */
export interface UpdateLine {
    readonly on: boolean;
    /** From 1. */
    readonly line: number;
    readonly text: string;
}

const off = [
    /\bSet-Service\b.*\bwuauserv\b.*\bDisabled\b|\bwuauserv\b.*\bSet-Service\b.*\bDisabled\b/i,
    /\bsc(?:\.exe)?\s+config\s+wuauserv\s+start=\s*disabled\b/i,
    /\\Services\\wuauserv\b.*\bStart\b.*(?:-Value\s+|\/d\s+)["']?(?:0x0*)?4\b/i,
    /\bNoAutoUpdate\b.*(?:-Value\s+|\/d\s+)["']?(?:0x0*)?1\b/i,
];
const on = [
    /\bSet-Service\b.*\bwuauserv\b.*\b(?:Automatic|Manual|AutomaticDelayedStart)\b/i,
    /\bsc(?:\.exe)?\s+config\s+wuauserv\s+start=\s*(?:auto|demand|delayed-auto)\b/i,
    /\bNoAutoUpdate\b.*(?:-Value\s+|\/d\s+)["']?(?:0x0*)?0\b|\bRemove-ItemProperty\b.*\bNoAutoUpdate\b|\breg(?:\.exe)?\s+delete\b.*\bNoAutoUpdate\b/i,
    /\b(?:Install-WindowsUpdate|Get-WUInstall|Get-WindowsUpdate\b.*-Install|Install-WUUpdates|UsoClient(?:\.exe)?\s+StartInstall)\b/i,
];

/** The last line of a script that turns updates off or on, or installs them; undefined where none does. A line that is run only under a condition counts. */
export function updatesIn(script: string, language: "powershell" | "batch"): UpdateLine | undefined {
    let last: UpdateLine | undefined;
    scriptLines(script, language).forEach((text, i) => {
        const says = text === "" ? undefined : off.some((p) => p.test(text)) ? false : on.some((p) => p.test(text)) ? true : undefined;
        if (says !== undefined) {
            last = { on: says, line: i + 1, text: text.trim().slice(0, 120) };
        }
    });
    return last;
}
