import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { type Engine, startEngine } from "./harness";
import { packOf, sampleConfig } from "./samples";
import { assertFailed, assertOk, engineSuite } from "./suite";

const listener = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp";
const script = (value: number): string => `# set up 0\nSet-ItemProperty -Path '${listener}' -Name MaxIdleTime -Value 0\nSet-ItemProperty -Path '${listener}' -Name UserAuthentication -Value ${value}\nWrite-Output 0`;
const remediate = { "nla-required": "remediate", "source-port-any": "remediate" };

async function inputsOf(engine: Engine, name: string): Promise<Record<string, unknown>> {
    const { deployment } = (await engine.exportStack({ showSecrets: true })) as { deployment: { resources: { urn: string; inputs: Record<string, unknown> }[] } };
    return deployment.resources.find((r) => r.urn.endsWith(`::${name}`))!.inputs;
}

engineSuite("repairs at enforcement level remediate", () => {
    let engine: Engine | undefined;
    afterEach(async () => {
        await engine?.dispose();
        engine = undefined;
    });

    it("an NSG rule with source port 3389 is deployed with any; unknown and secret neighbours are untouched", async () => {
        engine = await startEngine({
            ...sampleConfig,
            pack: packOf("azure"),
            packConfig: remediate,
            program: async () => {
                const network = await import("@pulumi/azure-native/network/index.js");
                const address = new network.PublicIPAddress("address", { resourceGroupName: "rg", sku: { name: "Standard" }, publicIPAllocationMethod: "Static" });
                const rule = (name: string, priority: number, change: object): object => ({
                    name, priority, direction: "Inbound", access: "Allow", protocol: "Tcp", sourcePortRange: "*", destinationAddressPrefix: "*", destinationPortRange: "443", ...change,
                });
                new network.NetworkSecurityGroup("nsg", {
                    resourceGroupName: "rg",
                    securityRules: [
                        rule("computed", 200, { sourceAddressPrefix: pulumi.interpolate`${address.ipAddress}/32` }),
                        rule("rdp", 300, { sourceAddressPrefix: "203.0.113.0/24", sourcePortRange: "3389", destinationPortRange: "3389" }),
                        rule("hidden", 400, { sourceAddressPrefix: pulumi.secret("198.51.100.9/32") }),
                    ] as never,
                });
            },
        });
        const preview = await engine.preview();
        assertOk(preview);
        const [remediation, ...others] = preview.remediations;
        assert.equal(remediation?.policy, "source-port-any");
        assert.deepEqual(others, []);
        const up = await engine.up();
        assertOk(up);
        const rules = (await inputsOf(engine, "nsg"))["securityRules"];
        const list = (typeof rules === "object" && rules !== null && "plaintext" in rules ? JSON.parse(rules.plaintext as string) : rules) as Record<string, unknown>[];
        assert.deepEqual(list.map((r) => r["sourcePortRange"]), ["*", "*", "*"]);
        assert.match(String(list[0]!["sourceAddressPrefix"]), /^20\.\d+\.\d+\.\d+\/32$/);
        assert.ok(JSON.stringify(list[2]).includes("198.51.100.9/32"));
        assert.ok(!preview.stdout.includes("198.51.100.9") && !up.stdout.includes("198.51.100.9"), "the secret was printed");
        const again = await engine.preview();
        assert.ok(again.ok && again.summary["update"] === undefined, again.stdout);
    });

    it("a run command that turns NLA off is deployed with NLA on, only that literal changed", async () => {
        engine = await startEngine({
            ...sampleConfig,
            pack: packOf("azure"),
            packConfig: remediate,
            program: async () => {
                const compute = await import("@pulumi/azure-native/compute/index.js");
                new compute.VirtualMachineRunCommandByVirtualMachine("settings", {
                    resourceGroupName: "rg",
                    vmName: "desk",
                    source: { script: script(0) },
                    protectedParameters: [{ name: "token", value: pulumi.secret("do-not-print-me") }],
                });
            },
        });
        const up = await engine.up();
        assertOk(up);
        assert.deepEqual([...new Set(up.remediations.map((r) => r.policy))], ["nla-required"]);
        assert.deepEqual((await inputsOf(engine, "settings"))["source"], { script: script(1) });
        assert.ok(!up.stdout.includes("do-not-print-me"));
        const again = await engine.preview();
        assert.deepEqual(Object.keys(again.summary), ["same"], again.stdout);
    });

    it("an SSM document that turns NLA off is deployed with NLA on, the rest of its text as written", async () => {
        const content = (value: number): string =>
            `{ "schemaVersion": "2.2",\n  "description": "desk 0",\n  "mainSteps": [ { "action": "aws:runPowerShellScript", "name": "set",\n    "inputs": { "timeoutSeconds": "600", "runCommand": ${JSON.stringify(script(value).split("\n"))} } } ] }`;
        engine = await startEngine({
            ...sampleConfig,
            pack: packOf("aws"),
            packConfig: remediate,
            program: async () => {
                const ssm = await import("@pulumi/aws/ssm/index.js");
                new ssm.Document("settings", { documentType: "Command", documentFormat: "JSON", content: content(0) });
            },
        });
        const up = await engine.up();
        assertOk(up);
        assert.deepEqual([...new Set(up.remediations.map((r) => r.policy))], ["nla-required"]);
        assert.equal((await inputsOf(engine, "settings"))["content"], content(1));
        assert.deepEqual(Object.keys((await engine.preview()).summary), ["same"]);
    });

    it("the same script in user data is a violation and is not touched: it would not run again", async () => {
        const userData = `<powershell>\n${script(0)}\n</powershell>`;
        engine = await startEngine({
            ...sampleConfig,
            pack: packOf("aws"),
            packConfig: remediate,
            program: async () => {
                const ec2 = await import("@pulumi/aws/ec2/index.js");
                new ec2.Instance("desk", { ami: "ami-0a1b2c3d4e5f60718", instanceType: "t3.large", userData });
            },
        });
        const preview = await engine.preview();
        assertFailed(preview);
        assert.deepEqual(preview.remediations, []);
        const nla = preview.violations.filter((v) => v.policy === "nla-required");
        assert.equal(nla.length, 1);
        assert.equal(nla[0]!.level, "mandatory");
    });
});

engineSuite("a policy configuration with mistakes", () => {
    for (const [what, packConfig, text] of [
        ["an unknown option of a rule", { "nla-required": { enforcementLevel: "mandatory", strict: true } }, /policy nla-required has no option "strict"/],
        ["an unknown option of the pack", { "rdp-ready": { onUnkown: "off" } }, /no option "onUnkown". Did you mean "onUnknown"\?/],
        ["a malformed CIDR", { "rdp-ready": { clients: ["203.0.113.0/33"] } }, /203\.0\.113\.0\/33/],
    ] as const) {
        it(`is refused: ${what}`, async () => {
            const engine = await startEngine({ ...sampleConfig, pack: packOf("azure"), packConfig: { ...packConfig }, program: async () => ({}) });
            try {
                const result = await engine.preview();
                assertFailed(result);
                const output = result.stdout + result.stderr + result.diagnostics.map((d) => d.message).join("\n");
                assert.match(output, text);
                assert.ok(!/at .*\.js:\d+/.test(output), `a stack trace is no help:\n${output}`);
            } finally {
                await engine.dispose();
            }
        });
    }

    it("a stack without any Windows host is clean and quiet", async () => {
        const engine = await startEngine({
            ...sampleConfig,
            pack: packOf("azure"),
            program: async () => {
                const { ResourceGroup } = await import("@pulumi/azure-native/resources/index.js");
                new ResourceGroup("rg");
            },
        });
        try {
            const result = await engine.preview();
            assertOk(result);
            assert.deepEqual(result.violations, []);
        } finally {
            await engine.dispose();
        }
    });
});
