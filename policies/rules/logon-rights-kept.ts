import { Carrier } from "../../core/guest/model";
import { accountsOf, deniesLocalAccounts, remoteDesktopUsers, requireSetting } from "../../core/guest/settings";
import { isKnown } from "../../core/known";
import { CarrierRule, Finding } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { judgeActions } from "./shared/action";
import { advisingWhereWeakened } from "./shared/repair";
import { judgeSetting, place } from "./shared/setting";

const template = (line: string): string =>
    `@'\n[Unicode]\nUnicode=yes\n[Version]\nsignature="$CHICAGO$"\nRevision=1\n[Privilege Rights]\n${line}\n'@ | Out-File C:\\rights.inf -Encoding Unicode\n` +
    "secedit.exe /configure /db C:\\rights.sdb /cfg C:\\rights.inf /areas USER_RIGHTS";

const judged = [
    ["right-rdp-logon", "let people log on through Remote Desktop", "SeRemoteInteractiveLogonRight = *S-1-5-32-544,*S-1-5-32-555"],
    ["right-deny-rdp-logon", "not deny its users the log-on through Remote Desktop", "SeDenyRemoteInteractiveLogonRight = *S-1-5-32-546 (Guests)"],
    ["right-network-logon", "let people log on over the network, as Network Level Authentication does", "SeNetworkLogonRight = *S-1-5-32-544,*S-1-5-11"],
    ["right-deny-network-logon", "not deny its users the log-on over the network, as Network Level Authentication does it", "SeDenyNetworkLogonRight = *S-1-5-32-546 (Guests)"],
] as const;

const rule: CarrierRule = {
    id: "RDP223",
    name: "logon-rights-kept",
    title: "Users keep the right to log on through Remote Desktop",
    severity: "high",
    effect: "breaks",
    symptom: "other",
    causes: ["nla"],
    why:
        "Windows lets those in who hold SeRemoteInteractiveLogonRight (Administrators and Remote Desktop Users) and are not named by SeDenyRemoteInteractiveLogonRight, which wins; with Network Level Authentication the rights for a log-on over the network count as well. " +
        "A security template replaces the whole list. Baselines for domain members deny local accounts (S-1-5-113, S-1-5-114): on a host outside a domain these are all there are. " +
        "The client is told so by name (0x807, 0xC07 or \"the sign-in method you are using isn't allowed\"), not with 0x904 (Microsoft: prepare-for-upload-vhd-image; Allow log on through Remote Desktop Services).",
    remedy: "Keep *S-1-5-32-544 and *S-1-5-32-555 in SeRemoteInteractiveLogonRight, and deny nobody but Guests (*S-1-5-32-546) unless the host is in a domain.",
    defaultLevel: "mandatory",
    scope: "carrier",
    check: (carrier: Carrier): Finding[] => {
        const { settings, actions, perhaps = [] } = carrier.reading.state;
        if (carrier.runs === "never" || (settings.size === 0 && actions.length + perhaps.length === 0)) {
            return [];
        }
        const added = actions.some((a) => a.id === "remote-desktop-users-added");
        return advisingWhereWeakened([
            ...judged.flatMap(([id, must, write]) => [
                ...judgeSetting(carrier, id, {
                    must,
                    fix: () => write,
                    judge: (value) => (deniesLocalAccounts(value) || (added && accountsOf(value).includes(remoteDesktopUsers) && !id.includes("deny")) ? undefined : requireSetting(id).judge(value)),
                }),
                ...(id.includes("deny") ? localAccountsDenied(carrier, id, must, write) : []),
            ]),
            ...judgeActions(carrier, {
                must: "let the members of Remote Desktop Users in",
                done: { "remote-desktop-users-emptied": { does: "takes every member out of Remote Desktop Users", effect: "weakens", symptom: "none", text: "only administrators get in" } },
                fix: "no such line, or the members to keep behind it",
            }),
        ]);
    },
    examples: [
        { name: "template-leaves-nobody", expect: "violation", says: "nobody has the right", resources: azureVmWithScript(template("SeRemoteInteractiveLogonRight =")) },
        { name: "everyone-denied-with-ntrights", expect: "violation", says: "everybody is denied", resources: ec2WithUserData("ntrights.exe +r SeDenyRemoteInteractiveLogonRight -u Everyone") },
        { name: "administrators-denied-over-the-network", expect: "violation", says: "administrators", resources: azureVmWithScript(template("SeDenyNetworkLogonRight = *S-1-5-32-546,Administrators")) },
        { name: "only-a-group-of-ones-own", expect: "violation", says: "only the accounts that it names", resources: ec2WithUserData(template("SeRemoteInteractiveLogonRight = CORP\\rdp-people")) },
        {
            name: "remote-desktop-users-emptied",
            expect: "violation",
            says: "only administrators",
            resources: azureVmWithScript("Get-LocalGroupMember -Group 'Remote Desktop Users' | Remove-LocalGroupMember -Group 'Remote Desktop Users'"),
        },
        { name: "rights-as-windows-has-them", expect: "compliant", resources: azureVmWithScript(template("SeRemoteInteractiveLogonRight = *S-1-5-32-544,*S-1-5-32-555")) },
        { name: "guests-denied", expect: "compliant", resources: ec2WithUserData(template("SeDenyRemoteInteractiveLogonRight = *S-1-5-32-546")) },
        { name: "one-member-leaves", expect: "compliant", resources: azureVmWithScript("Remove-LocalGroupMember -Group 'Remote Desktop Users' -Member 'CORP\\bob'") },
        {
            name: "local-accounts-denied-on-a-domain-member",
            expect: "compliant",
            resources: azureVmWithScript(`Add-Computer -DomainName corp.example.com -Credential $credential\n${template("SeDenyRemoteInteractiveLogonRight = *S-1-5-113,*S-1-5-32-546")}`),
        },
        { name: "nobody-is-meant-to-connect", expect: "compliant", resources: ec2WithUserData("ntrights.exe +r SeDenyRemoteInteractiveLogonRight -u Everyone", { private: true }) },
        { name: "local-accounts-denied", expect: "unknown", says: "outside a domain", resources: ec2WithUserData(template("SeDenyRemoteInteractiveLogonRight = *S-1-5-113,*S-1-5-32-546")) },
        { name: "accounts-from-a-parameter", expect: "unknown", says: "cannot be told", resources: azureVmWithScript("param($who)\nntrights.exe +r SeDenyRemoteInteractiveLogonRight -u $who") },
    ],
};

/** Right for a domain member, the end of all log-ons elsewhere: only a script that joins a domain itself decides it. */
function localAccountsDenied(carrier: Carrier, id: string, must: string, write: string): Finding[] {
    const reading = carrier.reading.state.settings.get(id);
    const joins = carrier.reading.state.actions.some((a) => a.id === "domain-joined");
    if (reading === undefined || joins || !isKnown(reading.value) || !deniesLocalAccounts(reading.value.value)) {
        return [];
    }
    const { statement } = reading;
    const where = { urn: carrier.urn, property: carrier.property, line: statement.line, column: statement.column };
    const message = `The guest must ${must}: ${place(carrier, statement)} says "${statement.text}", which denies local accounts; outside a domain there are no others, and whether the host is in one cannot be told.`;
    return [{ ...where, outcome: "unknown", message, fix: write }];
}

export default rule;
