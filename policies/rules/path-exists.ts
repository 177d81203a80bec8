import { Host } from "../../core/host";
import { reachability } from "../../core/reachability";
import { Hop } from "../../core/net/path-model";
import { Finding, HostRule } from "../rule";
import { allowRdp, azurePublicVm, ec2Public } from "./shared/example-stacks";
import { changed } from "./shared/life";
import { Stopped, names, placed, shown, stopped } from "./shared/reach";

const rule: HostRule = {
    id: "RDP102",
    name: "path-exists",
    title: "A path leads from the clients to the host",
    severity: "high",
    effect: "breaks",
    symptom: "0x204",
    causes: ["nat-forwarding", "routing-or-isp", "firewall-or-port-blocked", "tls-passthrough"],
    why:
        "Without a public address, forwarder or access service, or with an address that nothing opens, the client's packets do not arrive and it shows 0x204 or 0x108. " +
        "A Standard public IP address is closed until a network security group allows traffic; in AWS a public address needs a route to an internet gateway " +
        "(Microsoft: public IP addresses, network-security-groups-overview; AWS: VPC user guide).",
    remedy: "Give the host the path that is missing: a public address with an NSG or security group, a NAT rule, Bastion, Session Manager; or declare another path with the tag rdp-ready:path.",
    defaultLevel: "mandatory",
    scope: "host",
    check: (host) => [...stopped(host).flatMap((s) => judge(host, s)), ...retired(host)],
    examples: [
        { name: "no-public-address", expect: "violation", says: "203.0.113.0/24", resources: azurePublicVm({ publicAddress: false, nicRules: [allowRdp()] }) },
        { name: "standard-address-without-nsg", expect: "violation", says: "until an NSG", resources: azurePublicVm({}) },
        { name: "basic-address", expect: "violation", says: "retired", resources: changed(azurePublicVm({ nicRules: [allowRdp()] }), "ip", { sku: { name: "Basic" } }) },
        { name: "standard-address-with-nsg", expect: "compliant", resources: azurePublicVm({ nicRules: [allowRdp()] }) },
        { name: "no-route-to-an-internet-gateway", expect: "violation", says: "internet gateway", resources: ec2Public({ ingress: "203.0.113.0/24", internetGateway: false }) },
        { name: "route-to-an-internet-gateway", expect: "compliant", resources: ec2Public({ ingress: "203.0.113.0/24" }) },
        {
            name: "copied-rule-on-a-private-host",
            expect: "compliant",
            resources: azurePublicVm({ publicAddress: false, declared: false, nicRules: [allowRdp({ sourceAddressPrefix: "*" })] }),
        },
        {
            name: "route-that-is-not-known-yet",
            expect: "unknown",
            says: "not known",
            resources: ec2Public({ ingress: "203.0.113.0/24", routeTarget: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }),
        },
    ],
};

/** Parts of an open path that a deployment cannot make any more; whether they exist already, nobody here can tell. */
function retired(host: Host): Finding[] {
    const hops = host.intent.kind === "none" ? [] : reachability(host).clients.flatMap(({ verdict, best }) => (verdict === "open" ? (best?.path.hops ?? []) : [])).filter((h) => h.retired !== undefined);
    return [...new Map(hops.map((h) => [h.origin.urn, h])).values()].map((h) => ({
        ...placed(host, h.origin),
        outcome: "violation",
        effect: "weakens",
        symptom: "none",
        atMost: "advisory",
        message: `The path to ${host.name} must be one that can be deployed: ${h.origin.text} ${h.retired}.`,
        fix: 'sku { name: "Standard" } with publicIPAllocationMethod "Static", and an NSG that admits the clients',
    }));
}

const kinds: readonly string[] = ["address", "route", "access", "forwarder"];

function judge(host: Host, { verdict, clients, best, hop, piece }: Stopped): Finding[] {
    if (hop !== undefined && !kinds.includes(hop.kind)) {
        return [];
    }
    const declared = host.intent.via === undefined ? "" : ` by ${host.intent.via}`;
    const nothing = host.noPath ?? { urn: host.urn, text: `the stack builds no way to it${declared}` };
    const decidedBy = piece?.decidedBy ?? nothing;
    const must = `A path must lead from ${names(clients)} to ${host.name}${declared}`;
    if (verdict === "unknown") {
        const doubt = piece?.why === undefined ? `whether one does is not known: ${decidedBy.text}` : `"${decidedBy.text}" decides, and ${piece.why}`;
        return [{ ...placed(host, decidedBy), outcome: "unknown", message: `${must}: ${doubt}.` }];
    }
    const symptom = piece?.symptom ?? "0x204";
    // Without a public way, what stops a public client is that there is none.
    const noPublicWay = best?.path.via === "private-network" && host.noPath !== undefined && hop?.kind !== "route";
    const message = `${must}: ${noPublicWay ? nothing.text : decidedBy.text}, so the client sees ${shown(symptom)}.`;
    return [{ ...placed(host, decidedBy), outcome: "violation", symptom, message, fix: whatToWrite(host, hop, noPublicWay || best === undefined) }];
}

function whatToWrite(host: Host, hop: Hop | undefined, noWay: boolean): string {
    if (noWay) {
        return host.cloud === "azure"
            ? "a publicIPAddress in the NIC's ipConfigurations with an NSG that admits the clients; or a Bastion, a NAT rule or private clients, declared with the tag rdp-ready:path"
            : "an Eip, or associatePublicIpAddress: true, in a subnet with a route to an internet gateway; or Session Manager or private clients, declared with the tag rdp-ready:path";
    }
    switch (hop?.kind) {
        case "address":
            return host.cloud === "azure" && /NSG/.test(hop.origin.text)
                ? "a network security group on the NIC or its subnet that allows tcp to the port from the clients"
                : "an address of the clients' own kind (IPv4 or IPv6, public or private), or another path";
        case "route":
            if (hop.name.includes("way there")) {
                return "a route to the host's network in the route table of the clients' subnet, to where the two networks are connected";
            }
            return host.cloud === "azure" ? "a route table without a default route to an appliance for this subnet, or clients that come by the appliance" : hop.name.includes("way back")
                  ? "a route to the clients' network in the subnet's route table, through the connection that they come by"
                  : "a route 0.0.0.0/0 to an internet gateway in the subnet's route table";
        default:
            return rule.remedy;
    }
}

export default rule;
