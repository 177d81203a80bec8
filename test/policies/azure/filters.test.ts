import assert from "node:assert";
import { azure } from "../../../policies/azure/reader";
import { secretMarker, unknownString } from "../../../policies/value";
import { Spec, ref, stack } from "../fixture";
import { allow, client, deny, each, eachHost, expects, nic, nsg, pathOf, pip, publicVm, reach, subnet, vm, vnet, withNsg, withPip } from "./model";

function standalone(name: string, props: Record<string, unknown>): Spec {
    return { type: "azure-native:network:SecurityRule", name, inputs: { resourceGroupName: "rg", networkSecurityGroupName: ref("nsg", "name"), ...props } };
}

const asg = (name: string): Spec => ({ type: "azure-native:network:ApplicationSecurityGroup", name, inputs: { resourceGroupName: "rg" } });

describe("azure: NSGs", () => {
    it("admits the client that a rule of the NIC's NSG names, and says which rule", () =>
        eachHost(publicVm(allow()), (host) => {
            const path = reach(host, "public-address");
            assert.strictEqual(path.verdict, "open");
            const hop = path.hops.find((h) => h.hop.kind === "filter");
            assert.strictEqual(hop?.decidedBy.text, `NSG nsg, rule "allow-rdp" (priority 300): allow Tcp 3389 from ${client}`);
            assert.strictEqual(hop.decidedBy.property, "securityRules[0]");
        }));

    it("allow shadowed by a deny with a smaller number", () => expects(publicVm(allow(), deny()), "public-address", "closed", "deny Tcp 3389 from *", { property: "securityRules[1]" }));
    it("deny with a greater number does no harm", () => expects(publicVm(deny({ priority: 4000 }), allow()), "public-address", "open"));
    it("priority written as a text is still a number", () => expects(publicVm(allow({ priority: "1000" }), deny({ priority: "300" })), "public-address", "closed"));
    it("no rule for RDP: the default deny decides", () => expects(publicVm(allow({ destinationPortRange: "443" })), "public-address", "closed", "DenyAllInBound"));
    it("an NSG without any rule", () => expects([vnet, subnet(), pip(), nsg("nsg"), nic(withPip, withNsg), vm()], "public-address", "closed", "DenyAllInBound"));

    it("NIC allows and subnet denies", () =>
        expects([vnet, nsg("subnet-nsg", [deny()]), subnet({ networkSecurityGroup: { id: ref("subnet-nsg") } }), pip(), nsg("nsg", [allow()]), nic(withPip, withNsg), vm()], "public-address", "closed", "NSG subnet-nsg"));
    it("subnet allows and NIC denies", () =>
        expects([vnet, nsg("subnet-nsg", [allow()]), subnet({ networkSecurityGroup: { id: ref("subnet-nsg") } }), pip(), nsg("nsg", [deny()]), nic(withPip, withNsg), vm()], "public-address", "closed", "NSG nsg"));
    it("an NSG on the subnet alone is enough for a Standard address", () =>
        expects([vnet, nsg("nsg", [allow()]), subnet(withNsg), pip(), nic(withPip), vm()], "public-address", "open"));
    it("NSG attached to nothing: a Standard address stays closed", () =>
        expects([vnet, subnet(), pip(), nsg("nsg", [allow()]), nic(withPip), vm()], "public-address", "closed", "admits nobody until an NSG"));
    it("sku omitted counts as Standard", () => expects([vnet, subnet(), pip({}), nic(withPip), vm()], "public-address", "closed", "no sku is written"));
    it("a Basic address is open without an NSG", () => expects([vnet, subnet(), pip({ sku: { name: "Basic" } }), nic(withPip), vm()], "public-address", "open"));

    for (const [name, change] of Object.entries<Record<string, unknown>>({
        "TCP in capitals": { protocol: "TCP" },
        "protocol *": { protocol: "*" },
        "access in small letters": { access: "allow", direction: "inbound" },
        "port as a number": { destinationPortRange: 3389 },
        "port range that includes 3389": { destinationPortRange: "3000-4000" },
        "every port": { destinationPortRange: "*" },
        "ports in the plural": { destinationPortRange: undefined, destinationPortRanges: ["443", "3389"] },
        "plural beside an empty singular": { destinationPortRange: "", destinationPortRanges: ["3389"] },
        "sources in the plural": { sourceAddressPrefix: undefined, sourceAddressPrefixes: ["198.51.100.0/24", client] },
        "tag Internet": { sourceAddressPrefix: "Internet" },
        "tag in small letters": { sourceAddressPrefix: "internet" },
        "the whole world": { sourceAddressPrefix: "0.0.0.0/0" },
        "destination VirtualNetwork": { destinationAddressPrefix: "VirtualNetwork" },
        "destination is the subnet": { destinationAddressPrefix: "10.0.1.0/24" },
        "destination is the VNet": { destinationAddressPrefix: undefined, destinationAddressPrefixes: ["10.9.0.0/16", "10.0.0.0/16"] },
    })) {
        it(`${name} admits`, () => expects(publicVm(allow(change)), "public-address", "open"));
    }

    for (const [name, change] of Object.entries<Record<string, unknown>>({
        "UDP only": { protocol: "Udp" },
        "ICMP": { protocol: "Icmp" },
        "outbound rule": { direction: "Outbound" },
        "source port 3389": { sourcePortRange: "3389" },
        "port 33389": { destinationPortRange: "33389" },
        "another client": { sourceAddressPrefix: "198.51.100.0/24" },
        "tag VirtualNetwork for a client on the Internet": { sourceAddressPrefix: "VirtualNetwork" },
        "tag AzureLoadBalancer": { sourceAddressPrefix: "AzureLoadBalancer" },
        "destination is another subnet": { destinationAddressPrefix: "10.0.2.0/24" },
        "destination is a public address, which NSGs never see": { destinationAddressPrefix: "20.50.1.1" },
    })) {
        it(`${name} does not admit`, () => expects(publicVm(allow(change)), "public-address", "closed", "DenyAllInBound"));
    }

    it("half of the client admitted is not the client admitted", () => expects(publicVm(allow({ sourceAddressPrefix: "203.0.113.0/25" })), "public-address", "closed"));
    it("a tag whose addresses change weekly is not known", () => expects(publicVm(allow({ sourceAddressPrefix: "AzureCloud" })), "public-address", "unknown", "AzureCloud"));
    it("a malformed prefix is not known, and no exception", () => expects(publicVm(allow({ sourceAddressPrefix: "203.0.113.0/240" })), "public-address", "unknown", "203.0.113.0/240"));

    for (const [what, change] of Object.entries<Record<string, unknown>>({
        source: { sourceAddressPrefix: unknownString },
        sources: { sourceAddressPrefix: undefined, sourceAddressPrefixes: unknownString },
        port: { destinationPortRange: unknownString },
        access: { access: unknownString },
        protocol: { protocol: unknownString },
        direction: { direction: unknownString },
        destination: { destinationAddressPrefix: unknownString },
        "source that is a secret": { sourceAddressPrefix: secretMarker },
    })) {
        it(`not known: ${what}`, () => expects(publicVm(allow(change)), "public-address", "unknown"));
    }

    it("two ports in one text, which Azure refuses", () => expects(publicVm(allow({ destinationPortRange: "22,3389" })), "public-address", "unknown", "Azure refuses"));
    it("a priority that is not known leaves open who wins", () => expects(publicVm(allow(), deny({ priority: unknownString })), "public-address", "unknown"));
    it("a priority that is not known does not matter to others' clients", () =>
        expects(publicVm(allow(), deny({ priority: unknownString, sourceAddressPrefix: "198.51.100.0/24" })), "public-address", "open"));
    it("the whole list is not known", () =>
        expects([vnet, subnet(), pip(), { ...nsg("nsg"), inputs: { securityRules: unknownString } }, nic(withPip, withNsg), vm()], "public-address", "unknown", "securityRules"));
    it("one rule of the list is not known", () =>
        expects([vnet, subnet(), pip(), { ...nsg("nsg"), inputs: { securityRules: [unknownString, allow()] } }, nic(withPip, withNsg), vm()], "public-address", "unknown", "securityRules[0]"));

    it("standalone rule admits, under its own URN", () =>
        eachHost([...publicVm(), standalone("rdp", allow({ securityRuleName: "rdp", name: undefined }))], (host) => {
            const path = reach(host, "public-address");
            assert.strictEqual(path.verdict, "open");
            const decided = path.hops.find((h) => h.hop.kind === "filter")!.decidedBy;
            assert.match(decided.urn, /SecurityRule::rdp$/);
            assert.strictEqual(decided.property, undefined);
            assert.match(decided.text, /NSG nsg, rule "rdp" \(priority 300\)/);
        }));
    it("standalone deny before an inline allow", () => expects([...publicVm(allow()), standalone("stop", deny({ name: undefined }))], "public-address", "closed", "stop"));
    it("standalone rule on another NSG", () =>
        expects([...publicVm(), nsg("other"), { ...standalone("rdp", allow()), inputs: { ...allow(), networkSecurityGroupName: ref("other", "name") } }], "public-address", "closed", "DenyAllInBound"));
    it("standalone rule that names its NSG in plain text", () =>
        expects([vnet, subnet(), pip(), nsg("nsg", [], { networkSecurityGroupName: "web-nsg" }), nic(withPip, withNsg), vm(), { ...standalone("rdp", {}), inputs: { ...allow(), networkSecurityGroupName: "web-nsg" } }], "public-address", "open"));

    it("after a refresh the NSG's own list holds the standalone rule too", () => {
        const specs = [...publicVm(), standalone("rdp", allow({ securityRuleName: "rdp", name: undefined }))];
        const refreshed = specs.map((s) => (s.name === "nsg" ? { ...s, inputs: { securityRules: [allow({ name: "rdp" })] } } : s));
        eachHost(refreshed, (host) => {
            const gate = pathOf(host, "public-address").hops.find((h) => h.kind === "filter")!.gate;
            assert.ok(gate.type === "filter");
            assert.deepStrictEqual(gate.filter.rules.map((r) => r.origin.property), [undefined, undefined, undefined]);
        });
    });

    it("host in the application security group of the rule", () =>
        expects(
            [vnet, subnet(), pip(), asg("servers"), nsg("nsg", [allow({ destinationAddressPrefix: undefined, destinationApplicationSecurityGroups: [{ id: ref("servers") }] })]), nic({ ...withPip, applicationSecurityGroups: [{ id: ref("servers") }] }, withNsg), vm()],
            "public-address",
            "open",
        ));
    it("application security group not joined", () =>
        expects([vnet, subnet(), pip(), asg("servers"), nsg("nsg", [allow({ destinationAddressPrefix: undefined, destinationApplicationSecurityGroups: [{ id: ref("servers") }] })]), nic(withPip, withNsg), vm()], "public-address", "closed", "DenyAllInBound"));
    it("another application security group joined", () =>
        expects(
            [vnet, subnet(), pip(), asg("servers"), asg("others"), nsg("nsg", [allow({ destinationAddressPrefix: undefined, destinationApplicationSecurityGroups: [{ id: ref("servers") }] })]), nic({ ...withPip, applicationSecurityGroups: [{ id: ref("others") }] }, withNsg), vm()],
            "public-address",
            "closed",
        ));
    it("a source application security group admits nobody on the Internet", () =>
        expects([vnet, subnet(), pip(), asg("servers"), nsg("nsg", [allow({ sourceAddressPrefix: undefined, sourceApplicationSecurityGroups: [{ id: ref("servers") }] })]), nic(withPip, withNsg), vm()], "public-address", "closed"));

    it("a member of the source application security group gets in, once its address is known", () => {
        const rule = allow({ sourceAddressPrefix: undefined, sourceApplicationSecurityGroups: [{ id: ref("jump") }] });
        const jump: Spec = { ...nic({ applicationSecurityGroups: [{ id: ref("jump") }], privateIPAddress: "10.0.1.9" }), name: "jump-nic" };
        expects([vnet, subnet(), asg("jump"), jump, nsg("nsg", [rule, deny({ priority: 4000 })]), nic({}, withNsg), vm()], "private-network", "open", "", { cidr: "10.0.1.9" });
    });
    it("destination that covers part of the subnet depends on an address that Azure assigns", () => {
        const specs = publicVm(allow({ destinationAddressPrefix: "10.0.1.4" }));
        eachHost(specs, (host, form) => assert.strictEqual(reach(host, "public-address").verdict, form === "preview" ? "unknown" : "open"));
    });
    it("destination that is the static address of the host", () =>
        expects([vnet, subnet(), pip(), nsg("nsg", [allow({ destinationAddressPrefix: "10.0.1.4" })]), nic({ ...withPip, privateIPAddress: "10.0.1.4", privateIPAllocationMethod: "Static" }, withNsg), vm()], "public-address", "open"));

    it("an NSG of another stack is an assumption", () => {
        const id = "/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/networkSecurityGroups/shared";
        const specs = [vnet, subnet(), pip(), nic(withPip, { networkSecurityGroup: { id } }), vm()];
        eachHost(specs, (host) => {
            const path = reach(host, "public-address");
            assert.strictEqual(path.verdict, "open");
            assert.ok(path.assumptions.some((a) => a.includes("NSG shared of another stack")));
        });
        expects(specs, "public-address", "unknown", "NSG shared", { outside: "unknown" });
    });
    it("an NSG that is read from another stack tells its rules", () =>
        expects([vnet, subnet(), pip(), { ...nsg("nsg", [deny()]), external: true }, nic(withPip, withNsg), vm()], "public-address", "closed", "deny"));
    it("a classic NSG is not modelled", () =>
        eachHost([vnet, subnet(), pip(), { type: "azure:network/networkSecurityGroup:NetworkSecurityGroup", name: "nsg", inputs: {} }, nic(withPip, withNsg), vm()], (host) => {
            assert.strictEqual(reach(host, "public-address").verdict, "unknown");
            assert.strictEqual(host.unmodelled[0]?.type, "azure:network/networkSecurityGroup:NetworkSecurityGroup");
        }));

    it("types with a version in the module, and of local packages", () => {
        for (const type of ["azure-native:network/v20230201:NetworkSecurityGroup", "azure-native_network_v20230201:network:NetworkSecurityGroup"]) {
            expects([vnet, subnet(), pip(), { ...nsg("nsg", [deny()]), type }, nic(withPip, withNsg), vm()], "public-address", "closed", "deny");
            assert.ok(azure.matters(type));
        }
    });

    it("two NSGs at preview: what both do is certain", () => {
        const specs = (second: Record<string, unknown>): Spec[] => [
            nsg("a", [allow()]),
            nsg("b", [second]),
            { ...vnet, inputs: { ...vnet.inputs, subnets: [{ name: "one", addressPrefix: "10.0.1.0/24", networkSecurityGroup: { id: ref("a") } }, { name: "two", addressPrefix: "10.0.2.0/24", networkSecurityGroup: { id: ref("b") } }] } },
            pip(),
            nic({ ...withPip, subnet: { id: ref("vnet", "subnets[0].id") } }),
            vm(),
        ];
        expects(specs(allow({ priority: 200 })), "public-address", "open");
        each(specs(deny()), ([host], form) => assert.strictEqual(reach(host!, "public-address").verdict, form === "preview" ? "unknown" : "open"));
    });
});

describe("azure: declared filters", () => {
    it("each rule stands at its property path, in the order of evaluation", () => {
        const made = stack([nsg("nsg", [allow(), deny(), allow({ name: "out", direction: "Outbound", priority: 200 })])]);
        for (const form of ["preview", "state"] as const) {
            const filters = azure.filters(made[form].urn(made.urn("nsg"))!);
            assert.deepStrictEqual(
                filters.map((f) => [f.direction, f.filter.rules.map((r) => r.origin.property)]),
                [
                    ["in", ["securityRules[1]", "securityRules[0]"]],
                    ["out", ["securityRules[2]"]],
                ],
            );
        }
    });
    it("a standalone rule is a filter of its own", () => {
        const made = stack([nsg("nsg"), standalone("rdp", allow({ sourcePortRange: "3389" }))]);
        const [filter] = azure.filters(made.preview.urn(made.urn("rdp"))!);
        assert.strictEqual(filter?.filter.rules.length, 1);
        assert.match(filter.filter.rules[0]!.origin.text, /source port 3389/);
    });
    it("other resources declare none", () => assert.deepStrictEqual(azure.filters(stack([vnet]).preview.resources[0]!), []));
});
