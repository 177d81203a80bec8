import { CarrierRule } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { repairNumber } from "./shared/repair";
import { judgeSetting } from "./shared/setting";

const write = (value: number | string): string => `Set-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Lsa' -Name DisableRestrictedAdmin -Value ${value} -Type DWord`;

const rule: CarrierRule = {
    id: "RDP213",
    name: "restricted-admin-off",
    title: "Restricted Admin mode stays off",
    severity: "high",
    effect: "weakens",
    symptom: "none",
    causes: ["restricted-admin"],
    why:
        "DisableRestrictedAdmin 0 lets clients log on with mstsc /restrictedAdmin, for which a stolen password hash is enough (pass the hash). It is advised as a way around CredSSP, which it is not: the mode runs over CredSSP. " +
        "The value disables, so 0 turns the mode on, and Windows has it off (MS-RDPBCGR 2.2.1.1.1; Microsoft: CredSsp.admx, Remote Credential Guard).",
    remedy: "Write DisableRestrictedAdmin 1 or delete the line. Remote Credential Guard protects credentials without this hole.",
    defaultLevel: "advisory",
    scope: "carrier",
    check: (carrier) =>
        judgeSetting(carrier, "restricted-admin", {
            must: "refuse Restricted Admin log-ons",
            fix: (s) => (s.literal === undefined ? "DisableRestrictedAdmin 1" : `1 instead of ${s.literal.text}`),
        }),
    fix: (carrier) => repairNumber(carrier, "restricted-admin", 0, 1),
    examples: [
        { name: "run-command-allows-restricted-admin", expect: "violation", says: "DisableRestrictedAdmin", resources: azureVmWithScript(write(0)) },
        {
            name: "user-data-with-reg-add",
            expect: "violation",
            says: "hash",
            resources: ec2WithUserData("reg add HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa /v DisableRestrictedAdmin /t REG_DWORD /d 0 /f"),
        },
        { name: "one-means-off", expect: "compliant", resources: azureVmWithScript(write(1)) },
        { name: "value-deleted", expect: "compliant", resources: ec2WithUserData("Remove-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Lsa' -Name DisableRestrictedAdmin") },
        { name: "value-from-a-parameter", expect: "unknown", says: "cannot be told", resources: azureVmWithScript(`param($value)\n${write("$value")}`) },
    ],
};

export default rule;
