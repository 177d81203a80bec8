import { CarrierRule } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { judgeSetting } from "./shared/setting";

const write = (value: number | string): string =>
    `Set-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp' -Name TSServerDrainMode -Value ${value} -Type DWord`;

const rule: CarrierRule = {
    id: "RDP217",
    name: "drain-mode-off",
    title: "The host accepts new log-ons",
    severity: "medium",
    effect: "breaks",
    symptom: "other",
    causes: ["session-cap"],
    why:
        "TSServerDrainMode 1 or 2 lets existing sessions go on and refuses every new log-on, for good or until the next restart, with a message that the host does not accept log-ons. " +
        "It is a state for maintenance; in a script that runs again it comes back each time (Microsoft: azure-support-scripts RDPSettings.ps1, which expects 0).",
    remedy: "Write TSServerDrainMode 0 or delete the line; drain a host by hand, when it is due, with change logon /drain.",
    defaultLevel: "mandatory",
    scope: "carrier",
    check: (carrier) =>
        judgeSetting(carrier, "drain-mode", {
            must: "accept new log-ons",
            fix: (s) => (s.literal === undefined ? "TSServerDrainMode 0" : `0 instead of ${s.literal.text}`),
        }),
    examples: [
        { name: "drained-for-good", expect: "violation", says: "TSServerDrainMode", resources: azureVmWithScript(write(1)) },
        { name: "drained-until-the-next-restart", expect: "violation", says: "drain mode", resources: ec2WithUserData(write(2)) },
        { name: "drained-while-it-updates", expect: "compliant", resources: azureVmWithScript(`${write(1)}\nWrite-Output 'updating'\n${write(0)}`) },
        { name: "accepting", expect: "compliant", resources: ec2WithUserData(write(0)) },
        { name: "nobody-is-meant-to-connect", expect: "compliant", resources: ec2WithUserData(write(1), { private: true }) },
        { name: "mode-from-a-parameter", expect: "unknown", says: "cannot be told", resources: azureVmWithScript(`param($drain)\n${write("$drain")}`) },
    ],
};

export default rule;
