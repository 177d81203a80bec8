import assert from "node:assert";
import { Spec, ref } from "../fixture";
import { allow, each, eachHost, expects, nic, nsg, reach, subnet, vm, vnet, withNsg } from "./model";

type Props = Record<string, unknown>;

describe("azure: the clients' own route tables", () => {
    const az = (kind: string, name: string, inputs: Props): Spec => ({ type: `azure-native:network:${kind}`, name, inputs: { resourceGroupName: "rg", ...inputs } });
    const hub = az("VirtualNetwork", "hub", { addressSpace: { addressPrefixes: ["10.9.0.0/16"] } });
    const peering = (from: string, to: string): Spec => az("VirtualNetworkPeering", `${from}-${to}`, { virtualNetworkName: ref(from, "name"), remoteVirtualNetwork: { id: ref(to) } });
    const admins = (more: Props = { routeTable: { id: ref("hub-routes") } }): Spec => az("Subnet", "admins", { virtualNetworkName: ref("hub", "name"), addressPrefix: "10.9.1.0/24", ...more });
    const table = (...routes: Props[]): Spec => az("RouteTable", "hub-routes", { routes });
    const route = (addressPrefix: string, nextHopType: unknown = "None"): Props => ({ name: addressPrefix, addressPrefix, nextHopType });
    const stack = (...more: Spec[]): Spec[] => [vnet, subnet(), nsg("nsg", [allow({ sourceAddressPrefix: "10.0.0.0/8" })]), nic({}, withNsg), vm({ tags: { "rdp-ready:clients": "10.9.1.0/24" } }), hub, peering("vnet", "hub"), peering("hub", "vnet"), ...more];
    const from = (specs: Spec[], verdict: "open" | "closed" | "unknown", says = "", cidr = "10.9.1.0/24"): void => expects(specs, "private-network", verdict, says, { cidr });

    it("no route of their own", () => from(stack(admins({})), "open"));
    it("an empty table", () => from(stack(admins(), table()), "open"));
    it("a route that drops what goes to the host", () => {
        const says = "subnet admins of hub, route table hub-routes: 10.0.0.0/16 goes to None, so that what its machines send to 10.0.1.0/24 does not arrive";
        expects(stack(admins(), table(route("10.0.0.0/16"))).map((s) => (s.name === "nic" ? nic({ privateIPAddress: "10.0.1.4" }, withNsg) : s)), "private-network", "closed", says.replace("10.0.1.0/24", "10.0.1.4"), { cidr: "10.9.1.0/24", property: "routes[0]" });
    });
    it("a route to the Internet loses private addresses", () => from(stack(admins(), table(route("10.0.1.0/24", "Internet"))), "closed", "10.0.1.0/24 goes to Internet"));
    it("the system's route to the peer is longer than a default route, or as long as decides", () => {
        from(stack(admins(), table(route("0.0.0.0/0"))), "open");
        from(stack(admins(), table(route("10.0.0.0/8"))), "open");
        from(stack(admins(), table(route("0.0.0.0/0", "Internet"))), "open");
    });
    it("a longer prefix to an appliance wins over what drops", () => from(stack(admins(), table(route("10.0.0.0/16"), route("10.0.1.0/24", "VirtualAppliance"))), "open"));
    it("an appliance or a gateway carries on", () => {
        from(stack(admins(), table(route("10.0.0.0/16", "VirtualAppliance"))), "open");
        from(stack(admins(), table(route("10.0.0.0/16", "VirtualNetworkGateway"))), "open");
    });
    it("a part of the host's subnet is dropped", () =>
        eachHost(stack(admins(), table(route("10.0.1.128/25"))), (host, form) => assert.strictEqual(reach(host, "private-network", "10.9.1.0/24").verdict, form === "preview" ? "unknown" : "open")));
    it("a next hop that is not known", () => from(stack(admins(), table(route("10.0.1.0/24", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"))), "unknown"));
    it("a prefix that is not known", () => from(stack(admins(), table(route("04da6b54-80e4-46f7-96ec-b56ff0331ba9"))), "unknown"));
    it("standalone route", () => from(stack(admins(), table(), az("Route", "drop", { routeTableName: ref("hub-routes", "name"), addressPrefix: "10.0.0.0/16", nextHopType: "None" })), "closed", "goes to None"));
    it("inline subnet", () => {
        const inline = { ...hub, inputs: { ...hub.inputs, subnets: [{ name: "admins", addressPrefix: "10.9.1.0/24", routeTable: { id: ref("hub-routes") } }, { name: "GatewaySubnet", addressPrefix: "10.9.255.0/27" }] } };
        from([...stack(table(route("10.0.0.0/16"))).filter((s) => s.name !== "hub"), inline], "closed", "subnet admins of hub");
    });
    it("where other subnets get there, the one that does not may be cut off on purpose", () => {
        const other = az("Subnet", "other", { virtualNetworkName: ref("hub", "name"), addressPrefix: "10.9.2.0/24" });
        from(stack(admins(), other, table(route("10.0.0.0/16"))), "unknown", "goes to None");
        from(stack(admins(), other, table(route("10.0.0.0/16"))), "open", "", "10.9.2.0/24");
    });
    it("clients elsewhere are not concerned", () => from(stack(admins(), table(route("10.0.0.0/16"))), "open", "", "10.50.0.0/16"));
    it("a subnet of the host's own network", () => {
        const own = az("Subnet", "cut-off", { virtualNetworkName: ref("vnet", "name"), addressPrefix: "10.0.2.0/24", routeTable: { id: ref("hub-routes") } });
        from(stack(own, table(route("10.0.1.0/24"))), "unknown", "goes to None", "10.0.2.0/24");
    });
    it("a network that is peered one way only, or not in this stack, is not looked into", () => {
        from(stack(admins(), table(route("10.0.0.0/16"))).filter((s) => s.name !== "hub-vnet"), "open");
        from(stack(admins({ routeTable: { id: "/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/routeTables/theirs" } })), "open");
    });
    it("a gateway of another stack connects from addresses of its own", () =>
        each(stack(admins(), table(route("10.0.0.0/16"))).map((s) => (s.name === "web" ? vm({ tags: { "rdp-ready:clients": "10.9.1.0/24", "rdp-ready:path": "gateway" } }) : s)), ([host]) => {
            const [path] = host!.paths.filter((p) => p.via === "gateway");
            assert.ok(path !== undefined && path.hops.every((h) => h.kind !== "route"));
        }));
});
