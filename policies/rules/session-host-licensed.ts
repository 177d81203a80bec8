import { Carrier, Reading } from "../../core/guest/model";
import { numeric } from "../../core/guest/settings";
import { GuestView, Placed } from "../../core/guest/view";
import { Host } from "../../core/host";
import { isKnown } from "../../core/known";
import { ExampleResource, Finding, HostRule } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { place } from "./shared/setting";

const policy = "HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services";
const write = (name: string, value: number | string): string => `Set-ItemProperty -Path '${policy}' -Name ${name} -Value ${value}`;
const licensed = (mode: 2 | 4): string => `${write("LicensingMode", mode)}\n${write("LicenseServers", "'licences.corp.example.com'")}`;
const role = "Install-WindowsFeature -Name RDS-RD-Server -IncludeManagementTools";
const join = (type: string): ExampleResource => ({
    type: "azure-native:compute:VirtualMachineExtension",
    name: "join",
    inputs: { resourceGroupName: "rg", vmName: "${vm.name}", publisher: type === "AADLoginForWindows" ? "Microsoft.Azure.ActiveDirectory" : "Microsoft.Compute", type, typeHandlerVersion: "1.3" },
});

/** A policy of this many sessions means no limit (TerminalServer.admx). */
const noLimit = 999_999;

const rule: HostRule = {
    id: "RDP228",
    name: "session-host-licensed",
    title: "A host for many users has the role and the licences for them",
    severity: "medium",
    effect: "weakens",
    symptom: "none",
    causes: ["licensing", "session-cap"],
    why:
        "Windows Server lets two administrators in. More need the Session Host role, and the role needs a licence server and a mode within 120 days: after that clients are refused with 0x808 or 0x908, not with 0x904. " +
        "Licences per user are counted in Active Directory, so a host outside a domain can use licences per device only. In a domain, a group policy may bring what no script of the stack sets " +
        "(Microsoft: RDS client access licences; TerminalServer.admx, Set the Remote Desktop licensing mode).",
    remedy: "Install RDS-RD-Server and write LicensingMode and LicenseServers in the same script; LicensingMode 2 (per device) outside a domain. For two administrators, write none of them.",
    defaultLevel: "advisory",
    scope: "host",
    check: (host) => {
        if (host.intent.kind === "none" || !host.knownWindows) {
            return [];
        }
        const guest = new GuestView(host.carriers);
        return [...roleWithoutLicences(host, guest), ...perUserOutsideDomain(host, guest), ...moreThanTwo(host, guest)];
    },
    examples: [
        { name: "role-and-no-licences", expect: "violation", says: "120 days", resources: ec2WithUserData(role) },
        { name: "per-user-licences-in-a-workgroup", expect: "violation", says: "per device", resources: azureVmWithScript(`Add-Computer -WorkgroupName LAB\n${role}\n${licensed(4)}`) },
        { name: "role-with-licences-per-device", expect: "compliant", resources: ec2WithUserData(`${role}\n${licensed(2)}`) },
        { name: "role-on-a-domain-member-whose-policy-may-license-it", expect: "compliant", resources: [...azureVmWithScript(role), join("JsonADDomainExtension")] },
        { name: "per-user-licences-on-a-domain-member", expect: "compliant", resources: [...azureVmWithScript(`${role}\n${licensed(4)}`), join("JsonADDomainExtension")] },
        { name: "per-user-licences-where-the-script-joins", expect: "compliant", resources: azureVmWithScript(`${role}\n${licensed(4)}\nAdd-Computer -DomainName corp.example.com -Credential $credential -Restart`) },
        { name: "no-limit-without-the-role", expect: "compliant", resources: ec2WithUserData(write("MaxInstanceCount", noLimit)) },
        { name: "role-for-the-tools-only", expect: "compliant", resources: azureVmWithScript("Install-WindowsFeature RSAT-RDS-Tools") },
        { name: "nobody-is-meant-to-connect", expect: "compliant", resources: ec2WithUserData(role, { private: true }) },
        { name: "per-user-licences-where-no-domain-is-in-sight", expect: "unknown", says: "domain", resources: ec2WithUserData(`${role}\n${licensed(4)}`) },
        { name: "ten-sessions-without-the-role", expect: "unknown", says: "two", resources: azureVmWithScript(write("MaxInstanceCount", 10)) },
        { name: "licences-may-stand-in-a-script-that-cannot-be-read", expect: "unknown", says: "cannot be told", resources: azureVmWithScript(`${role}\nInvoke-Expression (Invoke-WebRequest https://example.org/licences.ps1).Content`) },
    ],
};

function where(carrier: Carrier, { line, column }: Reading["statement"]): Pick<Finding, "urn" | "property" | "line" | "column"> {
    return { urn: carrier.urn, property: carrier.property, line, column };
}

/** Whether something in sight makes the host a member of a domain, whose policies are not in the stack. */
function inDomain(host: Host, guest: GuestView): boolean {
    return host.domain !== undefined || guest.does("domain-joined");
}

function roleWithoutLicences(host: Host, guest: GuestView): Finding[] {
    const installed = guest.action("rds-session-host-installed");
    if (installed === undefined || guest.placed("licensing-mode") !== undefined || guest.placed("license-servers") !== undefined || inDomain(host, guest)) {
        return [];
    }
    const { carrier, statement } = installed;
    const says = `The host ${host.name} must have licences for the Session Host role: ${place(carrier, statement)} says "${statement.text}"`;
    const fix = "LicensingMode 2 or 4 and LicenseServers, under HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services";
    const doubt = guest.doubt(undefined);
    if (doubt !== undefined) {
        return [{ ...where(carrier, statement), outcome: "unknown", message: `${says}, and whether a script sets licensing cannot be told: ${doubt.text}.`, fix }];
    }
    const message = `${says}, and nothing in the stack sets licensing, so clients are refused (0x808) once its 120 days of grace are over.`;
    return [{ ...where(carrier, statement), outcome: "violation", message, fix }];
}

function perUserOutsideDomain(host: Host, guest: GuestView): Finding[] {
    const mode = guest.placed("licensing-mode");
    if (mode === undefined || !hasValue(mode, (n) => n === 4) || inDomain(host, guest)) {
        return [];
    }
    const { carrier, reading } = mode;
    const says = `The host ${host.name} must be in a domain to use licences per user: ${place(carrier, reading.statement)} says "${reading.statement.text}"`;
    const at = { ...where(carrier, reading.statement), fix: "LicensingMode 2 (per device), or join a domain" };
    return guest.does("workgroup-joined")
        ? [{ ...at, outcome: "violation", message: `${says}, and a script puts it into a workgroup, where only licences per device count, so clients are refused (0x808) once its 120 days of grace are over.` }]
        : [{ ...at, outcome: "unknown", message: `${says}, and nothing in the stack joins it to a domain; whether something else does cannot be told.` }];
}

/** A cap above two, and no role: somebody expects more users than Windows admits. The image may have the role. */
function moreThanTwo(host: Host, guest: GuestView): Finding[] {
    const cap = guest.placed("max-instance-count");
    if (cap === undefined || !hasValue(cap, (n) => n > 2 && n < noLimit) || guest.action("rds-session-host-installed") !== undefined) {
        return [];
    }
    const { carrier, reading } = cap;
    const message =
        `The host ${host.name} must have the Session Host role for more than two sessions: ${place(carrier, reading.statement)} says "${reading.statement.text}", and no script in the stack installs the role. ` +
        "Without it Windows admits two; whether the image has it cannot be told.";
    return [{ ...where(carrier, reading.statement), outcome: "unknown", message, fix: "Install-WindowsFeature RDS-RD-Server with its licences, or no MaxInstanceCount" }];
}

function hasValue({ reading }: Placed, test: (n: number) => boolean): boolean {
    const n = isKnown(reading.value) ? numeric(reading.value.value) : undefined;
    return n !== undefined && test(n);
}

export default rule;
