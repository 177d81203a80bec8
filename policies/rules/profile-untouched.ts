import { Carrier } from "../../core/guest/model";
import { CarrierRule, Finding } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { judgeActions } from "./shared/action";
import { advisingWhereWeakened } from "./shared/repair";

const list = "HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList";
const someone = "S-1-5-21-1111111111-2222222222-3333333333-1001";

const rule: CarrierRule = {
    id: "RDP224",
    name: "profile-untouched",
    title: "User profiles are removed by Windows itself, if at all",
    severity: "medium",
    effect: "breaks",
    symptom: "other",
    causes: ["corrupt-profile"],
    why:
        "A session needs a profile: NTUSER.DAT and the folder under C:\\Users, the entry in ProfileList, and for a first log-on the folder Default. Deleting parts of one, a wide-spread cure for a corrupt profile, leaves that user with a temporary profile or with a profile of another name; " +
        "without Default or ProfileList the log-on fails for everybody (\"The User Profile Service service failed the sign-in\"). Both happen after the connection stands and are no cause of 0x904. " +
        "Removing Win32_UserProfile takes all parts together, with a filter on LastUseTime it is the usual clean-up, and the .bak twin of a ProfileList entry may go (Microsoft: User Profile Service events; Win32_UserProfile).",
    remedy: "Get-CimInstance Win32_UserProfile, a filter, and Remove-CimInstance; leave the folder Default and ProfileList alone.",
    defaultLevel: "mandatory",
    scope: "carrier",
    check: (carrier: Carrier): Finding[] =>
        carrier.runs === "never"
            ? []
            : advisingWhereWeakened(
                  judgeActions(carrier, {
                      must: "keep what a log-on makes a profile from",
                      done: {
                          "profile-list-removed": { does: "removes the list of profiles, or the entry of an account that Windows itself runs on", effect: "breaks", symptom: "other", text: "the User Profile Service fails the log-on" },
                          "default-profile-removed": { does: "removes the profile that new ones are made from", effect: "breaks", symptom: "other", text: "the User Profile Service fails every first log-on" },
                          "user-profile-removed": { does: "removes a part of a user's profile", effect: "weakens", symptom: "none", text: "that user gets a temporary profile, or one of another name", onlyIfCertain: true },
                          "every-profile-removed": { does: "removes every profile that is not in use", effect: "weakens", symptom: "none", text: "everybody loses what they kept there", onlyIfCertain: true },
                      },
                      fix: "Get-CimInstance Win32_UserProfile -Filter \"LocalPath='C:\\\\Users\\\\NAME'\" | Remove-CimInstance, which takes all parts of one profile together",
                  }),
              ),
    examples: [
        { name: "profile-list-removed", expect: "violation", says: "fails the log-on", resources: azureVmWithScript(`Remove-Item '${list}' -Recurse -Force`) },
        { name: "every-folder-under-users-removed", expect: "violation", says: "first log-on", resources: ec2WithUserData("Remove-Item 'C:\\Users\\*' -Recurse -Force") },
        { name: "hive-renamed-to-cure-a-profile", expect: "violation", says: "temporary profile", resources: azureVmWithScript("Rename-Item C:\\Users\\alice\\NTUSER.DAT NTUSER.DAT.old") },
        { name: "entry-of-one-user-removed", expect: "violation", says: "another name", resources: ec2WithUserData(`Remove-Item '${list}\\${someone}' -Recurse`) },
        { name: "every-profile-removed", expect: "violation", says: "every profile", resources: azureVmWithScript("Get-CimInstance Win32_UserProfile | Remove-CimInstance") },
        {
            name: "profiles-that-nobody-used-for-90-days",
            expect: "compliant",
            resources: azureVmWithScript("Get-CimInstance Win32_UserProfile | Where-Object { -not $_.Special -and $_.LastUseTime -lt (Get-Date).AddDays(-90) } | Remove-CimInstance"),
        },
        { name: "backup-twin-removed", expect: "compliant", resources: ec2WithUserData(`Remove-Item '${list}\\${someone}.bak' -Recurse`) },
        { name: "account-of-the-image-builder-removed-with-its-folder", expect: "compliant", resources: azureVmWithScript("Remove-LocalUser -Name packer\nRemove-Item C:\\Users\\packer -Recurse -Force") },
        { name: "folder-removed-where-it-is-there", expect: "compliant", resources: ec2WithUserData("if (Test-Path C:\\Users\\packer) { Remove-Item C:\\Users\\packer -Recurse -Force }") },
        { name: "temporary-files-of-all-users", expect: "compliant", resources: azureVmWithScript("Remove-Item 'C:\\Users\\*\\AppData\\Local\\Temp\\*' -Recurse -Force") },
        { name: "nobody-is-meant-to-connect", expect: "compliant", resources: ec2WithUserData(`Remove-Item '${list}' -Recurse -Force`, { private: true }) },
        { name: "default-removed-under-a-condition", expect: "unknown", says: "condition", resources: azureVmWithScript("if ((Get-Date).Day -eq 1) { Remove-Item C:\\Users\\Default -Recurse -Force }") },
    ],
};

export default rule;
