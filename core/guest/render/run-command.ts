import { DesiredState } from "../desired";
import { fitting } from "./limits";
import { PowerShellOptions, renderPowerShell } from "./powershell";
import { installedScript, Task } from "./task";

/**
 * The script of an Azure managed run command: it applies the desired state, and it installs a scheduled task
 * `rdp-ready` that applies it again at each start and every 30 minutes, because Azure delivers a run command just once
 * (rdp-domain §5.1). The task's copy, `%ProgramData%\rdp-ready\rdp-ready.ps1`, is writable by Administrators and
 * SYSTEM only. With `reportOnly` nothing is installed. It exits as `renderPowerShell` says, so `treatFailureAsDeploymentFailure` means what it says.
 *
 * @throws TooLargeError when the script exceeds 64 KB.
 */
export function renderRunCommand(desired: DesiredState, options: PowerShellOptions = {}): string {
    const script = renderPowerShell(desired, options);
    return fitting("run-command", options.reportOnly === true ? `$apply = {\n${script}}\n\n& $apply\n` : installedScript(script, task));
}

const task: Task = { name: "rdp-ready", description: "Keeps Remote Desktop reachable and safe", file: "rdp-ready.ps1", every: { minutes: 30 }, atStart: true };
