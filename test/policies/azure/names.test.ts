import assert from "node:assert";
import { Host, HostName } from "../../../core/host";
import { isKnown } from "../../../core/known";
import { Form, Spec, ref } from "../fixture";
import { allow, each, eachHost, nic, nsg, pathOf, pip, publicVm, subnet, vm, vnet, withNsg } from "./model";

type Props = Record<string, unknown>;

function record(content: Props, more: Props = {}, type = "azure-native:dns:RecordSet"): Spec {
    return { type, name: "record", inputs: { resourceGroupName: "rg", zoneName: "example.com", relativeRecordSetName: "desk", recordType: "A", ...content, ...more } };
}

const takes = (address: string): Props => ({ aRecords: [{ ipv4Address: address }] });
const dynamic = pip({ publicIPAllocationMethod: "Dynamic", sku: { name: "Basic" } });

function points(host: Host): HostName["points"][] {
    return host.names.map((n) => n.points);
}

/** What the names of the one host point at, in both forms. */
function expects(specs: readonly Spec[], expected: readonly HostName["points"][], says: RegExp = /./): void {
    eachHost(specs, (host) => {
        assert.deepStrictEqual(points(host), expected, host.names.map((n) => n.text).join("; "));
        host.names.forEach((n) => assert.match(`${n.name}: ${n.text}`, says));
    });
}

/** Azure has given the NIC an address. */
const assigned = { outputs: { ipConfigurations: [{ name: "main", privateIPAddress: "10.0.1.4" }] } };
const server = publicVm(allow()).map((s) => (s.name === "nic" ? { ...s, ...assigned } : s));
const withAddress = (address: Spec): Spec[] => server.map((s) => (s.name === "pip" ? address : s));
/** A second Windows VM with a NIC and an address of its own. */
const other: readonly Spec[] = [
    { ...pip(), name: "other-pip" },
    { ...nic({ publicIPAddress: { id: ref("other-pip") } }, withNsg), name: "other-nic" },
    { ...vm({ vmName: "other", osProfile: { computerName: "other", windowsConfiguration: {} }, networkProfile: { networkInterfaces: [{ id: ref("other-nic") }] } }), name: "other" },
];

describe("azure: names", () => {
    it("a host without names", () => expects(server, []));

    for (const type of ["azure-native:dns:RecordSet", "azure-native:network:RecordSet", "azure-native:dns/v20180501:RecordSet", "azure-native_dns_v20180501:dns:RecordSet"]) {
        it(`static address behind a name (${type})`, () => expects([...server, record(takes(ref("pip", "ipAddress")), {}, type)], ["static"], /^desk\.example\.com: the public IP address pip/));
    }
    it("dynamic address behind a DNS name", () => expects([...withAddress(dynamic), record(takes(ref("pip", "ipAddress")))], ["dynamic"], /Dynamic/));
    it("retired Basic address without an allocation method is dynamic", () => expects([...withAddress(pip({ sku: { name: "Basic" } })), record(takes(ref("pip", "ipAddress")))], ["dynamic"]));
    it("address that is looked up once the NIC holds it", () =>
        expects([...withAddress(dynamic), { ...record(takes(ref("pip", "ipAddress"))), from: { aRecords: ["nic", "web"] } }], ["dynamic"]));
    it("alias record set follows a dynamic address", () => expects([...withAddress(dynamic), record({ targetResource: { id: ref("pip") } })], ["static"]));
    it("label of a dynamic address follows it", () => {
        const labelled = pip({ publicIPAllocationMethod: "Dynamic", sku: { name: "Basic" }, dnsSettings: { domainNameLabel: "team-box" } });
        expects(withAddress({ ...labelled, outputs: { dnsSettings: { domainNameLabel: "team-box", fqdn: "team-box.westeurope.cloudapp.azure.com" } } }), ["static"], /^team-box/);
    });
    it("CNAME to the label of the address", () => {
        const labelled: Spec = { ...pip({ dnsSettings: { domainNameLabel: "team-box" } }), outputs: { dnsSettings: { domainNameLabel: "team-box", fqdn: "team-box.westeurope.cloudapp.azure.com" } } };
        expects([...withAddress(labelled), record({ cnameRecord: { cname: ref("pip", "dnsSettings.fqdn") } })], ["static", "static"]);
    });
    it("CNAME to a name that is not ours", () => expects([...server, record({ cnameRecord: { cname: "web.azurewebsites.net" } }, { relativeRecordSetName: "web" })], []));

    for (const type of ["azure-native:privatedns:PrivateRecordSet", "azure-native:network:PrivateRecordSet"]) {
        it(`private zone takes the NIC's address (${type})`, () =>
            expects([...server, { ...record({ aRecords: [{ ipv4Address: ref("nic", "ipConfigurations[0].privateIPAddress") }] }, { zoneName: undefined, privateZoneName: "corp.example.com" }, type) }], ["static"], /lasts as long as the NIC/));
    }
    it("private address that is written twice, on the NIC and in the record", () => {
        const fixed = [vnet, subnet(), nsg("nsg", [allow()]), nic({ privateIPAddress: "10.0.1.4", privateIPAllocationMethod: "Static" }, withNsg), vm()];
        expects([...fixed, record(takes("10.0.1.4"))], ["static"]);
        expects([...fixed, record(takes("10.0.1.5"), { relativeRecordSetName: "web" })], ["elsewhere"], /10\.0\.1\.5, which is not an address of web/);
        expects([...fixed, record(takes("10.9.9.9"), { relativeRecordSetName: "web" })], []);
    });

    it("record of another host is that host's", () => {
        each([...server, ...other, record(takes(ref("other-pip", "ipAddress")))], (hosts) => assert.deepStrictEqual(hosts.map(points), [[], ["static"]]));
    });
    it("name of the host leads to another host", () => {
        each([...server, ...other, record(takes(ref("other-pip", "ipAddress")), { relativeRecordSetName: "web" })], (hosts) => {
            assert.deepStrictEqual(hosts.map(points), [["elsewhere"], ["static"]]);
            assert.match(hosts[0]!.names[0]!.text, /an address of other$/);
        });
    });
    it("split horizon: the same name leads to the host in another zone", () => {
        const inside = { ...record({ aRecords: [{ ipv4Address: ref("nic", "ipConfigurations[0].privateIPAddress") }] }, { relativeRecordSetName: "web" }, "azure-native:privatedns:PrivateRecordSet"), name: "inside" };
        each([...server, ...other, inside, record(takes(ref("other-pip", "ipAddress")), { relativeRecordSetName: "web" })], (hosts) => assert.deepStrictEqual(hosts.map(points), [["static"], ["static"]]));
    });
    it("name of the host leads to the address of something else: a gateway may be in front", () => {
        const gateway: Spec = { type: "azure-native:network:ApplicationGateway", name: "gateway", inputs: { resourceGroupName: "rg", frontendIPConfigurations: [{ name: "f", publicIPAddress: { id: ref("front") } }] } };
        expects([...server, { ...pip(), name: "front" }, gateway, record(takes(ref("front", "ipAddress")), { relativeRecordSetName: "web" })], []);
    });
    it("address that is attached to nothing", () => {
        const loose = [vnet, subnet(), pip(), nsg("nsg", [allow()]), nic({}, withNsg), vm()];
        expects([...loose, record(takes(ref("pip", "ipAddress")))], ["nothing"], /attached to nothing/);
        expects(loose.map((s) => (s.name === "pip" ? pip({ dnsSettings: { domainNameLabel: "team-box" } }) : s)), ["nothing"]);
    });
    it("address of a NAT gateway is attached", () => {
        const gateway: Spec = { type: "azure-native:network:NatGateway", name: "nat", inputs: { resourceGroupName: "rg", publicIpAddresses: [{ id: ref("pip") }] } };
        expects([vnet, subnet(), pip(), nsg("nsg", [allow()]), nic({}, withNsg), vm(), gateway, record(takes(ref("pip", "ipAddress")))], []);
    });
    it("address that another of several machines may take", () => {
        each([...server, ...other, { ...pip(), name: "spare" }, record(takes(ref("spare", "ipAddress")))], (hosts) => assert.deepStrictEqual(hosts.map(points), [[], []]));
    });
    it("record whose value is another stack's", () => {
        expects([...server, record(takes("198.51.100.80"))], []);
        eachHost([...server, record(takes("198.51.100.80"), { relativeRecordSetName: "web" })], (host, form: Form) => {
            // At preview it may be the very address that Azure is going to give.
            assert.deepStrictEqual(points(host), [form === "preview" ? "unknown" : "elsewhere"]);
        });
    });
    it("record whose value is another stack's, for a host that only another stack's firewall leads to", () =>
        expects([vnet, subnet(), nsg("nsg", [allow()]), nic({}, withNsg), vm(), record(takes("198.51.100.80"), { relativeRecordSetName: "web" })], []));

    it("name of the balancer that forwards to the host", () => {
        const lb: Spec = {
            type: "azure-native:network:LoadBalancer",
            name: "lb",
            inputs: { resourceGroupName: "rg", loadBalancerName: "lb", frontendIPConfigurations: [{ name: "f", publicIPAddress: { id: ref("pip") } }], inboundNatRules: [{ name: "rdp", protocol: "Tcp", frontendPort: 3389, backendPort: 3389 }] },
        };
        const behind = [vnet, subnet(), pip(), nsg("nsg", [allow()]), lb, nic({ loadBalancerInboundNatRules: [{ id: ref("lb", "inboundNatRules[0].id") }] }, withNsg), vm()];
        expects([...behind, record(takes(ref("pip", "ipAddress")))], ["static"]);
    });
    it("idle time-out of a NAT rule", () => {
        const behind = (rule: Props): Spec[] => [
            vnet,
            subnet(),
            pip(),
            nsg("nsg", [allow()]),
            {
                type: "azure-native:network:LoadBalancer",
                name: "lb",
                inputs: { resourceGroupName: "rg", loadBalancerName: "lb", frontendIPConfigurations: [{ name: "f", publicIPAddress: { id: ref("pip") } }], inboundNatRules: [{ name: "rdp", protocol: "Tcp", frontendPort: 3389, backendPort: 3389, ...rule }] },
            },
            nic({ loadBalancerInboundNatRules: [{ id: ref("lb", "inboundNatRules[0].id") }] }, withNsg),
            vm(),
        ];
        const idle = (specs: readonly Spec[], minutes: number, reset: boolean): void =>
            eachHost(specs, (host) => {
                const gate = pathOf(host, "nat-rule").hops.flatMap((h) => (h.gate.type === "forward" ? [h.gate] : []))[0]!;
                assert.ok(gate.idle !== undefined && isKnown(gate.idle.minutes) && isKnown(gate.idle.reset));
                assert.deepStrictEqual([gate.idle.minutes.value, gate.idle.reset.value, gate.idle.origin.property], [minutes, reset, "inboundNatRules[0].idleTimeoutInMinutes"]);
            });
        idle(behind({}), 4, false);
        idle(behind({ idleTimeoutInMinutes: "30", enableTcpReset: true }), 30, true);
    });
    it("a dynamic address of somebody else's stack is no business of ours", () => expects([...publicVm(allow()), { ...record(takes("198.51.100.80")), external: true }], []));
    it("a host with its address twice named", () => expects([...server, record(takes(ref("pip", "ipAddress"))), { ...record({ targetResource: { id: ref("pip") } }), name: "alias" }], ["static", "static"]));
});
