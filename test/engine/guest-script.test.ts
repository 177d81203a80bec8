import assert from "node:assert/strict";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import * as pulumi from "@pulumi/pulumi";
import { type Engine, startEngine } from "./harness";
import { FAILING_SCRIPT } from "./provider/cloud";
import { type CloudName, clouds, sampleConfig } from "./samples";
import { assertFailed, assertOk, engineSuite } from "./suite";

const clients = ["203.0.113.0/24"];

/** How each cloud's RdpGuest brings its script into the guest, and what the cloud says when it fails there. */
const carriers: Readonly<Record<CloudName, { readonly carrier: string; readonly waits: string; readonly says: RegExp; readonly break: (props: pulumi.Inputs) => pulumi.Inputs }>> = {
    azure: {
        carrier: "azure-native:compute:VirtualMachineRunCommandByVirtualMachine",
        waits: "azure-native:compute:VirtualMachineRunCommandByVirtualMachine",
        says: /failure when processing run command/,
        break: (props) => ({ ...props, source: pulumi.output(props["source"]).apply((source: { script: string }) => ({ ...source, script: `${FAILING_SCRIPT}\n${source.script}` })) }),
    },
    aws: {
        carrier: "aws:ssm/document:Document",
        waits: "aws:ssm/association:Association",
        says: /unexpected state 'Failed'/,
        break: (props) => ({
            ...props,
            content: pulumi.output(props["content"]).apply((content: string) => {
                const document = JSON.parse(content) as { mainSteps: { inputs: { runCommand: string[] } }[] };
                document.mainSteps[0]!.inputs.runCommand.unshift(FAILING_SCRIPT);
                return JSON.stringify(document);
            }),
        }),
    },
};

/** A transform that breaks the script that a component renders, and leaves everything else alone. */
function breaking(cloud: CloudName): pulumi.ResourceTransform {
    const { carrier, break: change } = carriers[cloud];
    return ({ type, props, opts }) => (type === carrier ? { props: change(props), opts } : undefined);
}

/** A host with its guest, as in the samples. */
function host(cloud: CloudName, options: pulumi.ComponentResourceOptions = {}): PulumiFn {
    return async () => {
        if (cloud === "azure") {
            const { RdpHost } = await import("../../components/azure/index.js");
            new RdpHost("desk", { clients, resourceGroupName: "rg", location: "westeurope", adminUsername: "rdpadmin", adminPassword: new pulumi.Config().requireSecret("adminPassword") }, options);
        } else {
            const { RdpHost } = await import("../../components/aws/index.js");
            new RdpHost("desk", { clients, keyName: "my-rsa-key-pair" }, options);
        }
    };
}

/** The guest of an existing host. */
function guest(cloud: CloudName, reportOnly: boolean): PulumiFn {
    return async () => {
        const options = { transforms: [breaking(cloud)] };
        if (cloud === "azure") {
            const { RdpGuest } = await import("../../components/azure/index.js");
            new RdpGuest("desk", { clients, resourceGroupName: "rg", vmName: "existing", location: "westeurope", reportOnly }, options);
        } else {
            const { RdpGuest } = await import("../../components/aws/index.js");
            new RdpGuest("desk", { clients, instanceId: "i-0123456789abcdef0", reportOnly }, options);
        }
    };
}

engineSuite("the script of a component's guest", () => {
    let engine: Engine | undefined;
    afterEach(async () => {
        await engine?.dispose();
        engine = undefined;
    });

    for (const cloud of clouds) {
        const { carrier, waits, says } = carriers[cloud];

        it(`fails the deployment on ${cloud} when it fails, and names the resource`, async () => {
            engine = await startEngine({ ...sampleConfig, program: host(cloud, { transforms: [breaking(cloud)] }) });
            const result = await engine.up({ skipPreview: true });
            assertFailed(result);
            const errors = result.diagnostics.filter(({ severity, message }) => severity === "error" && says.test(message));
            assert.deepEqual([...new Set(errors.map(({ urn }) => urn?.split("::").slice(-2).join("::").split("$").pop()))], [`${waits}::desk`], result.stdout);
            assert.ok(engine.creations().some((urn) => /virtualMachine|VirtualMachine|ec2\/instance:Instance/.test(urn)), "the host itself came up");

            // The same program without the broken script: what failed was the script.
            engine.program = host(cloud);
            const repaired = await engine.up({ skipPreview: true });
            assertOk(repaired);
        });

        it(`fails no deployment on ${cloud} where it only reports`, async () => {
            engine = await startEngine({ ...sampleConfig, program: guest(cloud, true) });
            const reporting = await engine.up({ skipPreview: true });
            assertOk(reporting);
            assert.ok(engine.creations().some((urn) => urn.includes(carrier)));

            engine.program = guest(cloud, false);
            assertFailed(await engine.up({ skipPreview: true }), "enforced, where the same failure counts: up");
        });
    }
});
