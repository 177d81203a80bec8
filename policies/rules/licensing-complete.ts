import { Carrier, Reading } from "../../core/guest/model";
import { isKnown } from "../../core/known";
import { CarrierRule, Finding } from "../rule";
import { ActionJudgement, judgeActions } from "./shared/action";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { judgeSetting, place } from "./shared/setting";

const policy = "HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services";
const mode = (value: number | string): string => `Set-ItemProperty -Path '${policy}' -Name LicensingMode -Value ${value} -Type DWord`;
const servers = (value: string): string => `Set-ItemProperty -Path '${policy}' -Name LicenseServers -Value ${value} -Type String`;

const graceKey = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\RCM\\GracePeriod";

const grace: ActionJudgement = {
    must: "let the days of grace run out",
    done: {
        "grace-period-reset": { does: "sets the 120 days of grace back", effect: "weakens", symptom: "none", text: "the Session Host goes on without the licences that it owes, and TermService may not start with the key's changed rights" },
    },
    fix: "LicensingMode and LicenseServers, with licences for the users or devices that connect",
};

const rule: CarrierRule = {
    id: "RDP212",
    name: "licensing-complete",
    title: "RDS licensing has both a mode and a server, and its days of grace run out once",
    severity: "medium",
    effect: "weakens",
    symptom: "none",
    causes: ["licensing"],
    why:
        "A Session Host takes licences of one kind from named servers: LicensingMode (2 per device, 4 per user) and LicenseServers are of no use without each other. Nothing is seen for the 120 days of grace; after that clients are refused with 0x808 or 0x908, not with 0x904. " +
        "Setting the days of grace back, by deleting the key GracePeriod, is a wide-spread way around that: it breaks the terms of the licence, and the rights that it takes on the key can keep TermService from starting. " +
        "Hosts without the Session Host role need neither (Microsoft: RDS client access licences; TerminalServer.admx).",
    remedy: "Set both in one script: LicensingMode 2 or 4, and LicenseServers. A host outside a domain can use per device (2) only.",
    defaultLevel: "advisory",
    scope: "carrier",
    check: (carrier: Carrier): Finding[] => {
        const { settings } = carrier.reading.state;
        if (carrier.runs === "never") {
            return [];
        }
        const modeRead = settings.get("licensing-mode");
        const serversRead = settings.get("license-servers");
        const graceKept = judgeActions(carrier, grace);
        if (modeRead === undefined && serversRead === undefined) {
            return graceKept;
        }
        return [
            ...graceKept,
            ...judgeSetting(carrier, "licensing-mode", { must: "name a licensing mode", fix: () => "LicensingMode 2 (per device) or 4 (per user)" }),
            // A name that comes from elsewhere is a name: only an empty one is a fault.
            ...(serversRead !== undefined && isKnown(serversRead.value) ? judgeSetting(carrier, "license-servers", { must: "name a licence server", fix: () => "the name of a licence server" }) : []),
            ...(serversRead === undefined ? half(carrier, modeRead!, "LicenseServers", "names no licence server") : []),
            ...(modeRead === undefined ? half(carrier, serversRead!, "LicensingMode 2 or 4", "sets no licensing mode") : []),
        ];
    },
    examples: [
        { name: "mode-without-server", expect: "violation", says: "names no licence server", resources: azureVmWithScript(mode(4)) },
        { name: "server-without-mode", expect: "violation", says: "sets no licensing mode", resources: ec2WithUserData(servers("'licences.corp.example.com'")) },
        { name: "mode-that-does-not-exist", expect: "violation", says: "neither 2", resources: azureVmWithScript(`${mode(5)}\n${servers("'licences.corp.example.com'")}`) },
        { name: "days-of-grace-set-back", expect: "violation", says: "days of grace", resources: azureVmWithScript(`Remove-Item '${graceKey}' -Recurse -Force\nRestart-Service TermService -Force`) },
        { name: "days-of-grace-set-back-where-they-are-there", expect: "unknown", says: "condition", resources: ec2WithUserData(`if (Test-Path '${graceKey}') { Remove-Item '${graceKey}' -Recurse -Force }`) },
        { name: "days-of-grace-read", expect: "compliant", resources: azureVmWithScript(`Get-ItemProperty '${graceKey}' | Format-List`) },
        { name: "mode-and-server", expect: "compliant", resources: azureVmWithScript(`${mode(2)}\n${servers("'licences.corp.example.com'")}`) },
        { name: "server-from-a-parameter", expect: "compliant", resources: azureVmWithScript(`param($server)\n${mode(4)}\n${servers("$server")}`) },
        { name: "session-host-without-licensing-here", expect: "compliant", resources: ec2WithUserData("Install-WindowsFeature RDS-RD-Server") },
        { name: "mode-from-a-parameter", expect: "unknown", says: "cannot be told", resources: azureVmWithScript(`param($mode)\n${mode("$mode")}\n${servers("'licences.corp.example.com'")}`) },
    ],
};

/** One half of the pair stands in the script, the other does not. Parts that could not be read may hold it. */
function half(carrier: Carrier, { statement }: Reading, missing: string, lacks: string): Finding[] {
    const where = { urn: carrier.urn, property: carrier.property, line: statement.line, column: statement.column };
    const says = `The guest must have both a licensing mode and a licence server: ${place(carrier, statement)} says "${statement.text}"`;
    const doubt = carrier.reading.notAnalysed[0];
    if (doubt !== undefined) {
        return [{ ...where, outcome: "unknown", message: `${says}, and whether the script sets the other half cannot be told: ${doubt.reason}.` }];
    }
    const message = `${says} and the script ${lacks}, so a Session Host gets no licences once its 120 days of grace are over.`;
    return [{ ...where, outcome: "violation", message, fix: `${missing} as well` }];
}

export default rule;
