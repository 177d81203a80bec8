import assert from "node:assert";
import { Spec, ref } from "../fixture";
import { allow, client, deny, eachHost, expects, nic, nsg, pathOf, pip, publicVm, reach, subnet, vm, vnet, withNsg } from "./model";

type Props = Record<string, unknown>;

describe("azure: Bastion", () => {
    const bastionSubnet = (change: Props = {}): Spec => ({ type: "azure-native:network:Subnet", name: "bastion-subnet", inputs: { resourceGroupName: "rg", virtualNetworkName: ref("vnet", "name"), subnetName: "AzureBastionSubnet", addressPrefix: "10.0.8.0/26", ...change } });
    const bastion = (change: Props = {}): Spec => ({ type: "azure-native:network:BastionHost", name: "bastion", inputs: { resourceGroupName: "rg", sku: { name: "Standard" }, ipConfigurations: [{ name: "main", subnet: { id: ref("bastion-subnet") }, publicIPAddress: { id: ref("pip") } }], ...change } });
    const stack = (rules: Props[], change: { bastion?: Props; subnet?: Props; vm?: Props } = {}): Spec[] => [vnet, subnet(), bastionSubnet(change.subnet), pip(), bastion(change.bastion), nsg("nsg", rules), nic({}, withNsg), vm(change.vm)];

    it("the target's NSG sees the Bastion subnet", () => expects(stack([allow({ sourceAddressPrefix: "10.0.8.0/26" }), deny({ priority: 4000 })]), "bastion", "open"));
    it("the default rules admit it", () => expects(stack([]), "bastion", "open"));
    it("a target NSG for the client refuses Bastion, and the client sees 0x904", () =>
        eachHost(stack([allow(), deny({ priority: 4000 })]), (host) => {
            const { verdict, deciding } = reach(host, "bastion");
            assert.deepStrictEqual([verdict, deciding.symptom], ["closed", "0x904"]);
        }));
    it("subnet with another name", () => expects(stack([], { subnet: { subnetName: "bastion" } }), "bastion", "closed", "must be called AzureBastionSubnet", { property: "subnetName" }));
    it("subnet named by Pulumi at preview", () => eachHost(stack([], { subnet: { subnetName: undefined } }), (host, form) => assert.strictEqual(reach(host, "bastion").verdict, form === "preview" ? "unknown" : "closed")));
    it("subnet too small", () => expects(stack([], { subnet: { addressPrefix: "10.0.8.0/27" } }), "bastion", "closed", "/26 or larger"));
    it("another port takes the SKU Standard", () => {
        const tags = { "rdp-ready:clients": client, "rdp-ready:port": "3390" };
        expects(stack([], { bastion: { sku: { name: "Basic" } }, vm: { tags } }), "bastion", "closed", "takes Standard or Premium");
    });
    it("an NSG on the Bastion subnet that refuses the client", () =>
        expects([nsg("bastion-nsg", [allow({ destinationPortRange: "443", sourceAddressPrefix: "198.51.100.0/24" })]), ...stack([], { subnet: { networkSecurityGroup: { id: ref("bastion-nsg") } } })], "bastion", "closed", "NSG bastion-nsg"));
    describe("the NSG on its subnet", () => {
        const out = (destinationPortRange: string, destinationAddressPrefix: string, priority: number): Props => allow({ name: `out-${destinationPortRange}`, direction: "Outbound", sourceAddressPrefix: "*", destinationAddressPrefix, destinationPortRange, priority });
        const complete: Props[] = [
            allow({ name: "https", priority: 120, destinationPortRange: "443", sourceAddressPrefix: "Internet" }),
            allow({ name: "manager", priority: 130, destinationPortRange: "443", sourceAddressPrefix: "GatewayManager" }),
            allow({ name: "probe", priority: 140, destinationPortRange: "443", sourceAddressPrefix: "AzureLoadBalancer" }),
            allow({ name: "data", priority: 150, destinationPortRange: undefined, destinationPortRanges: ["8080", "5701"], sourceAddressPrefix: "VirtualNetwork", destinationAddressPrefix: "VirtualNetwork" }),
            deny({ name: "rest", priority: 4096, destinationPortRange: "*", protocol: "*" }),
            out("3389", "VirtualNetwork", 100),
            out("443", "AzureCloud", 110),
            { ...out("8080", "VirtualNetwork", 120), destinationPortRange: undefined, destinationPortRanges: ["8080", "5701"] },
            out("80", "Internet", 130),
            deny({ name: "rest-out", direction: "Outbound", priority: 4096, destinationPortRange: "*", protocol: "*" }),
        ];
        const guarded = (rules: Props[], target: Props[] = []): Spec[] => [nsg("own", rules), ...stack(target, { subnet: { networkSecurityGroup: { id: ref("own") } } })];
        const without = (name: string): Props[] => complete.filter((r) => r["name"] !== name);
        const instead = (name: string, change: Props): Props[] => complete.map((r) => (r["name"] === name ? { ...r, ...change } : r));

        it("all that Microsoft lists", () => expects(guarded(complete), "bastion", "open"));
        it("no rule for clients: that GatewayManager may come says nothing of them", () => expects(guarded(without("https")), "bastion", "closed", 'rule "rest"'));
        it("no rules of its own: the client is refused", () => expects(guarded([]), "bastion", "closed", "DenyAllInBound"));
        it("defaults admit the probes, the instances and everything out", () => expects(guarded([allow({ destinationPortRange: "443", sourceAddressPrefix: client }), allow({ name: "manager", priority: 310, destinationPortRange: "443", sourceAddressPrefix: "GatewayManager" })]), "bastion", "open"));
        it("without GatewayManager", () => {
            const own = (...more: Props[]): Spec[] => guarded([allow({ destinationPortRange: "443", sourceAddressPrefix: client }), ...more]);
            expects(own(), "bastion", "closed", "must admit tcp 443 from GatewayManager, which runs Bastion: NSG own, default rule DenyAllInBound");
            expects(own(deny({ name: "rest", priority: 4096, destinationPortRange: "*" })), "bastion", "closed", 'NSG own, rule "rest"');
            expects(own(deny({ name: "first", priority: 100, destinationPortRange: "443", sourceAddressPrefix: "GatewayManager" }), allow({ name: "any", priority: 400, destinationPortRange: "443", sourceAddressPrefix: "*" })), "bastion", "closed", 'rule "first"');
        });
        it("a rule for everybody holds GatewayManager, one for AzureCloud or half the world may", () => {
            const own = (source: string): Spec[] => guarded([allow({ destinationPortRange: "443", sourceAddressPrefix: client }), allow({ name: "more", priority: 310, destinationPortRange: "443", sourceAddressPrefix: source })]);
            expects(own("*"), "bastion", "open");
            expects(own("Internet"), "bastion", "open");
            expects(own("gatewaymanager"), "bastion", "open");
            expects(own("AzureCloud"), "bastion", "unknown", "GatewayManager");
            expects(own("0.0.0.0/1"), "bastion", "unknown", "GatewayManager");
            expects(own("VirtualNetwork"), "bastion", "closed", "GatewayManager");
        });
        it("without the probes, where all else is denied", () => expects(guarded(without("probe")), "bastion", "closed", 'must admit tcp 443 from AzureLoadBalancer, whose probes find Bastion\'s instances: NSG own, rule "rest"', { property: "securityRules[3]" }));
        it("without its instances' own traffic, in or out", () => {
            expects(guarded(without("data")), "bastion", "closed", "must admit tcp 8080 from VirtualNetwork");
            expects(guarded(instead("data", { destinationPortRanges: ["8080"] })), "bastion", "closed", "must admit tcp 5701");
            expects(guarded(without("out-8080")), "bastion", "closed", "must let tcp 8080 out to VirtualNetwork");
        });
        it("without AzureCloud", () => {
            expects(guarded(without("out-443")), "bastion", "closed", "must let tcp 443 out to AzureCloud");
            expects(guarded(instead("out-443", { destinationAddressPrefix: "Internet" })), "bastion", "open");
            expects(guarded(instead("out-443", { destinationAddressPrefix: "AzureCloud.WestEurope" })), "bastion", "unknown", "AzureCloud");
        });
        it("out to the host: another port, another network, the host's own", () => {
            expects(guarded(instead("out-3389", { destinationPortRange: "22" })), "bastion", "closed", "must let Bastion out to web");
            expects(guarded(instead("out-3389", { destinationAddressPrefix: "10.7.0.0/16" })), "bastion", "closed", "must let Bastion out to web");
            expects(guarded(instead("out-3389", { destinationAddressPrefix: "10.0.1.0/24" })), "bastion", "open");
            expects(guarded(instead("out-3389", { sourceAddressPrefix: "10.0.8.0/26" })), "bastion", "open");
            expects(guarded(instead("out-3389", { sourceAddressPrefix: "10.0.9.0/26" })), "bastion", "closed", "must let Bastion out to web");
        });
        it("the client sees 0x904 where Bastion cannot get out to the host", () => eachHost(guarded(without("out-3389")), (host) => assert.strictEqual(reach(host, "bastion").deciding.symptom, "0x904")));
        it("port 80 to the Internet is recommended only", () => expects(guarded(without("out-80")), "bastion", "open"));
        it("a priority that is not known decides nothing", () => expects(guarded([...complete, deny({ name: "late", direction: "Outbound", priority: "04da6b54-80e4-46f7-96ec-b56ff0331ba9", destinationPortRange: "*" })]), "bastion", "unknown", "NSG own"));
        it("one of two NSGs", () => {
            const specs = stack([], { subnet: { networkSecurityGroup: { id: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" } } }).map((s) => (s.name === "bastion-subnet" ? { ...s, from: { networkSecurityGroup: ["own", "other"] } } : s));
            expects([nsg("own", complete), nsg("other", without("manager").map((r) => (r["name"] === "https" ? { ...r, sourceAddressPrefix: client } : r))), ...specs], "bastion", "unknown");
        });
        it("an NSG of another stack is not looked into", () => expects(stack([], { subnet: { networkSecurityGroup: { id: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/theirs" } } }), "bastion", "open"));
    });
    it("Bastion alone is no sign that a host is meant to be reached", () => eachHost(stack([], { vm: { tags: {} } }), (host) => assert.strictEqual(host.intent.kind, "none")));
    it("Bastion of another network reaches nothing", () => {
        const other: Spec = { ...vnet, name: "other" };
        const specs = stack([]).map((s) => (s.name === "bastion-subnet" ? bastionSubnet({ virtualNetworkName: ref("other", "name") }) : s));
        eachHost([other, ...specs], (host) => assert.ok(host.paths.every((p) => p.via !== "bastion")));
    });
    it("Bastion of a peered network", () => {
        const other: Spec = { ...vnet, name: "other", inputs: { addressSpace: { addressPrefixes: ["10.9.0.0/16"] } } };
        const peer = (name: string, from: string, to: string): Spec => ({ type: "azure-native:network:VirtualNetworkPeering", name, inputs: { virtualNetworkName: ref(from, "name"), remoteVirtualNetwork: { id: ref(to) } } });
        const specs = stack([]).map((s) => (s.name === "bastion-subnet" ? bastionSubnet({ virtualNetworkName: ref("other", "name"), addressPrefix: "10.9.8.0/26" }) : s));
        expects([other, peer("a", "vnet", "other"), peer("b", "other", "vnet"), ...specs], "bastion", "open");
    });
    it("inline subnets", () => {
        const net: Spec = { ...vnet, inputs: { ...vnet.inputs, subnets: [{ name: "servers", addressPrefix: "10.0.1.0/24" }, { name: "AzureBastionSubnet", addressPrefix: "10.0.8.0/26" }] } };
        const host = bastion({ ipConfigurations: [{ name: "main", subnet: { id: ref("vnet", "subnets[1].id") }, publicIPAddress: { id: ref("pip") } }] });
        expects([net, pip(), host, nic({ subnet: { id: ref("vnet", "subnets[0].id") } }), vm()], "bastion", "open");
    });
});

describe("azure: just-in-time access", () => {
    const jit: Spec = {
        type: "azure-native:security:JitNetworkAccessPolicy",
        name: "jit",
        inputs: { ascLocation: "westeurope", resourceGroupName: "rg", kind: "Basic", virtualMachines: [{ id: ref("web"), ports: [{ number: 3389, protocol: "TCP", allowedSourceAddressPrefix: client, maxRequestAccessDuration: "PT3H" }] }] },
    };
    it("closed until a request is granted is intended: an assumption", () =>
        eachHost([...publicVm(deny()), jit], (host) => {
            const path = reach(host, "public-address");
            assert.strictEqual(path.verdict, "open");
            assert.ok(path.assumptions.some((a) => a.includes("just-in-time")));
        }));
    it("a client that may not ask", () => expects([...publicVm(deny()), jit], "public-address", "closed", "deny", { cidr: "198.51.100.0/24" }));
});

describe("azure: network manager", () => {
    const rule = (change: Props = {}): Spec => ({
        type: "azure-native:network:AdminRule",
        name: "admin",
        inputs: { kind: "Custom", networkManagerName: "manager", configurationName: "conf", ruleCollectionName: ref("collection", "name"), access: "Deny", direction: "Inbound", priority: 10, protocol: "Tcp", sources: [{ addressPrefix: "Internet", addressPrefixType: "ServiceTag" }], destinationPortRanges: ["3389"], ...change },
    });
    const around: Spec[] = [
        { type: "azure-native:network:NetworkGroup", name: "group", inputs: { networkManagerName: "manager" } },
        { type: "azure-native:network:AdminRuleCollection", name: "collection", inputs: { networkManagerName: "manager", configurationName: "conf", appliesToGroups: [{ networkGroupId: ref("group") }] } },
    ];
    const member: Spec = { type: "azure-native:network:StaticMember", name: "member", inputs: { networkManagerName: "manager", networkGroupName: ref("group", "name"), resourceId: ref("vnet") } };

    const configuration: Spec = { type: "azure-native:network:SecurityAdminConfiguration", name: "configuration", inputs: { networkManagerName: "manager", configurationName: "conf" } };
    const commit = (change: Props = {}, name = "commit"): Spec => ({
        type: "azure-native:network:Commit",
        name,
        inputs: { networkManagerName: "manager", properties: { commitType: "SecurityAdmin", configurationIds: [ref("configuration")], targetLocations: ["westeurope"], ...change } },
    });
    const here = (specs: readonly Spec[], location: unknown = "West Europe"): Spec[] => specs.map((s) => (s.name === "vnet" ? { ...s, inputs: { ...s.inputs, location } } : s));
    /** With everything that a rule needs to count. */
    const managed = (nsgRule: Props, ...more: Spec[]): Spec[] => [...here(publicVm(nsgRule)), configuration, ...around, member, commit(), ...more];

    it("a deny comes before every NSG", () => expects(managed(allow(), rule()), "public-address", "closed", "network manager rule admin"));
    it("an allow leaves the decision to the NSG", () => expects(managed(deny(), rule({ access: "Allow" })), "public-address", "closed", "NSG nsg"));
    it("always allow passes every NSG", () => expects(managed(deny(), rule({ access: "AlwaysAllow" })), "public-address", "open"));
    it("a group that Azure Policy fills may hold the network or not", () => expects([...here(publicVm(allow())), configuration, ...around, commit(), rule()], "public-address", "unknown", "network manager rule admin"));
    it("a group that holds another network", () => {
        const other: Spec = { ...vnet, name: "other" };
        const specs = managed(allow(), rule(), other).map((s) => (s.name === "member" ? { ...s, inputs: { ...s.inputs, resourceId: ref("other") } } : s));
        expects(specs, "public-address", "open");
    });
    it("a rule for another port", () => expects(managed(allow(), rule({ destinationPortRanges: ["22"] })), "public-address", "open"));
    it("a rule for other destinations", () => {
        const to = (addressPrefix: string): Props => ({ destinations: [{ addressPrefix, addressPrefixType: "IPPrefix" }] });
        expects(managed(allow(), rule(to("10.0.7.0/24"))), "public-address", "open");
        expects(managed(allow(), rule(to("10.0.0.0/16"))), "public-address", "closed", "network manager rule admin");
        // Which address the host gets, Azure says when it makes the NIC.
        eachHost(managed(allow(), rule(to("10.0.1.0/28"))), (host, form) => assert.strictEqual(reach(host, "public-address").verdict, form === "preview" ? "unknown" : "closed"));
        expects(managed(deny(), rule({ access: "AlwaysAllow", ...to("10.0.7.0/24") })), "public-address", "closed", "NSG nsg");
    });

    describe("what is not committed does not count", () => {
        const without = (...names: string[]): Spec[] => managed(allow(), rule()).filter((s) => !names.includes(s.name));
        it("no commit in the stack: it may have been made elsewhere", () => {
            expects(without("commit"), "public-address", "unknown", "is committed to the region of this virtual network is not known");
            expects([...managed(deny(), rule({ access: "AlwaysAllow" })).filter((s) => s.name !== "commit")], "public-address", "unknown");
        });
        it("the configuration's id as text", () => expects([...without("commit"), commit({ configurationIds: ["/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/networkManagers/manager/securityAdminConfigurations/conf"] })], "public-address", "closed"));
        it("to another region", () => expects([...without("commit"), commit({ targetLocations: ["northeurope"] })], "public-address", "unknown", "committed"));
        it("the region of the network is not known", () => expects(here(without(), "04da6b54-80e4-46f7-96ec-b56ff0331ba9"), "public-address", "unknown", "committed"));
        it("another configuration is what the region is put to", () => {
            const other: Spec = { ...configuration, name: "other", inputs: { networkManagerName: "manager", configurationName: "other" } };
            expects([...without("commit"), other, commit({ configurationIds: [ref("other")] })], "public-address", "open");
            expects([...without("commit"), commit({ configurationIds: [] })], "public-address", "open");
        });
        it("two commits that do not agree", () => expects([...without(), commit({ configurationIds: [] }, "second")], "public-address", "unknown", "committed"));
        it("a commit of another kind says nothing", () => expects([...without("commit"), commit({ commitType: "Connectivity" })], "public-address", "unknown", "committed"));
    });

    describe("default rules", () => {
        const byDefault = (flag: string, outputs?: Props): Spec => ({
            type: "azure-native:network:DefaultAdminRule",
            name: "shipped",
            inputs: { kind: "Default", networkManagerName: "manager", configurationName: "conf", ruleCollectionName: ref("collection", "name"), flag },
            ...(outputs === undefined ? {} : { outputs }),
        });
        it("an allow leaves the decision to the NSG", () => {
            expects(managed(allow(), byDefault("AllowVnetInbound")), "public-address", "open");
            expects(managed(deny(), byDefault("AllowVnetInbound")), "public-address", "closed", "NSG nsg");
        });
        it("a deny counts at its priority, which Azure gives it", () => {
            const outputs = { access: "Deny", direction: "Inbound", priority: 65500, protocol: "Any", sources: [{ addressPrefix: "*", addressPrefixType: "IPPrefix" }], destinationPortRanges: ["0-65535"] };
            eachHost(managed(allow(), byDefault("DenyAllInbound", outputs)), (host, form) => assert.strictEqual(reach(host, "public-address").verdict, form === "preview" ? "unknown" : "closed"));
        });
        it("a flag that is not known", () => expects(managed(allow(), byDefault("SomethingNew")), "public-address", "unknown", "network manager rule shipped"));
        it("outbound rules do not bear on clients", () => expects(managed(allow(), byDefault("DenyAllOutbound")), "public-address", "open"));
    });
    it("a priority that is not known", () => expects(managed(allow(), rule({ priority: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" })), "public-address", "unknown", "network manager rule admin"));
});

describe("azure: order of a path", () => {
    it("address, filters, guest", () => eachHost(publicVm(allow()), (host) => assert.deepStrictEqual(pathOf(host, "public-address").hops.map((h) => h.kind), ["address", "filter", "guest-firewall", "listener"])));
});
