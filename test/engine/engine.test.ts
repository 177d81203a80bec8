import assert from "node:assert/strict";
import * as path from "node:path";
import * as azureNative from "@pulumi/azure-native/provider";
import * as pulumi from "@pulumi/pulumi";
import { type Engine, runYaml, startEngine } from "./harness";
import { awsProgram, azureProgram } from "./programs";
import { assertFailed, assertOk, engineSuite } from "./suite";

const PACK = path.join(__dirname, "fixtures", "pack");

/** State of a resource in an export, by its Pulumi name. */
async function stateOf(engine: Engine, name: string): Promise<{ id: string; inputs: Record<string, unknown>; outputs: Record<string, unknown> }> {
    const { deployment } = (await engine.exportStack()) as {
        deployment: { resources: { urn: string; id: string; inputs: Record<string, unknown>; outputs: Record<string, unknown> }[] };
    };
    const found = deployment.resources.find(({ urn }) => urn.endsWith(`::${name}`));
    assert.ok(found, `no resource ${name} in the state`);
    return found;
}

function sources(rules: unknown, key: string): string[] {
    return (rules as Record<string, unknown>[]).flatMap((rule) => rule[key] as string | string[]).sort();
}

/** A type of a versioned module, as local packages and azure-native 2 have them. */
class VersionedGroup extends pulumi.CustomResource {
    constructor(name: string, props: pulumi.Inputs, opts: pulumi.CustomResourceOptions) {
        super("azure-native:network/v20240101:NetworkSecurityGroup", name, props, opts);
    }
}

engineSuite("the real engine with stand-in clouds", () => {
    const engines: Engine[] = [];
    const started = async (engine: Promise<Engine>): Promise<Engine> => {
        engines.push(await engine);
        return engine;
    };
    afterEach(async () => {
        for (const engine of engines.splice(0)) await engine.dispose();
    });

    it("takes an Azure program from preview to destroy", async () => {
        const engine = await started(startEngine({ program: azureProgram() }));

        const preview = await engine.preview();
        assertOk(preview);
        assert.deepEqual(preview.summary, { create: 9 });
        assert.deepEqual(engine.creations(), [], "a preview creates nothing");

        assertOk(await engine.up());
        assert.equal(engine.creations().length, 8);
        const outputs = await engine.outputs();
        assert.match(
            String(outputs["nicId"]),
            /^\/subscriptions\/[-0-9a-f]+\/resourceGroups\/rg[0-9a-f]{8}\/providers\/Microsoft\.Network\/networkInterfaces\/nic[0-9a-f]{8}$/,
        );
        assert.match(String(outputs["ruleId"]), /\/networkSecurityGroups\/nsg[0-9a-f]{8}\/securityRules\/standalone[0-9a-f]{8}$/);
        assert.match(String(outputs["address"]), /^20\.50\.\d+\.\d+$/);
        assert.match(String(outputs["privateAddress"]), /^10\.0\.1\.\d+$/);
        assert.equal(outputs["found"], outputs["privateAddress"]);
        assert.match(String(outputs["principal"]), /^[0-9a-f-]{36}$/);
        assert.match(String(outputs["sharedSubnet"]), /\/resourceGroups\/shared\/.*\/virtualNetworks\/hub\/subnets\/hosts$/);

        assert.deepEqual((await engine.preview()).summary, { same: 9 }, "a second preview finds no change");

        assertOk(await engine.destroy());
        assert.deepEqual(engine.cloud.all(), []);
        assert.equal(engine.calls("Delete").length, 8);
    });

    it("takes an AWS program from preview to destroy", async () => {
        const engine = await started(startEngine({ program: awsProgram(), config: { "aws:region": "eu-north-1" } }));

        assertOk(await engine.preview());
        assert.deepEqual(engine.creations(), []);
        assertOk(await engine.up());
        const outputs = await engine.outputs();
        assert.match(String(outputs["hostId"]), /^i-0[0-9a-f]{16}$/);
        assert.match(String(outputs["eni"]), /^eni-0[0-9a-f]{16}$/);
        assert.match(String(outputs["ruleId"]), /^sgr-0[0-9a-f]{16}$/);
        assert.match(String(outputs["latest"]), /^ami-0[0-9a-f]{16}$/);
        assert.match(String(outputs["privateIp"]), /^10\.0\.1\.\d+$/);
        assert.match(String(outputs["address"]), /^52\.58\.\d+\.\d+$/);
        assert.match(String(outputs["groupArn"]), /^arn:aws:ec2:eu-north-1:123456789012:security-group\/sg-0[0-9a-f]{16}$/);
        assert.deepEqual(
            engine
                .calls("Invoke")
                .map(({ type }) => type)
                .slice(0, 2),
            ["aws:ec2/getAmi:getAmi", "aws:ssm/getParameter:getParameter"],
        );

        const again = await engine.preview();
        assert.deepEqual(Object.keys(again.summary), ["same"], again.stdout);
        assertOk(await engine.destroy());
        assert.deepEqual(engine.cloud.all(), []);
    });

    it("never gives write-only properties back, and merges standalone NSG rules at a refresh", async () => {
        const engine = await started(startEngine({ program: azureProgram() }));
        assertOk(await engine.up({ skipPreview: true }));

        const vm = await stateOf(engine, "vm");
        assert.equal((vm.outputs["osProfile"] as Record<string, unknown>)["adminPassword"], undefined);
        assert.notEqual(
            (vm.inputs["osProfile"] as Record<string, unknown>)["adminPassword"],
            "correct horse 1!",
            "secrets are ciphertext in an export",
        );
        assert.equal((await stateOf(engine, "guest")).outputs["protectedParameters"], undefined);
        assert.equal((await stateOf(engine, "nsg")).outputs["resourceGroupName"], undefined, "ARM does not echo the path");

        assertOk(await engine.refresh());
        const nsg = await stateOf(engine, "nsg");
        assert.deepEqual(sources(nsg.outputs["securityRules"], "sourceAddressPrefix"), ["198.51.100.0/24", "203.0.113.0/24"]);
        const fighting = await engine.up();
        assert.equal(fighting.summary["update"], 1, "an inline list and a standalone rule fight over one NSG");
        assertOk(await engine.refresh());
        assert.equal((await engine.preview()).summary["create"], 1, "and the standalone rule has lost");
    });

    it("merges standalone security group rules at a refresh, into the inputs only where a list was written", async () => {
        const engine = await started(startEngine({ program: awsProgram(), providerOptions: { userDataAsHash: true } }));
        assertOk(await engine.up({ skipPreview: true }));
        assert.deepEqual(sources((await stateOf(engine, "filter")).outputs["ingress"], "cidrBlocks"), ["203.0.113.0/24"]);
        assert.match(String((await stateOf(engine, "host")).outputs["userData"]), /^[0-9a-f]{40}$/);

        assertOk(await engine.refresh());
        const [group, bare] = [await stateOf(engine, "filter"), await stateOf(engine, "bare")];
        assert.deepEqual(sources(group.outputs["ingress"], "cidrBlocks"), ["198.51.100.0/24", "203.0.113.0/24"]);
        assert.deepEqual(sources(bare.outputs["ingress"], "cidrBlocks"), ["203.0.113.0/24"]);
        assert.equal(bare.inputs["ingress"], undefined);
        assert.deepEqual(group.inputs["__defaults"], ["name", "revokeRulesOnDelete"]);
    });

    it("sees a mandatory resource violation before anything is created, even without a preview", async () => {
        const engine = await started(startEngine({ program: azureProgram({ source: "*" }), pack: PACK }));
        for (const result of [await engine.preview(), await engine.up(), await engine.up({ skipPreview: true })]) {
            assertFailed(result);
            assert.deepEqual(
                result.violations.map(({ policy, level, urn }) => [policy, level, urn?.split("::").pop()]),
                [["no-open-rdp", "mandatory", "nsg"]],
            );
        }
        assert.ok(!engine.creations().some((urn) => urn.endsWith("::nsg")), "the NSG was never created");
    });

    it("blocks on a stack policy at preview, and without a preview only reports it after creation", async () => {
        const packConfig = { "needs-machine": { enforcementLevel: "mandatory", types: ["ScaleSet"] } };
        const engine = await started(startEngine({ program: azureProgram(), pack: PACK, packConfig }));
        const blocked = await engine.up();
        assertFailed(blocked);
        assert.deepEqual(
            blocked.violations.map(({ policy }) => policy),
            ["needs-machine"],
        );
        assert.deepEqual(engine.creations(), []);

        const late = await engine.up({ skipPreview: true });
        assert.deepEqual(
            late.violations.map(({ policy }) => policy),
            ["needs-machine"],
        );
        assert.equal(engine.creations().length, 8);
    });

    it("applies a remediation and tells before and after", async () => {
        const engine = await started(startEngine({ program: azureProgram(), pack: PACK, packConfig: { tagged: "remediate" } }));
        const result = await engine.up();
        assertOk(result);
        assert.deepEqual(
            result.remediations.map(({ policy }) => policy),
            ["tagged"],
        );
        const [remediation] = result.remediations;
        assert.ok(remediation);
        assert.deepEqual(remediation.after["tags"], { owner: "fixture" });
        assert.deepEqual((await stateOf(engine, "pip")).outputs["tags"], { owner: "fixture" });
    });

    it("analyzes the state with a pack, without a program", async () => {
        const engine = await started(startEngine({ program: azureProgram({ source: "*" }), pack: PACK }));
        assertOk(await engine.up({ pack: null }));
        const before = engine.calls().length;
        const analysis = await engine.policyAnalyze();
        assert.equal(analysis.ok, false);
        assert.deepEqual(
            analysis.violations.map(({ policy }) => policy),
            ["no-open-rdp"],
        );
        assert.equal(engine.calls().length, before, "no provider is called");
        const advisory = await engine.policyAnalyze({ packConfig: { all: "advisory" } });
        assert.ok(advisory.ok);
    });

    it("gives a preview as JSON, in which secrets are masked", async () => {
        const engine = await started(startEngine({ program: azureProgram(), secrets: { password: "hidden" } }));
        const preview = await engine.previewJson();
        assert.equal(preview.exitCode, 0);
        const vm = preview.steps?.find(({ urn }) => urn.endsWith("::vm"));
        assert.equal((vm?.newState?.inputs?.["osProfile"] as Record<string, unknown>)["adminPassword"], "[secret]");
        assert.ok(!preview.raw.includes("correct horse"));

        const blocked = await engine.previewJson({ pack: PACK, packConfig: { "needs-machine": { types: ["ScaleSet"] } } });
        assert.notEqual(blocked.exitCode, 0);
        assert.equal(blocked.changeSummary?.["create"], 9, "a blocked preview is JSON as well");
    });

    it("fails the deployment when the script in the guest fails", async () => {
        const script = "throw 'rdp-ready-test'";
        const onAzure = await started(startEngine({ program: azureProgram({ script }) }));
        const onAws = await started(startEngine({ program: awsProgram({ script }) }));
        for (const [engine, words] of [
            [onAzure, /run command/],
            [onAws, /unexpected state 'Failed'/],
        ] as const) {
            const result = await engine.up();
            assertFailed(result);
            assert.ok(
                result.diagnostics.some(({ severity, message }) => severity === "error" && words.test(message)),
                result.stdout,
            );
        }
    });

    it("updates what can change and replaces what cannot", async () => {
        const engine = await started(startEngine({ program: azureProgram() }));
        assertOk(await engine.up({ skipPreview: true }));
        engine.program = azureProgram({ source: "192.0.2.0/24", computerName: "other" });
        const result = await engine.up({ skipPreview: true });
        assertOk(result);
        assert.deepEqual(
            result.steps.filter(({ op }) => op === "update" || op === "replace").map(({ op, urn }) => [op, urn.split("::").pop()]),
            [
                ["update", "nsg"],
                ["replace", "vm"],
                ["replace", "guest"],
            ],
        );
    });

    it("sees at a refresh what changed behind its back", async () => {
        const engine = await started(startEngine({ program: awsProgram() }));
        assertOk(await engine.up({ skipPreview: true }));
        engine.cloud.drift("host", (outputs) => ({ ...outputs, instanceType: "t3.nano" }));
        assertOk(await engine.refresh());
        assert.equal((await stateOf(engine, "host")).outputs["instanceType"], "t3.nano");
        const updates = (await engine.preview()).steps.filter(({ op }) => op === "update").map(({ urn }) => urn.split("::").pop());
        assert.ok(updates.includes("host"), "the next update would put it right");
    });

    it("knows resources of a versioned module, and of an explicit provider", async () => {
        const engine = await started(
            startEngine({
                program: async () => {
                    const provider = new azureNative.Provider("explicit", { location: "northeurope" });
                    const nsg = new VersionedGroup("nsg", { resourceGroupName: "shared", securityRules: [] }, { provider });
                    return { id: nsg.id };
                },
            }),
        );
        assertOk(await engine.up());
        assert.match(
            String((await engine.outputs())["id"]),
            /\/resourceGroups\/shared\/providers\/Microsoft\.Network\/networkSecurityGroups\/nsg[0-9a-f]{8}$/,
        );
    });

    it("refuses at check what the cloud refuses", async () => {
        const rules = ["a", "b"].map((name) => ({ name, priority: 100, direction: "Inbound", access: "Allow", protocol: "Tcp" }));
        const engine = await started(
            startEngine({
                program: async () => {
                    const { NetworkSecurityGroup } = await import("@pulumi/azure-native/network/networkSecurityGroup.js");
                    new NetworkSecurityGroup("nsg", { resourceGroupName: "rg", securityRules: rules });
                },
            }),
        );
        const result = await engine.preview();
        assertFailed(result);
        assert.ok(
            result.diagnostics.some(({ message }) => message.includes("SecurityRuleConflict")),
            result.stdout,
        );
    });

    it("reports a program that throws, at once or in an apply, and the next program of the same process is not affected", async () => {
        const failing = await started(startEngine({ program: () => Promise.reject(new Error("clients is required")) }));
        const result = await failing.preview();
        assertFailed(result);
        assert.match(result.stdout + result.stderr, /clients is required/);
        failing.program = async () => {
            pulumi.output("host").apply(() => {
                throw new Error("this port is not a number");
            });
        };
        const late = await failing.preview();
        assertFailed(late);
        assert.match(late.stdout + late.stderr, /this port is not a number/);

        const sound = await started(startEngine({ program: async () => ({ answer: 42 }) }));
        assertOk(await sound.up());
        assert.deepEqual(await sound.outputs(), { answer: 42 });
    });

    it("runs two stacks at once without mixing them up", async () => {
        const both = await Promise.all([
            started(startEngine({ program: azureProgram(), projectName: "one" })),
            started(startEngine({ program: awsProgram(), projectName: "two" })),
        ]);
        const [one, two] = both;
        (await Promise.all(both.map((engine) => engine.up()))).forEach((r) => assertOk(r));
        assert.ok(one.creations().every((urn) => urn.startsWith("urn:pulumi:test::one::azure-native:")));
        assert.ok(two.creations().every((urn) => urn.startsWith("urn:pulumi:test::two::aws:")));
    });

    it("runs a YAML program that uses a TypeScript component, with a pack", async () => {
        const component = { package: "fixture-network", dir: path.join(__dirname, "fixtures", "component") };
        const engine = await started(
            runYaml({
                dir: path.join(__dirname, "fixtures", "yaml"),
                componentProviders: [component],
                pack: PACK,
                packConfig: { "needs-machine": "advisory" },
            }),
        );
        const result = await engine.up();
        assertOk(result);
        assert.deepEqual(
            result.violations.map(({ policy }) => policy),
            ["needs-machine"],
        );
        assert.match(String((await engine.outputs())["groupId"]), /\/resourceGroups\/rg-shared\/.*\/networkSecurityGroups\/group-nsg/);
    });
});
