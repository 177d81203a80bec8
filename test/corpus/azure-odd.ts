import { ref } from "../policies/fixture";
import { Entry, Spec, allow, az, deny, nic, nsg, publicIp, publicVm, subnet, vnet, winVm } from "./entry";

/** Azure stacks with odd shapes: unusual destinations, values that come late, parts of other stacks. */

const office = "203.0.113.0/24";
const privateVm = (guard: string): Spec[] => [
    vnet("net"),
    subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref(guard) } }),
    nic("card", { subnet: { id: ref("hosts") } }),
    winVm("server", "card"),
];

const entries: readonly Entry[] = [
    {
        name: "destination-is-the-vnet-tag",
        what: "The rule's destination is VirtualNetwork: after translation the VM's private address is what is compared.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: publicVm([allow("rdp", 300, "3389", office, { destinationAddressPrefix: "VirtualNetwork" })]),
    },
    {
        name: "destination-is-the-subnet",
        what: "The rule's destination is the subnet's prefix.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: publicVm([allow("rdp", 300, "3389", office, { destinationAddressPrefix: "10.20.1.0/24" })]),
    },
    {
        name: "destination-is-the-public-address",
        what: "The rule's destination is the VM's public address, which the NSG never sees.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["filter-admits-client"] },
        specs: publicVm([allow("rdp", 300, "3389", office, { destinationAddressPrefix: "20.50.7.7" })]),
    },
    {
        name: "ports-in-one-text",
        what: "Two ports in one text with a comma, which Azure refuses.",
        works: "no",
        expect: { verdict: { server: ["blocked", "unknown", "private"] } },
        specs: publicVm([allow("admin", 300, "22,3389", office)]),
    },
    {
        name: "numbers-as-text-and-text-as-numbers",
        what: "Priority as text, port as number, as YAML programs have them.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: publicVm([allow("rdp", 300, 3389, office, { priority: "300" }), deny("all", 4000, "*", "*", { priority: "4000" })]),
    },
    {
        name: "rules-made-in-an-apply",
        what: "The whole list of rules is made in an apply from a looked-up address.",
        works: "yes",
        formsDiffer: "the list is made during the update",
        expect: { verdict: { server: { preview: "unknown", state: "ready" } } },
        specs: [
            { type: "command:local:Command", name: "lookup", inputs: { create: "./rules.sh" }, outputs: { rules: [allow("rdp", 300, "3389", "198.51.100.44/32")] } },
            ...publicVm([]).map((s) => (s.name === "guard" ? az("network:NetworkSecurityGroup", "guard", { securityRules: ref("lookup", "rules") }) : s)),
        ],
    },
    {
        name: "source-is-an-application-security-group",
        what: "Jump hosts are named by their application security group, not by addresses.",
        works: "yes",
        expect: { verdict: { jump: "ready", server: "ready" } },
        specs: [
            az("network:ApplicationSecurityGroup", "jump-hosts", {}),
            vnet("net"),
            nsg("jump-guard", [allow("rdp", 100, "3389", office)]),
            nsg("guard", [allow("rdp", 100, "3389", "", { sourceAddressPrefix: undefined, sourceApplicationSecurityGroups: [{ id: ref("jump-hosts") }] }), deny("rest", 4000, "*")]),
            subnet("jump-subnet", "net", "10.20.0.0/27"),
            subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("guard") } }),
            publicIp("address"),
            nic(
                "jump-card",
                { subnet: { id: ref("jump-subnet") }, publicIPAddress: { id: ref("address") }, applicationSecurityGroups: [{ id: ref("jump-hosts") }] },
                { networkSecurityGroup: { id: ref("jump-guard") } },
            ),
            nic("card", { subnet: { id: ref("hosts") } }),
            winVm("jump", "jump-card"),
            winVm("server", "card"),
        ],
    },
    {
        name: "nsg-of-another-team",
        what: "The NSG on the NIC is somebody else's, by id; the address is the stack's.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            vnet("net"),
            subnet("hosts", "net", "10.20.1.0/24"),
            publicIp("address"),
            nic(
                "card",
                { subnet: { id: ref("hosts") }, publicIPAddress: { id: ref("address") } },
                { networkSecurityGroup: { id: "/subscriptions/0d2c1a5e-1111-4222-8333-94f9d1b6a001/resourceGroups/platform/providers/Microsoft.Network/networkSecurityGroups/standard" } },
            ),
            winVm("server", "card"),
        ],
    },
    {
        name: "rule-added-to-another-teams-nsg",
        what: "The stack adds one rule to an NSG that it only knows by name, which stands on the looked-up subnet.",
        works: "yes",
        expect: { verdict: { server: ["ready", "private"] } },
        specs: [
            az("network:SecurityRule", "rdp", { networkSecurityGroupName: "servers-nsg", securityRuleName: "rdp", ...allow("rdp", 400, "3389", "10.50.0.0/16") }),
            nic("card", { subnet: { id: "/subscriptions/0d2c1a5e-1111-4222-8333-94f9d1b6a001/resourceGroups/platform/providers/Microsoft.Network/virtualNetworks/corp/subnets/servers" } }),
            winVm("server", "card"),
        ],
    },
    {
        name: "everything-from-the-internet-denied",
        what: "Internet is denied on all ports at 100, RDP allowed from VirtualNetwork: a private server.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [nsg("guard", [deny("internet", 100, "*", "Internet"), allow("rdp", 200, "3389", "VirtualNetwork")]), ...privateVm("guard")],
    },
    {
        name: "internet-denied-behind-a-star",
        what: "`3389 from *` comes after a deny for Internet: what is left is the private network, which is meant.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [nsg("guard", [deny("internet", 100, "*", "Internet"), allow("rdp", 200, "3389")]), ...privateVm("guard")],
    },
    {
        name: "existing-vm-with-a-run-command",
        what: "The VM is read with .get(); the stack only adds a run command that enables Remote Desktop.",
        works: "yes",
        expect: { verdict: {} },
        specs: [
            az("compute:VirtualMachine", "server", { vmName: "erp01" }, { external: true }),
            az("compute:VirtualMachineRunCommandByVirtualMachine", "enable", {
                vmName: ref("server", "name"),
                source: { script: "Set-ItemProperty 'HKLM:\\System\\CurrentControlSet\\Control\\Terminal Server' fDenyTSConnections 0\nEnable-NetFirewallRule -DisplayGroup 'Remote Desktop'" },
            }),
        ].map((s) => (s.name === "server" ? { ...s, outputs: { name: "erp01" } } : s)),
    },
    {
        name: "only-a-network",
        what: "A network stack: subnets and an NSG that opens RDP for hosts of other stacks.",
        works: "yes",
        expect: { verdict: {}, silent: "all" },
        specs: [nsg("guard", [allow("rdp", 300, "3389", "10.50.0.0/16"), deny("rest", 4000, "*")]), vnet("net", "10.20.0.0/16", { subnets: [{ name: "hosts", addressPrefix: "10.20.1.0/24", networkSecurityGroup: { id: ref("guard") } }] })],
    },
    {
        name: "inline-and-standalone-subnets",
        what: "The VNet has an inline subnet, and one more as a resource; the NIC uses the resource.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            nsg("guard", [allow("rdp", 300, "3389", office)]),
            vnet("net", "10.20.0.0/16", { subnets: [{ name: "empty", addressPrefix: "10.20.9.0/24" }] }),
            subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("guard") } }),
            publicIp("address"),
            nic("card", { subnet: { id: ref("hosts") }, publicIPAddress: { id: ref("address") } }),
            winVm("server", "card"),
        ],
    },
    {
        name: "subnet-id-put-together",
        what: "The subnet's id is put together from the VNet's id and a name.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            nsg("guard", [allow("rdp", 300, "3389", office)]),
            vnet("net", "10.20.0.0/16", { subnets: [{ name: "hosts", addressPrefix: "10.20.1.0/24", networkSecurityGroup: { id: ref("guard") } }] }),
            publicIp("address"),
            nic("card", { subnet: { id: "${net.id}/subnets/hosts" }, publicIPAddress: { id: ref("address") } }),
            winVm("server", "card"),
        ],
    },
    {
        name: "address-from-a-prefix",
        what: "The public address is taken from a prefix of the company.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            az("network:PublicIPPrefix", "company", { prefixLength: 30, sku: { name: "Standard" } }),
            ...publicVm([allow("rdp", 300, "3389", office)]).map((s) => (s.name === "address" ? publicIp("address", { publicIPPrefix: { id: ref("company") } }) : s)),
        ],
    },
    {
        name: "both-nsgs-allow",
        what: "NSGs on subnet and NIC, with different ranges that both hold the office.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            nsg("outer", [allow("admin", 100, ["22", "3389"], ["203.0.112.0/23", "198.51.100.0/24"])]),
            ...publicVm([allow("rdp", 300, "3389", office)]).map((s) => (s.name === "hosts" ? subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("outer") } }) : s)),
        ],
    },
    {
        name: "nsgs-that-share-nobody",
        what: "The subnet's NSG admits one office, the NIC's the other.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["filter-admits-client"] },
        specs: [
            nsg("outer", [allow("rdp", 100, "3389", "198.51.100.0/24")]),
            ...publicVm([allow("rdp", 300, "3389", office)]).map((s) => (s.name === "hosts" ? subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("outer") } }) : s)),
        ],
    },
    {
        name: "rdp-outbound-instead-of-inbound",
        what: "The rule was given the wrong direction.",
        works: "no",
        expect: { verdict: { server: ["blocked", "private"] } },
        specs: publicVm([allow("rdp", 300, "3389", office, { direction: "Outbound" })]),
    },
];

export default entries;
