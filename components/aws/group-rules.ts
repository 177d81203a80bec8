import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import { isIpv6 } from "../shared/clients";

/** One rule for each client, named after it, so that a change of the list leaves the other clients' rules alone. */
export function admitClients(
    name: string,
    clients: readonly string[],
    protocols: readonly string[],
    port: pulumi.Input<number>,
    securityGroupId: pulumi.Input<string>,
    opts: pulumi.CustomResourceOptions,
): void {
    for (const client of clients) {
        for (const ipProtocol of protocols) {
            const source = isIpv6(client) ? { cidrIpv6: client } : { cidrIpv4: client };
            new vpc.SecurityGroupIngressRule(ruleName(name, ipProtocol, client), { securityGroupId, ipProtocol, fromPort: port, toPort: port, ...source }, opts);
        }
    }
}

/** Colons would end a part of the URN. */
function ruleName(name: string, protocol: string, client: string): string {
    return `${name}-${protocol}-${client.replace(/[:/]/g, "-")}`;
}

/** Lets the members of one group connect to those of another: a rule on either side. */
export function connectGroups(
    name: string,
    from: pulumi.Input<string>,
    to: pulumi.Input<string>,
    port: pulumi.Input<number>,
    opts: pulumi.CustomResourceOptions,
    side: "both" | "in" = "both",
): void {
    const tcp = { ipProtocol: "tcp", fromPort: port, toPort: port };
    new vpc.SecurityGroupIngressRule(name, { securityGroupId: to, referencedSecurityGroupId: from, ...tcp }, opts);
    if (side === "both") {
        new vpc.SecurityGroupEgressRule(name, { securityGroupId: from, referencedSecurityGroupId: to, ...tcp }, opts);
    }
}
