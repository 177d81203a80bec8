import { CarrierRule } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { repairNumber } from "./shared/repair";
import { judgeSetting } from "./shared/setting";

const key = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters";
const write = (value: number | string): string => `Set-ItemProperty -Path 'HKLM:${key.slice(4)}' -Name AllowEncryptionOracle -Value ${value} -Type DWord`;

const rule: CarrierRule = {
    id: "RDP205",
    name: "credssp-oracle-safe",
    title: "CredSSP does not fall back to the version that CVE-2018-0886 breaks",
    severity: "high",
    effect: "weakens",
    symptom: "none",
    causes: ["credssp-tls-mismatch", "unpatched"],
    why:
        "AllowEncryptionOracle 2 (Vulnerable) makes the host accept the CredSSP of before May 2018, through which somebody in between can run commands as the user who logs on. " +
        "It is written to get rid of \"CredSSP encryption oracle remediation\", a message of its own and not 0x904; the cure is the update on the side that lacks it " +
        "(Microsoft: CredSSP encryption oracle remediation, CVE-2018-0886; CredSsp.admx).",
    remedy: "Write AllowEncryptionOracle 1, or delete the line: an updated Windows does the same by itself. Update the client or host that lacks the fix.",
    defaultLevel: "advisory",
    scope: "carrier",
    check: (carrier) =>
        judgeSetting(carrier, "credssp-oracle", {
            must: "refuse the vulnerable CredSSP",
            fix: (s) => (s.literal === undefined ? "AllowEncryptionOracle 1" : `1 instead of ${s.literal.text}`),
        }),
    fix: (carrier) => repairNumber(carrier, "credssp-oracle", 2, 1),
    examples: [
        { name: "run-command-accepts-vulnerable-clients", expect: "violation", says: "CredSSP", resources: azureVmWithScript(write(2)) },
        { name: "written-in-hexadecimal", expect: "violation", says: "CVE-2018-0886", resources: azureVmWithScript(write("0x00000002")) },
        {
            name: "user-data-with-reg-add",
            expect: "violation",
            says: "AllowEncryptionOracle",
            resources: ec2WithUserData(`reg add "${key}" /v AllowEncryptionOracle /t REG_DWORD /d 2 /f`),
        },
        { name: "mitigated", expect: "compliant", resources: azureVmWithScript(write(1)) },
        { name: "updated-clients-only", expect: "compliant", resources: ec2WithUserData(write(0)) },
        { name: "vulnerable-for-a-while", expect: "compliant", resources: azureVmWithScript(`${write(2)}\n${write(1)}`) },
        { name: "value-from-a-parameter", expect: "unknown", says: "cannot be told", resources: azureVmWithScript(`param($oracle)\n${write("$oracle")}`) },
    ],
};

export default rule;
