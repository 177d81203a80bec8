import { DesiredState } from "../desired";
import { fitting } from "./limits";
import { PowerShellOptions, renderPowerShell } from "./powershell";
import { installTask } from "./task";

/**
 * The script of an Azure managed run command: it applies the desired state, and it installs a scheduled task
 * `rdp-ready` that applies it again at each start and every 30 minutes, because Azure delivers a run command just once
 * (rdp-domain §5.1). The task's copy, `%ProgramData%\rdp-ready\rdp-ready.ps1`, is writable by Administrators and
 * SYSTEM only. With `reportOnly` nothing is installed. It exits as `renderPowerShell` says, so `treatFailureAsDeploymentFailure` means what it says.
 *
 * @throws TooLargeError when the script exceeds 64 KB.
 */
export function renderRunCommand(desired: DesiredState, options: PowerShellOptions = {}): string {
    // The text of a script block is what stands between its braces: one copy is run, read by tools, and installed.
    const script = `$apply = {\n${renderPowerShell(desired, options)}}\n\n${options.reportOnly === true ? "" : `${install}\n\n`}& $apply\n`;
    return fitting("run-command", script);
}

const install = `$ErrorActionPreference = 'Stop'
${installTask({ name: "rdp-ready", description: "Keeps Remote Desktop reachable and safe", file: "rdp-ready.ps1", script: "$apply", minutes: 30, atStart: true })}`;
