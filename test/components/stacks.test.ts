import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { deploy, ofType } from "./mocks";

const root = path.resolve(__dirname, "../..");
const folder = path.join(root, "stacks");
const samples = (fs.readdirSync(folder, { recursive: true }) as string[])
    .map((file) => file.replace(/\\/g, "/"))
    .filter((file) => file.includes("/") && file.endsWith(".ts"))
    .map((file) => file.slice(0, -".ts".length))
    .sort();

/** The committed config as the engine hands it to a program: values that are not texts as JSON. */
function configOf(extra: Record<string, string> = {}): Record<string, string> {
    const { config } = parse(fs.readFileSync(path.join(root, "Pulumi.dev.yaml"), "utf8")) as { config: Record<string, unknown> };
    return { ...Object.fromEntries(Object.entries(config).map(([k, v]) => [k, typeof v === "string" ? v : JSON.stringify(v)])), ...extra };
}

/** The paths that the hosts of a sample declare: by its name, or the only one that a host has without being asked. */
const otherPaths: Readonly<Record<string, readonly string[]>> = {
    "aws-existing-ways": ["instance-connect", "load-balancer", "private-network", "session-manager"],
    "aws-instance-connect": ["instance-connect"],
    "aws-instance-connect-existing-subnet": ["instance-connect"],
    "aws-instance-connect-group-not-admitted": ["instance-connect"],
    "aws-load-balancer": ["load-balancer"],
    "aws-listener-speaks-tls": ["load-balancer"],
    "aws-private-endpoints": ["session-manager"],
    "aws-session-manager": ["session-manager"],
    "azure-bastion": ["bastion"],
    "azure-bastion-not-admitted": ["bastion"],
    "azure-bastion-subnet-misnamed": ["bastion"],
    "azure-existing-bastion": ["bastion"],
    "azure-existing-load-balancer": ["nat-rule"],
    "azure-load-balancer": ["nat-rule", "nat-rule"],
    "azure-nat-rule": ["nat-rule"],
    "azure-private": ["private-network"],
};

function pathsOf(sample: string): readonly string[] {
    return otherPaths[path.basename(sample)] ?? ["public-address"];
}

describe("stacks", () => {
    it("exist for both clouds, good and broken", () => {
        for (const kind of ["ready/azure-", "ready/aws-", "broken/"]) {
            assert.ok(samples.some((s) => s.startsWith(kind)), kind);
        }
    });

    for (const sample of samples) {
        it(`${sample} runs with the committed config and a password`, async () => {
            pulumi.runtime.setAllConfig(configOf({ "rdp-ready:sample": sample, "rdp-ready:adminPassword": "from-the-test" }), ["rdp-ready:adminPassword"]);
            delete require.cache[require.resolve("../../stacks/index")];
            const { resources } = await deploy(() => void require("../../stacks/index"));
            const host = sample.includes("aws-") ? "ec2/instance:Instance" : "compute:VirtualMachine";
            const hosts = ofType(resources, host);
            assert.deepEqual(hosts.map((h) => h.inputs["tags"]["rdp-ready:path"]).sort(), pathsOf(sample));
            assert.ok(hosts.every((h) => h.inputs["tags"]["rdp-ready:clients"] === "203.0.113.0/24 198.51.100.17/32"));
        });
    }

    for (const sample of ["", "ready/no-such-stack", "index"]) {
        it(`refuse the sample '${sample}' with the list of samples`, () => {
            pulumi.runtime.setAllConfig({ "rdp-ready:sample": sample });
            delete require.cache[require.resolve("../../stacks/index")];
            assert.throws(
                () => require("../../stacks/index"),
                (error) => pulumi.RunError.isInstance(error) && /pulumi config set sample/.test(error.message) && error.message.includes("ready/azure-public-host"),
            );
        });
    }

    it("hold no password", () => {
        for (const file of [...samples.map((s) => `stacks/${s}.ts`), "Pulumi.dev.yaml"]) {
            assert.doesNotMatch(fs.readFileSync(path.join(root, file), "utf8"), /adminPassword: *["'`]|secure:/, file);
        }
    });
});
