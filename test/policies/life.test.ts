import assert from "node:assert";
import { aws } from "../../policies/aws/reader";
import { azure } from "../../policies/azure/reader";
import { withoutPasswords } from "../../policies/engine-values";
import { findingText } from "../../policies/message";
import { Judgement, judge } from "../../policies/judge";
import { rules } from "../../policies/rules/index.generated";
import { secretMarker } from "../../policies/value";
import { Spec, forms, ref, stack } from "./fixture";

const ed25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0hQmQmD6dRkl0mzs4sFzPzL6y0nB7mJmFv0YpJYw5Q team";

/** A fleet that declares its clients, launched from a template with these properties. */
function fleet(template: Record<string, unknown>, more: readonly Spec[] = []): Spec[] {
    return [
        ...more,
        { type: "aws:ec2/launchTemplate:LaunchTemplate", name: "template", inputs: { instanceType: "m5.large", tagSpecifications: [{ resourceType: "instance", tags: { "rdp-ready:clients": "10.0.0.0/8" } }], ...template } },
        { type: "aws:autoscaling/group:Group", name: "fleet", inputs: { minSize: 1, maxSize: 2, vpcZoneIdentifiers: ["subnet-0a1b2c3d4e5f60718"], launchTemplate: { id: ref("template") } } },
    ];
}

function judged(specs: readonly Spec[], check: (judgement: Judgement, form: string) => void): void {
    const made = stack(specs);
    forms.forEach((form) => check(judge(made[form].resources, [azure, aws], rules, {}), form));
}

describe("life of hosts", () => {
    it("a fault in a launch template blocks the host that is launched from it", () => {
        const pair: Spec = { type: "aws:ec2/keyPair:KeyPair", name: "team", inputs: { keyName: "team", publicKey: ed25519 } };
        const image = (name: string): string => `resolve:ssm:/aws/service/ami-windows-latest/${name}`;
        const broken: readonly (readonly [string, Spec[]])[] = [
            ["credential-exists", fleet({ imageId: image("Windows_Server-2022-English-Full-Base") })],
            ["credential-exists", fleet({ imageId: image("Windows_Server-2022-English-Full-Base"), keyName: ref("team") }, [pair])],
            ["image-supports-tls12", fleet({ imageId: image("Windows_Server-2008-R2_SP1-English-64Bit-Base"), keyName: "operators" })],
        ];
        for (const [rule, specs] of broken) {
            judged(specs, ({ hosts, findings }, form) => {
                const found = findings.filter((f) => f.rule.name === rule);
                assert.deepStrictEqual(found.map((f) => [f.level, f.property]), [["mandatory", "launchTemplate"]], `${rule} ${form}`);
                assert.deepStrictEqual(hosts.map((h) => h.verdict), ["blocked"], form);
            });
        }
    });

    it("a key pair of the stack that is RSA, and a template of another stack, are no fault", () => {
        const rsa: Spec = { type: "aws:ec2/keyPair:KeyPair", name: "team", inputs: { keyName: "team", publicKey: "ssh-rsa AAAAB3NzaC1yc2E team" } };
        judged(fleet({ imageId: "resolve:ssm:/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base", keyName: ref("team") }, [rsa]), ({ findings }) => {
            assert.deepStrictEqual(findings.filter((f) => f.rule.name === "credential-exists"), []);
        });
    });

    it("no finding quotes a password that stands in the program or in a script", () => {
        const secrets = [["Quite", "Secret", "1234"].join("-"), ["p@ss", "w0rd"].join(""), ["Ab", "1!"].join("")];
        for (const secret of secrets) {
            const vm: Spec = {
                type: "azure-native:compute:VirtualMachine",
                name: "vm",
                inputs: {
                    resourceGroupName: "rg",
                    tags: { "rdp-ready:clients": "10.0.0.0/8" },
                    osProfile: { adminUsername: "operator", adminPassword: secret, windowsConfiguration: {} },
                    networkProfile: { networkInterfaces: [{ id: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/networkInterfaces/nic" }] },
                },
            };
            const script = `net user operator "${secret}" /add\n$p = ConvertTo-SecureString '${secret}' -AsPlainText -Force`;
            const command: Spec = { type: "azure-native:compute:VirtualMachineRunCommandByVirtualMachine", name: "run", inputs: { resourceGroupName: "rg", vmName: ref("vm", "name"), source: { script } } };
            for (const specs of [[vm], [vm, command], [{ ...vm, inputs: { ...vm.inputs, osProfile: { windowsConfiguration: {} } } }, command]]) {
                judged(specs, ({ findings, hosts }) => {
                    const mine = findings.filter((f) => /^credential-/.test(f.rule.name));
                    assert.ok(mine.length > 0);
                    [...findings.map((f) => findingText(f, f.rule)), ...hosts.flatMap((h) => h.reasons)].forEach((text) => assert.ok(!text.includes(secret), text));
                });
            }
        }
    });

    it("in an engine a password is a marker, wherever it stands, and nothing else changes", () => {
        const osProfile = { adminUsername: "operator", adminPassword: "x", windowsConfiguration: { a: 1 } };
        const props = { osProfile, virtualMachineProfile: { osProfile, other: 2 }, tags: { a: "b" } };
        const hidden = { ...osProfile, adminPassword: secretMarker };
        assert.deepStrictEqual(withoutPasswords(props), { osProfile: hidden, virtualMachineProfile: { osProfile: hidden, other: 2 }, tags: { a: "b" } });
        assert.strictEqual(osProfile.adminPassword, "x");
        const untouched = { osProfile: "04da6b54-80e4-46f7-96ec-b56ff0331ba9", virtualMachineProfile: null, sku: {} };
        assert.deepStrictEqual(withoutPasswords(untouched), untouched);
    });
});
