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

    it("a deny comes before every NSG", () => expects([...publicVm(allow()), ...around, member, rule()], "public-address", "closed", "network manager rule admin"));
    it("an allow leaves the decision to the NSG", () => expects([...publicVm(deny()), ...around, member, rule({ access: "Allow" })], "public-address", "closed", "NSG nsg"));
    it("always allow passes every NSG", () => expects([...publicVm(deny()), ...around, member, rule({ access: "AlwaysAllow" })], "public-address", "open"));
    it("a group that Azure Policy fills may hold the network or not", () => expects([...publicVm(allow()), ...around, rule()], "public-address", "unknown", "network manager rule admin"));
    it("a group that holds another network", () => {
        const other: Spec = { ...vnet, name: "other" };
        expects([...publicVm(allow()), other, ...around, { ...member, inputs: { ...member.inputs, resourceId: ref("other") } }, rule()], "public-address", "open");
    });
    it("a rule for another port", () => expects([...publicVm(allow()), ...around, member, rule({ destinationPortRanges: ["22"] })], "public-address", "open"));
});

describe("azure: order of a path", () => {
    it("address, filters, guest", () => eachHost(publicVm(allow()), (host) => assert.deepStrictEqual(pathOf(host, "public-address").hops.map((h) => h.kind), ["address", "filter", "guest-firewall", "listener"])));
});
