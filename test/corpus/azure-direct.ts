import { ref, whole } from "../policies/fixture";
import { Entry, Spec, allow, az, deny, nic, nsg, publicIp, publicVm, subnet, vnet, winVm } from "./entry";

/** Azure VMs that people reach by a public address of the VM's own. */

const office = "203.0.113.0/29";
const nicWithAddress = (more: Record<string, unknown> = {}): Spec => nic("card", { subnet: { id: ref("hosts") }, publicIPAddress: { id: ref("address") } }, more);

const entries: readonly Entry[] = [
    {
        name: "quick-start-vm",
        what: "The first VM of a tutorial: one NSG on the NIC, RDP and HTTP open to everyone.",
        works: "yes",
        intent: { server: "implied" },
        expect: { verdict: { server: "ready" } },
        specs: publicVm([allow("rdp", 1000, "3389"), allow("http", 1010, "80")]),
    },
    {
        name: "nsg-on-an-inline-subnet",
        what: "The VNet holds its subnet inline, and the NSG stands there; the NIC takes subnets[0].id.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            nsg("guard", [allow("AllowRdp", 200, "3389", office)]),
            vnet("net", "10.20.0.0/16", { subnets: [{ name: "default", addressPrefix: "10.20.0.0/24", networkSecurityGroup: { id: ref("guard") } }] }),
            publicIp("address", { dnsSettings: { domainNameLabel: "team-box" } }),
            nic("card", { subnet: { id: ref("net", "subnets[0].id") }, publicIPAddress: { id: ref("address") } }),
            winVm("server", "card"),
        ],
    },
    {
        name: "two-inline-subnets-with-one-nsg",
        what: "Two inline subnets share one NSG; which of them the NIC is in does not matter.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            nsg("guard", [allow("AllowRdp", 200, "3389", office)]),
            vnet("net", "10.20.0.0/16", {
                subnets: ["front", "back"].map((name, i) => ({ name, addressPrefix: `10.20.${i}.0/24`, networkSecurityGroup: { id: ref("guard") } })),
            }),
            publicIp("address"),
            nic("card", { subnet: { id: ref("net", "subnets[1].id") }, publicIPAddress: { id: ref("address") } }),
            winVm("server", "card"),
        ],
    },
    {
        name: "inline-subnets-that-differ",
        what: "The NIC is in the inline subnet without an NSG; the other one lets only HTTPS in. A preview does not tell which is meant.",
        works: "yes",
        formsDiffer: "the index into the VNet's subnets is lost in a preview, and the two subnets differ",
        expect: { verdict: { server: { preview: "unknown", state: "ready" } } },
        specs: [
            nsg("web-guard", [allow("https", 100, "443")]),
            nsg("guard", [allow("rdp", 100, "3389", office)]),
            vnet("net", "10.20.0.0/16", {
                subnets: [
                    { name: "web", addressPrefix: "10.20.0.0/24", networkSecurityGroup: { id: ref("web-guard") } },
                    { name: "admin", addressPrefix: "10.20.1.0/24" },
                ],
            }),
            publicIp("address"),
            nic("card", { subnet: { id: ref("net", "subnets[1].id") }, publicIPAddress: { id: ref("address") } }, { networkSecurityGroup: { id: ref("guard") } }),
            winVm("server", "card"),
        ],
    },
    {
        name: "whole-resources-passed",
        what: "Subnet, NSG and address are passed as whole resources instead of ids.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            vnet("net"),
            subnet("hosts", "net", "10.20.1.0/24"),
            nsg("guard", [allow("rdp", 300, 3389, office)]),
            publicIp("address"),
            nic("card", { subnet: whole("hosts"), publicIPAddress: whole("address") }, { networkSecurityGroup: whole("guard") }),
            winVm("server", "card"),
        ],
    },
    {
        name: "standalone-rules-with-lists",
        what: "An empty NSG, its rules as resources of their own, with plural ports and prefixes.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVm([]).map((s) => (s.name === "guard" ? nsg("guard", undefined) : s)),
            az("network:SecurityRule", "management", {
                networkSecurityGroupName: ref("guard", "name"),
                securityRuleName: "management",
                priority: 110,
                direction: "Inbound",
                access: "Allow",
                protocol: "Tcp",
                sourcePortRange: "*",
                sourceAddressPrefixes: [office, "198.51.100.17/32"],
                destinationAddressPrefix: "*",
                destinationPortRanges: ["3389", "5985-5986"],
            }),
        ],
    },
    {
        name: "range-any-protocol-lower-case",
        what: "A range around 3389, protocol *, and `allow`, `inbound` in lower case, as an exported template has them.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: publicVm([allow("support", 120, "3380-3399", "198.51.100.0/24", { protocol: "*", access: "allow", direction: "inbound" })]),
    },
    {
        name: "deny-all-behind-the-allow",
        what: "The house rule denies everything at 4096, after the allow.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: publicVm([deny("DenyAll", 4096, "*"), allow("AllowRdp", 300, "3389", office)]),
    },
    {
        name: "denies-of-other-ports-in-front",
        what: "SSH, SMB and a blocked country come before RDP; none of them concerns the office.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: publicVm([
            deny("no-ssh", 100, "22", "Internet", { protocol: "Tcp" }),
            deny("no-smb", 101, ["139", "445"]),
            deny("scanners", 102, "*", ["192.0.2.0/25", "192.0.2.128/26"]),
            allow("rdp", 200, "3389", office),
        ]),
    },
    {
        name: "office-first-then-deny-internet",
        what: "The office is allowed at 100, and RDP from the Internet denied at 110.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: publicVm([deny("rdp-from-anywhere", 110, "3389", "Internet"), allow("rdp-from-office", 100, "3389", office)]),
    },
    {
        name: "deny-in-front-of-the-allow",
        what: "Somebody locked the NSG with a deny at 100 and left the allow at 300 behind.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["filter-admits-client"] },
        specs: publicVm([deny("lockdown", 100, "*"), allow("AllowRdp", 300, "3389", office)]),
    },
    {
        name: "standard-address-and-no-nsg",
        what: "Written for Basic addresses, which were open by default: no NSG anywhere.",
        works: "no",
        intent: { server: "implied-by-address" },
        expect: { verdict: { server: "blocked" } },
        specs: [vnet("net"), subnet("hosts", "net", "10.20.1.0/24"), publicIp("address"), nicWithAddress(), winVm("server", "card")],
    },
    {
        name: "public-address-and-an-empty-nsg",
        what: "An NSG without rules: the defaults admit the VNet and the balancer's probes, nobody from outside.",
        works: "no",
        intent: { server: "implied-by-address" },
        expect: { verdict: { server: "blocked" } },
        specs: publicVm([]),
    },
    {
        name: "nsg-that-nothing-uses",
        what: "The NSG with the RDP rule was made and never attached.",
        works: "no",
        expect: { verdict: { server: "blocked" } },
        specs: [vnet("net"), subnet("hosts", "net", "10.20.1.0/24"), publicIp("address"), nsg("guard", [allow("rdp", 100, "3389")]), nicWithAddress(), winVm("server", "card")],
    },
    {
        name: "dynamic-address-without-sku",
        what: "An old tutorial's address: dynamic, no sku. Whichever SKU Azure takes, the NSG lets the office in.",
        works: "cannot be told",
        expect: { verdict: { server: ["ready", "unknown"] } },
        specs: [...publicVm([allow("rdp", 300, "3389")]).filter((s) => s.name !== "address"), az("network:PublicIPAddress", "address", { publicIPAllocationMethod: "Dynamic" })],
    },
    {
        name: "tag-internet-as-source",
        what: "The portal's wizard writes the service tag Internet.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: publicVm([allow("RDP", 300, "3389", "Internet"), allow("AzureHealth", 310, "443", "AzureCloud")]),
    },
    {
        name: "own-address-looked-up",
        what: "The source is the deployer's own address, which a command resource asks a web service for: whatever it will be, the rule admits it.",
        works: "yes",
        formsDiffer: "the command runs during the update, so that a preview does not know its output",
        expect: { verdict: { server: { preview: ["ready", "unknown"], state: "ready" } } },
        specs: [
            { type: "command:local:Command", name: "my-address", inputs: { create: "curl -s https://address.example.net" }, outputs: { stdout: "198.51.100.44" } },
            ...publicVm([allow("rdp", 300, "3389", "${my-address.stdout}/32")]),
        ],
    },
    {
        name: "typing-error-in-the-port",
        what: "The rule is called AllowRDP and opens 33389; the guest listens on 3389.",
        works: "no",
        expect: { verdict: { server: ["private", "blocked", "unknown"] } },
        specs: publicVm([allow("AllowRDP", 300, "33389", office)]),
    },
    {
        name: "management-nic-and-data-nic",
        what: "Two NICs: one with a public address and an NSG, one for the database network without either.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVm([allow("rdp", 300, "3389", office)]).filter((s) => s.name !== "server"),
            subnet("data", "net", "10.20.2.0/24"),
            nic("data-card", { subnet: { id: ref("data") } }),
            winVm("server", "card", { networkProfile: { networkInterfaces: [{ id: ref("card"), primary: true }, { id: ref("data-card"), primary: false }] } }),
        ],
    },
    {
        name: "dual-stack-nic",
        what: "An IPv4 and an IPv6 configuration, each with an address; the office has IPv4 only.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            az("network:VirtualNetwork", "net", { addressSpace: { addressPrefixes: ["10.20.0.0/16", "fd00:20::/48"] } }),
            az("network:Subnet", "hosts", { virtualNetworkName: ref("net", "name"), addressPrefixes: ["10.20.1.0/24", "fd00:20:0:1::/64"] }),
            publicIp("address"),
            publicIp("address6", { publicIPAddressVersion: "IPv6" }),
            nsg("guard", [allow("rdp", 300, "3389", [office, "2001:db8:77::/48"])]),
            az("network:NetworkInterface", "card", {
                networkSecurityGroup: { id: ref("guard") },
                ipConfigurations: [
                    { name: "four", primary: true, subnet: { id: ref("hosts") }, publicIPAddress: { id: ref("address") } },
                    { name: "six", privateIPAddressVersion: "IPv6", subnet: { id: ref("hosts") }, publicIPAddress: { id: ref("address6") } },
                ],
            }),
            winVm("server", "card"),
        ],
    },
    {
        name: "empty-nsg-on-the-nic",
        what: "The subnet's NSG allows RDP, and the NIC got an empty NSG of its own, which denies whatever is not from the VNet.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["filter-admits-client"] },
        specs: [
            nsg("subnet-guard", [allow("rdp", 300, "3389", office)]),
            nsg("card-guard", []),
            vnet("net"),
            subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("subnet-guard") } }),
            publicIp("address"),
            nicWithAddress({ networkSecurityGroup: { id: ref("card-guard") } }),
            winVm("server", "card"),
        ],
    },
    {
        name: "source-port-instead-of-destination",
        what: "3389 was written as the source port too.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["source-port-any"] },
        specs: publicVm([allow("rdp", 300, "3389", office, { sourcePortRange: "3389" })]),
    },
    {
        name: "udp-beside-tcp-and-outbound-lock",
        what: "UDP 3389 as well, and an outbound deny at the end: answers of admitted connections leave anyway.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: publicVm([
            allow("rdp-tcp", 300, "3389", office),
            allow("rdp-udp", 301, "3389", office, { protocol: "Udp" }),
            deny("nothing-out", 4000, "*", "*", { direction: "Outbound" }),
        ]),
    },
    {
        name: "application-security-group-joined",
        what: "The rule's destination is an application security group that the NIC joins; others follow for another tier.",
        works: "yes",
        formsDiffer: "a preview tells which groups the rules name together, not which rule names which",
        expect: { verdict: { server: { preview: "unknown", state: "ready" } } },
        specs: [
            az("network:ApplicationSecurityGroup", "admins", {}),
            az("network:ApplicationSecurityGroup", "databases", {}),
            nsg("guard", [
                allow("rdp", 300, "3389", office, { destinationAddressPrefix: undefined, destinationApplicationSecurityGroups: [{ id: ref("admins") }] }),
                deny("db", 310, "1433", "*", { destinationAddressPrefix: undefined, destinationApplicationSecurityGroups: [{ id: ref("databases") }] }),
            ]),
            vnet("net"),
            subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("guard") } }),
            publicIp("address"),
            nic("card", { subnet: { id: ref("hosts") }, publicIPAddress: { id: ref("address") }, applicationSecurityGroups: [{ id: ref("admins") }] }),
            winVm("server", "card"),
        ],
    },
    {
        name: "default-route-to-an-appliance",
        what: "A public address on a VM whose subnet sends 0.0.0.0/0 to a firewall appliance: answers take another way.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["path-exists"] },
        specs: [
            az("network:RouteTable", "forced", { routes: [{ name: "all", addressPrefix: "0.0.0.0/0", nextHopType: "VirtualAppliance", nextHopIpAddress: "10.20.9.4" }] }),
            ...publicVm([allow("rdp", 300, "3389", office)]).filter((s) => s.name !== "hosts"),
            subnet("hosts", "net", "10.20.1.0/24", { routeTable: { id: ref("forced") } }),
        ],
    },
    {
        name: "appliance-with-an-exception-for-the-office",
        what: "The same, but the office's prefix has a route straight to the Internet.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            az("network:RouteTable", "forced", {
                routes: [
                    { name: "all", addressPrefix: "0.0.0.0/0", nextHopType: "VirtualAppliance", nextHopIpAddress: "10.20.9.4" },
                    { name: "office", addressPrefix: office, nextHopType: "Internet" },
                ],
            }),
            ...publicVm([allow("rdp", 300, "3389", office)]).filter((s) => s.name !== "hosts"),
            subnet("hosts", "net", "10.20.1.0/24", { routeTable: { id: ref("forced") } }),
        ],
    },
    {
        name: "versions-of-the-provider-mixed",
        what: "Types with a version in the module, and a local package of one API version, in one program.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: publicVm([allow("rdp", 300, "3389", office)]).map((s) => ({
            ...s,
            type: /NetworkInterface|Subnet/.test(s.type)
                ? s.type.replace("network:", "network/v20230901:")
                : s.type.replace("azure-native:compute:", "azure-native_compute_v20240701:compute:"),
        })),
    },
];

export default entries;
