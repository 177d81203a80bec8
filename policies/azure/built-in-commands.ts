import { isKnown, knownOr } from "../../core/known";
import { at, elementsOf, readInteger, readString } from "../value";

const listener = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp";

/**
 * What Microsoft's built-in run commands do to Remote Desktop, as an equivalent script (read in `RunCommand/Windows` of
 * Azure/azure-support-scripts; rdp-domain §2.2). Undefined for a command that is not known.
 */
export function builtInCommand(id: string, parameters: unknown): string | undefined {
    switch (id.toLowerCase()) {
        case "resetrdpcert":
            return [`Set-ItemProperty -Path '${listener}' -Name 'MinEncryptionLevel' -Value 1 -Type DWord`, `Set-ItemProperty -Path '${listener}' -Name 'SecurityLayer' -Value 0 -Type DWord`].join("\r\n");
        case "disablenla":
            return `Set-ItemProperty -Path '${listener}' -Name 'UserAuthentication' -Value 0 -Type DWord`;
        case "setrdpport": {
            const port = portParameter(parameters);
            return port === undefined
                ? undefined
                : [
                      `Set-ItemProperty -Path '${listener}' -Name 'PortNumber' -Value ${port} -Type DWord`,
                      `New-NetFirewallRule -DisplayName 'RDP-TCP-${port}' -Direction Inbound -Action Allow -Protocol TCP -LocalPort ${port}`,
                  ].join("\r\n");
        }
        case "enableadminaccount":
        case "enableremoteps":
        case "enableems":
        case "ipconfig":
        case "rdpsettings":
        case "windowsupdate":
        case "enablewindowsupdate":
        case "disablewindowsupdate":
            // They leave what RDP depends on as it is, or put it right (RDPSettings).
            return "";
        default:
            return undefined;
    }
}

function portParameter(parameters: unknown): number | undefined {
    const list = elementsOf(parameters);
    const given = knownOr(list, []).find((p) => /port/i.test(knownOr(readString(at(p, "name")), "")));
    if (given === undefined) {
        return isKnown(list) && list.value.length === 0 ? 3389 : undefined;
    }
    return knownOr(readInteger(at(given, "value")), undefined);
}
