import { DesiredState } from "../desired";
import { fitting } from "./limits";
import { PowerShellOptions, renderPowerShell } from "./powershell";

export interface UserDataOptions extends PowerShellOptions {
    /** Run at every start rather than at the first one only. Default false. */
    readonly everyBoot?: boolean;
}

/**
 * EC2 user data in tags, as EC2Config, EC2Launch and EC2Launch v2 all take it (rdp-domain §5.2). Raw text: the
 * provider encodes it. Comments and indentation are left out, because user data holds 16 KB.
 *
 * @throws TooLargeError when it exceeds 16 KB.
 */
export function renderUserData(desired: DesiredState, options: UserDataOptions = {}): string {
    const script = compact(renderPowerShell(desired, options));
    return fitting("user-data", `<powershell>\n${script}</powershell>\n${options.everyBoot === true ? "<persist>true</persist>\n" : ""}`);
}

/**
 * EC2 user data as an EC2Launch v2 configuration, for the AMIs of Windows Server 2022 and later.
 *
 * @throws TooLargeError when it exceeds 16 KB.
 */
export function renderEc2LaunchYaml(desired: DesiredState, options: UserDataOptions = {}): string {
    const lines = compact(renderPowerShell(desired, options)).trimEnd().split("\n");
    return fitting(
        "user-data",
        [
            "version: 1.1",
            "tasks:",
            "- task: executeScript",
            "  inputs:",
            `  - frequency: ${options.everyBoot === true ? "always" : "once"}`,
            "    type: powershell",
            "    runAs: localSystem",
            "    content: |-",
            ...lines.map((line) => `     ${line}`),
            "",
        ].join("\n"),
    );
}

/**
 * Without comments, blank lines and indentation, and with closing braces on the line that they close. Rendered scripts
 * hold no here-strings, in which these would count.
 */
function compact(script: string): string {
    return script
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "" && !line.startsWith("#"))
        .join("\n")
        .replace(/\n(?=\}|else |elseif |catch )/g, " ")
        .concat("\n");
}
