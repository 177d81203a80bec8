import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { dated } from "../dated";
import type { CommonOptions } from "./harness";

const root = join(__dirname, "..", "..");
const stacks = join(root, "stacks");

export type CloudName = "azure" | "aws";

export const clouds: readonly CloudName[] = ["azure", "aws"];

/** Directory of a cloud's policy pack, as users name it for `--policy-pack`. */
export function packOf(cloud: CloudName): string {
    return join(root, "policies", cloud);
}

/** Samples of a cloud below stacks/, as paths without extension: `ready/azure-public-host`. */
export function samplesOf(cloud: CloudName, folder: "ready" | "broken"): string[] {
    const names = (dir: string): string[] => readdirSync(join(stacks, dir)).filter((f) => f.startsWith(`${cloud}-`)).map((f) => `${dir}/${f.replace(/\.ts$/, "")}`);
    return folder === "ready" ? names("ready") : readdirSync(join(stacks, "broken")).flatMap((rule) => names(`broken/${rule}`));
}

/** A sample as an inline program. Each run loads it anew, as a process of its own would. */
export function sampleProgram(name: string): PulumiFn {
    return async () => {
        const file = require.resolve(join(stacks, name));
        delete require.cache[file];
        return require(file) as Record<string, unknown>;
    };
}

/** Name of the rule that must block a broken sample: its folder. */
export function ruleOf(sample: string): string {
    return sample.split("/")[1]!;
}

/** The stack configuration that the samples read, with addresses of the documentation ranges. */
export const sampleConfig: Pick<CommonOptions, "projectName" | "config" | "secrets" | "packConfig"> = {
    projectName: "rdp-ready",
    packConfig: dated,
    config: {
        clients: JSON.stringify(["203.0.113.0/24", "198.51.100.17/32"]),
        adminUsername: "rdpadmin",
        keyName: "my-rsa-key-pair",
        instanceProfile: "my-ssm-instance-profile",
        subnetId: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/hub/subnets/workload",
        awsVpcId: "vpc-0a1b2c3d4e5f60718",
        awsSubnetId: "subnet-0a1b2c3d4e5f60718",
        vaultId: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/secrets/providers/Microsoft.KeyVault/vaults/contoso-certificates",
        secretArn: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:remote-desktop-AbCdEf",
        certificateAuthorityArn: "arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/0a1b2c3d-0000-4000-8000-000000000000",
    },
    secrets: { adminPassword: ["a", "Test", "only", "9"].join("-") },
};
