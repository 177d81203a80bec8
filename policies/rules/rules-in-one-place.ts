import { Host } from "../../core/host";
import { Filter } from "../../core/net/filter-model";
import { Finding, HostRule } from "../rule";
import { allowRdp, azurePublicVm } from "./shared/example-stacks";

const inline = /^(securityRules|ingress)\[/;

const rule: HostRule = {
    id: "RDP112",
    name: "rules-in-one-place",
    title: "A filter has its rules inline or standalone, not both",
    severity: "medium",
    effect: "breaks",
    symptom: "0x204",
    causes: ["security-groups"],
    why:
        "An NSG or security group that lists rules inline owns its whole list: the next update removes standalone rules, and the one after brings them back. " +
        "The rule that admits the client is gone every other deployment (Pulumi: aws.ec2.SecurityGroup, azure-native NetworkSecurityGroup).",
    remedy: "Move the inline rules into standalone resources, or the standalone ones into the list.",
    defaultLevel: "advisory",
    scope: "host",
    check: (host) => [...new Set(filtersOf(host))].flatMap((f) => fighting(f)),
    examples: [
        {
            name: "standalone-rule-beside-an-inline-list",
            expect: "violation",
            says: "removes",
            resources: [
                ...azurePublicVm({ nicRules: [allowRdp({ name: "web", destinationPortRange: "443" })] }),
                { type: "azure-native:network:SecurityRule", name: "rdp", inputs: { ...allowRdp({ name: undefined, priority: 310 }), resourceGroupName: "rg", networkSecurityGroupName: "${nic-nsg.name}", securityRuleName: "rdp" } },
            ],
        },
        {
            name: "standalone-rules-only",
            expect: "compliant",
            resources: [
                ...azurePublicVm({ nicRules: [] }),
                { type: "azure-native:network:SecurityRule", name: "rdp", inputs: { ...allowRdp({ name: undefined }), resourceGroupName: "rg", networkSecurityGroupName: "${nic-nsg.name}", securityRuleName: "rdp" } },
            ],
        },
        { name: "inline-only", expect: "compliant", resources: azurePublicVm({ nicRules: [allowRdp()] }) },
    ],
};

function filtersOf(host: Host): Filter[] {
    return host.paths.flatMap((p) => p.hops.flatMap((h) => (h.kind === "filter" && h.gate.type === "filter" ? [h.gate.filter] : [])));
}

/** Inline rules stand at the filter's own list; a standalone rule has a URN of its own and says so by its type. */
function fighting(filter: Filter): Finding[] {
    const owners = new Set(filter.rules.filter((r) => inline.test(r.origin.property ?? "")).map((r) => r.origin.urn));
    const standalone = filter.rules.find((r) => !owners.has(r.origin.urn) && /Rule::/.test(typeAndName(r.origin.urn)));
    if (owners.size === 0 || standalone === undefined) {
        return [];
    }
    const owner = [...owners][0]!;
    const name = owner.slice(owner.lastIndexOf("::") + 2);
    return [
        {
            outcome: "violation",
            urn: standalone.origin.urn,
            message: `A filter must have its rules in one place: ${name} lists rules inline, and "${standalone.origin.text}" stands beside it, so the next update of ${name} removes it and the client sees 0x204 until the one after.`,
            fix: `the rule in the list of ${name}, or the list as standalone rules`,
        },
    ];
}

function typeAndName(urn: string): string {
    const [type, name] = urn.split("::").slice(-2);
    return `${type}::${name}`;
}

export default rule;
