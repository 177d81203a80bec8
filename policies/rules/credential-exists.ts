import { Host } from "../../core/host";
import { Finding, HostRule } from "../rule";
import { azureVmWith, ec2With, latest } from "./shared/life";
import { placed } from "./shared/reach";

const stock = latest("Windows_Server-2022-English-Full-Base");
const ed25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0hQmQmD6dRkl0mzs4sFzPzL6y0nB7mJmFv0YpJYw5Q ops@example.com";
const rsa = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC3F6tyPEFEzV0LX3X8BsXdMsQz1x2cEikKDEY0aIj41qgxMCP ops@example.com";
/** A Windows instance that names no key pair, unless `change` does. */
const keyless = (change: Record<string, unknown>): ReturnType<typeof ec2With> => ec2With({ getPasswordData: false, keyName: undefined, ...change });
const pair = (publicKey: string): ReturnType<typeof ec2With>[number] => ({ type: "aws:ec2/keyPair:KeyPair", name: "ops", inputs: { keyName: "ops", publicKey } });
const tls = (algorithm: string): ReturnType<typeof ec2With>[number] => ({ type: "tls:index/privateKey:PrivateKey", name: "key", inputs: { algorithm } });
const fromTls: ReturnType<typeof ec2With>[number] = { type: "aws:ec2/keyPair:KeyPair", name: "ops", inputs: { publicKey: "${key.publicKeyOpenssh}" } };
const admin = (adminUsername: unknown, adminPassword: unknown = "[secret]"): ReturnType<typeof azureVmWith> => azureVmWith({ osProfile: { computerName: "vm", adminUsername, adminPassword } });

const rule: HostRule = {
    id: "RDP406",
    name: "credential-exists",
    title: "Somebody gets a credential to log on with",
    severity: "high",
    effect: "breaks",
    symptom: "other",
    causes: ["pam-credentials"],
    why:
        "On EC2 the launch agent makes up the administrator's password and encrypts it with the instance's key pair. Without one, or with an ED25519 or ECDSA pair, which cannot decrypt, nobody ever learns it, and every client that gets through is refused at the log-on. " +
        "Azure refuses reserved names and weak passwords after the network and the disks have been made, so that there is no host at all " +
        "(AWS: key pairs and Windows instances; Microsoft: virtual machine REST reference, osProfile).",
    remedy: "Name an RSA key pair, or join the host to a domain. On Azure take another adminUsername, and a password of 12 characters or more of all kinds.",
    defaultLevel: "mandatory",
    scope: "host",
    check: (host) => (host.intent.kind === "none" || !host.knownWindows ? [] : judge(host)),
    examples: [
        { name: "no-key-pair", expect: "violation", says: "no key pair", resources: keyless({ ami: stock }) },
        { name: "no-key-pair-but-systems-manager", expect: "violation", says: "Systems Manager", resources: keyless({ ami: stock, iamInstanceProfile: "ssm" }) },
        { name: "ed25519-key-pair", expect: "violation", says: "ssh-ed25519", resources: [pair(ed25519), ...ec2With({ ami: stock, keyName: "${ops.keyName}" })] },
        { name: "ed25519-key-of-the-tls-provider", expect: "violation", says: "25519", resources: [tls("ED25519"), fromTls, ...ec2With({ ami: stock, keyName: "${ops.id}" })] },
        { name: "rsa-key-pair", expect: "compliant", resources: [pair(rsa), ...ec2With({ ami: stock, keyName: "${ops.keyName}" })] },
        { name: "key-pair-of-another-stack", expect: "compliant", resources: ec2With({ ami: stock, keyName: "operators" }) },
        { name: "user-data-makes-an-account", expect: "compliant", resources: keyless({ ami: stock, userData: "<powershell>\n$p = (Get-SSMParameterValue -Name /desk/password -WithDecryption $true).Parameters[0].Value\nnet user operator $p /add\n</powershell>" }) },
        {
            name: "joined-to-a-domain",
            expect: "compliant",
            resources: [
                ...keyless({ ami: stock, iamInstanceProfile: "ssm" }),
                { type: "aws:ssm/association:Association", name: "join", inputs: { name: "AWS-JoinDirectoryServiceDomain", targets: [{ key: "InstanceIds", values: ["${server.id}"] }], parameters: { directoryId: "d-0123456789", directoryName: "corp.example.com" } } },
            ],
        },
        { name: "image-of-ones-own-without-a-key-pair", expect: "unknown", says: "image brings an account", resources: keyless({ ami: "ami-0a1b2c3d4e5f60718", userData: "<powershell>\nWrite-Output ready\n</powershell>" }) },
        { name: "user-data-that-is-a-secret", expect: "unknown", says: "cannot be told", resources: keyless({ ami: stock, userData: "[secret]" }) },
        { name: "azure-reserved-name", expect: "violation", says: "reserves", resources: admin("Administrator") },
        { name: "azure-name-too-long", expect: "violation", says: "1 to 20", resources: admin("remote-desktop-operators") },
        { name: "azure-password-too-simple", expect: "violation", says: "three of", resources: admin("rdpadmin", ["all", "lower", "case"].join("")) },
        { name: "azure-well-known-password", expect: "violation", says: "well-known", resources: admin("rdpadmin", ["P@ssw", "0rd"].join("")) },
        { name: "azure-secret-password", expect: "compliant", resources: admin("rdpadmin") },
        { name: "azure-name-that-holds-a-reserved-one", expect: "compliant", resources: admin("azureadmin") },
    ],
};

function judge(host: Host): Finding[] {
    const credential = host.life?.credential;
    if (credential === undefined || credential.state === "fine") {
        return [];
    }
    const { state, origin, rescue, fix } = credential;
    const where = placed(host, origin);
    if (state === "unknown") {
        return [{ ...where, outcome: "unknown", message: `Somebody must have a credential for ${host.name}: ${origin.text}.`, fix }];
    }
    if (state === "refused") {
        const name = /[^.]+$/.exec(origin.property ?? "")?.[0] ?? "credential";
        return [{ ...where, outcome: "violation", message: `The ${name} of ${host.name} must be one that Azure accepts: it ${origin.text}, so the deployment fails and there is no host to connect to.`, fix }];
    }
    const advised = rescue === undefined ? {} : { atMost: "advisory" as const };
    const help = rescue === undefined ? "" : ` (${rescue})`;
    return [{ ...where, ...advised, outcome: "violation", message: `Somebody must get the administrator's password of ${host.name}: ${origin.text}, so nobody learns it, and every log-on is refused${help}.`, fix }];
}

export default rule;
