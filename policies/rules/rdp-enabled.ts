import { Carrier } from "../../core/guest/model";
import { CarrierRule, Finding } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { judgeSetting } from "./shared/setting";

const deny = (value: number): string =>
    `Set-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server' -Name fDenyTSConnections -Value ${value}`;

const rule: CarrierRule = {
    id: "RDP201",
    name: "rdp-enabled",
    title: "Remote Desktop is enabled and its service can start",
    severity: "high",
    effect: "breaks",
    symptom: "0x204",
    causes: ["service-stopped"],
    why:
        "With fDenyTSConnections 1, or TermService disabled, nothing listens on the port and the client shows 0x204. Images of both clouds ship Remote Desktop on; " +
        "a hardening script turns it off (Microsoft: TerminalServer.admx, troubleshoot-remote-desktop-services-issues). Hosts that nobody is meant to reach by Remote Desktop are not judged.",
    remedy: "Write fDenyTSConnections 0 and leave TermService's start type at Manual, or declare no RDP clients for a host that is meant to refuse them.",
    defaultLevel: "mandatory",
    scope: "carrier",
    hop: "listener",
    check: (carrier: Carrier): Finding[] => [
        ...judgeSetting(carrier, "rdp-enabled", {
            must: "allow Remote Desktop connections",
            fix: (s) => (s.literal === undefined ? "fDenyTSConnections 0" : `0 instead of ${s.literal.text}`),
        }),
        ...judgeSetting(carrier, "service-termservice-start", {
            must: "let the service TermService start",
            fix: () => "start type Manual, which is Windows' default",
        }),
        ...judgeSetting(carrier, "service-termservice-state", {
            must: "leave the service TermService running",
            fix: () => "Start-Service TermService after it, or Restart-Service TermService -Force in its place",
            judge: (value) => (String(value).toLowerCase() === "stopped" ? { effect: "breaks", symptom: "0x204", text: "nothing listens on the port until the next boot" } : undefined),
        }),
    ],
    examples: [
        { name: "script-denies-connections", expect: "violation", says: "fDenyTSConnections", resources: azureVmWithScript(deny(1)) },
        { name: "user-data-denies-connections", expect: "violation", says: "allow Remote Desktop", resources: ec2WithUserData(deny(1)) },
        { name: "service-disabled", expect: "violation", says: "TermService", resources: ec2WithUserData("Set-Service -Name TermService -StartupType Disabled") },
        { name: "service-stopped", expect: "violation", says: "running", resources: azureVmWithScript("Stop-Service TermService -Force") },
        { name: "service-restarted", expect: "compliant", resources: azureVmWithScript("Stop-Service TermService -Force\nStart-Service TermService") },
        { name: "enabled", expect: "compliant", resources: azureVmWithScript(deny(0)) },
        { name: "nobody-is-meant-to-connect", expect: "compliant", resources: ec2WithUserData(deny(1), { private: true }) },
        { name: "decided-by-a-parameter", expect: "unknown", says: "cannot be told", resources: azureVmWithScript(`param($deny)\n${deny(1).replace("Value 1", "Value $deny")}`) },
    ],
};

export default rule;
