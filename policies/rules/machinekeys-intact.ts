import { Carrier } from "../../core/guest/model";
import { CarrierRule, Finding } from "../rule";
import { ActionJudgement, judgeActions } from "./shared/action";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { advisingWhereWeakened } from "./shared/repair";
import { judgeSetting } from "./shared/setting";

const folder = "C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys";

const lost = { effect: "breaks", symptom: "0x904", text: "Windows can lose the key of the listener's certificate, and the client sees 0x904" } as const;

/** What must not be done with the folder. */
const keysGone: ActionJudgement = {
    must: "keep its machine keys",
    done: {
        "machinekeys-renamed": { ...lost, does: "moves keys out of MachineKeys" },
        "machinekeys-removed": { ...lost, does: "removes keys from MachineKeys" },
    },
    fix: "no such line; at most the removal of f686aace6942fb7f7ceb231212eef4a4_* alone, after a snapshot",
};

const rule: CarrierRule = {
    id: "RDP209",
    name: "machinekeys-intact",
    title: "The machine's keys stay where they are",
    severity: "high",
    effect: "breaks",
    symptom: "0x904",
    causes: ["machinekeys", "expired-certificate"],
    why:
        "The key of the listener's certificate lies in MachineKeys, with those of IIS, SQL Server, WinRM and the VM agent. A script that renames or empties the folder, a wide-spread cure for 0x904, takes all of them away; " +
        "the folder that Windows makes anew need not have the rights that the listener's account needs, so that it accepts clients and drops them. At most the one file f686aace…_<MachineGuid> may go: Windows makes it anew. " +
        "The same happens where the folder's parent or the certificate's store is moved in the registry (Microsoft: default permissions for the MachineKeys folders, An internal error has occurred when connecting).",
    remedy: "Restore the rights of the folder and of the listener's one key file, or remove that file alone after a snapshot, then restart SessionEnv and TermService.",
    defaultLevel: "mandatory",
    scope: "carrier",
    check: (carrier: Carrier): Finding[] => {
        if (carrier.runs === "never") {
            return [];
        }
        return advisingWhereWeakened([
            ...judgeActions(carrier, keysGone),
            ...judgeSetting(carrier, "profile-list-programdata", { must: "keep its keys under ProgramData", fix: () => "%SystemDrive%\\ProgramData, or no such line" }),
            ...judgeSetting(carrier, "self-signed-cert-store", { must: "keep the store of the listener's certificate", fix: () => "Remote Desktop, or no such line" }),
            ...judgeSetting(carrier, "machinekeys-acl", {
                must: "keep the machine's keys from other accounts",
                fix: () => "a grant on the folder alone (no /t), and Read for NETWORK SERVICE on the file f686aace6942fb7f7ceb231212eef4a4_* alone",
            }),
        ]);
    },
    examples: [
        { name: "folder-renamed", expect: "violation", says: "MachineKeys", resources: azureVmWithScript(`Rename-Item '${folder}' MachineKeys.old\nRestart-Computer -Force`) },
        { name: "folder-emptied", expect: "violation", says: "0x904", resources: ec2WithUserData(`Remove-Item '${folder}\\*' -Force -Recurse`) },
        { name: "every-key-granted-to-everyone", expect: "violation", says: "from other accounts", resources: azureVmWithScript(`icacls '${folder}' /grant 'Everyone:(F)' /t /c`) },
        {
            name: "programdata-moved-in-the-registry",
            expect: "violation",
            says: "ProgramData",
            resources: ec2WithUserData("Set-ItemProperty -Path 'HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList' -Name ProgramData -Value 'D:\\ProgramData' -Type ExpandString"),
        },
        {
            name: "renamed-under-a-condition",
            expect: "unknown",
            says: "condition",
            resources: azureVmWithScript(`if ((Get-Date).DayOfWeek -eq 'Sunday') { Rename-Item '${folder}' MachineKeys.old }`),
        },
        { name: "only-the-listeners-key-file", expect: "compliant", resources: azureVmWithScript(`Remove-Item '${folder}\\f686aace6942fb7f7ceb231212eef4a4_*' -Force\nRestart-Service SessionEnv, TermService -Force`) },
        {
            name: "network-service-may-read-the-listeners-key",
            expect: "compliant",
            resources: ec2WithUserData(`Get-ChildItem '${folder}' -Filter 'f686aace6942fb7f7ceb231212eef4a4_*' | ForEach-Object { icacls $_.FullName /grant '*S-1-5-20:(R)' }`),
        },
        { name: "folder-listed-and-saved", expect: "compliant", resources: azureVmWithScript(`icacls '${folder}' /save C:\\acl.txt /t /c\nGet-ChildItem '${folder}'`) },
        {
            name: "store-from-a-parameter",
            expect: "unknown",
            says: "cannot be told",
            resources: azureVmWithScript("param($store)\nSet-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations' -Name SelfSignedCertStore -Value $store"),
        },
    ],
};

export default rule;
