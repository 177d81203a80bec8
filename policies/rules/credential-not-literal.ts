import { Host } from "../../core/host";
import { isKnown } from "../../core/known";
import { literalPasswords } from "../../core/os/passwords";
import { ExampleResource, Finding, HostRule } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { azureVmWith } from "./shared/life";
import { placed } from "./shared/reach";
import { carrierNames, nameOf } from "./shared/setting";

/** Not in one piece, so that nobody's scanner takes this file for a leak. */
const password = ["Sum", "mer", "2026!x"].join("");
const fromVault = "$p = (Get-SECSecretValue -SecretId desk).SecretString\n";

const rule: HostRule = {
    id: "RDP407",
    name: "credential-not-literal",
    title: "No password stands in the program or in a script",
    severity: "medium",
    effect: "weakens",
    symptom: "none",
    causes: ["pam-credentials"],
    why:
        "A password in a program is in its repository, in the state and in every preview; in user data every process of the host can read it, and in a run command everybody who may read the resource. It also never changes with the vault: once the vault has rotated the password, " +
        "a jump host logs on with the one and Windows knows the other, and that is the 0x904 of privileged access systems. In an engine secrets look like literals, so there adminPassword and runAsPassword are not judged: `rdp-ready check` does that. A secret of Pulumi's that is written into user data or a run command is in clear there all the same " +
        "(AWS: instance user data; Microsoft: run command).",
    remedy: "Take it from config.requireSecret or a vault; in a script fetch it from Secrets Manager, Parameter Store or Key Vault, or pass it as a protected parameter. Then change it: it is known.",
    defaultLevel: "advisory",
    scope: "host",
    check: (host) => (host.intent.kind === "none" ? [] : judge(host)),
    examples: [
        { name: "literal-admin-password", expect: "violation", says: "adminPassword", resources: azureVmWith({ osProfile: { adminUsername: "rdpadmin", adminPassword: password } }) },
        { name: "secret-admin-password", expect: "compliant", resources: azureVmWith({ osProfile: { adminUsername: "rdpadmin", adminPassword: "[secret]" } }) },
        { name: "literal-run-as-password", expect: "violation", says: "runAsPassword", resources: runAs(password) },
        { name: "secret-run-as-password", expect: "compliant", resources: runAs("[secret]") },
        { name: "net-user-in-user-data", expect: "violation", says: "net user", resources: ec2WithUserData(`net user operator ${password} /add`) },
        { name: "plain-text-secure-string", expect: "violation", says: "ConvertTo-SecureString", resources: azureVmWithScript(`$p = ConvertTo-SecureString "${password}" -AsPlainText -Force\nNew-LocalUser operator -Password $p`) },
        { name: "literal-in-a-variable", expect: "violation", says: "line 2", resources: azureVmWithScript(`$word = '${password}'\n$p = ConvertTo-SecureString $word -AsPlainText -Force`) },
        { name: "password-from-secrets-manager", expect: "compliant", resources: ec2WithUserData(`${fromVault}net user operator $p /add`) },
        { name: "secure-string-of-a-fetched-value", expect: "compliant", resources: ec2WithUserData(`${fromVault}$s = ConvertTo-SecureString $p -AsPlainText -Force`) },
        { name: "parameter-of-the-run-command", expect: "compliant", resources: azureVmWithScript("param($password)\n$p = ConvertTo-SecureString \"$password\" -AsPlainText -Force") },
        { name: "net-user-without-a-password", expect: "compliant", resources: ec2WithUserData("net user operator /active:yes\nnet localgroup administrators operator /add") },
        { name: "net-user-with-a-literal-in-a-variable", expect: "violation", says: "line 3", resources: ec2WithUserData(`$word = '${password}'\nnet user operator $word /add`) },
        { name: "protected-settings", expect: "compliant", resources: [...azureVmWith({}), customScript("protectedSettings")] },
        { name: "settings-of-an-extension", expect: "violation", says: "net user", resources: [...azureVmWith({}), customScript("settings")] },
        { name: "comment-that-shows-one", expect: "compliant", resources: ec2WithUserData(`# net user operator ${password} /add\nWrite-Output done`) },
    ],
};

function runAs(runAsPassword: string): ExampleResource[] {
    return azureVmWithScript("Get-Date").map((r) => (r.type.endsWith(":VirtualMachineRunCommandByVirtualMachine") ? { ...r, inputs: { ...r.inputs, runAsUser: "operator", runAsPassword } } : r));
}

function customScript(settings: "settings" | "protectedSettings"): ExampleResource {
    const inputs = { resourceGroupName: "rg", vmName: "${vm.name}", publisher: "Microsoft.Compute", type: "CustomScriptExtension", typeHandlerVersion: "1.10", [settings]: { commandToExecute: `net user operator ${password} /add` } };
    return { type: "azure-native:compute:VirtualMachineExtension", name: "account", inputs };
}

/** One finding for each host: whoever mends one place finds the next. */
function judge(host: Host): Finding[] {
    const literal = host.life?.literalPassword;
    if (literal !== undefined) {
        const message = `The password of ${host.name} must be a secret: ${literal.text} is in clear, so whoever reads the program, a preview or the state has it, and once a vault has rotated it jump hosts log on with a wrong one.`;
        return [{ ...placed(host, literal), outcome: "violation", message, fix: `config.requireSecret("${literal.text}")` }];
    }
    for (const carrier of host.carriers) {
        // Azure encrypts protected settings; a value in an engine may come from a secret, which is what they are for.
        const readable = !/(?:^|\.)protectedSettings\b/.test(carrier.property) && isKnown(carrier.script) && (carrier.language === "powershell" || carrier.language === "batch");
        const [found] = readable && isKnown(carrier.script) ? literalPasswords(carrier.script.value, carrier.language === "batch" ? "batch" : "powershell") : [];
        if (found !== undefined) {
            const where = `${carrierNames[carrier.kind]} ${nameOf(carrier.urn)}, line ${found.line}`;
            const message = `The script must not hold a password: ${where} gives one to ${found.command} in clear, so whoever may read the script or the machine's metadata has it, and no vault can rotate it.`;
            return [{ ...placed(host, { urn: carrier.urn, property: carrier.property, text: "" }), line: found.line, outcome: "violation", message, fix: "fetch it from a vault when the script runs, or pass it as a protected parameter" }];
        }
    }
    return [];
}

export default rule;
