import { Host } from "../../core/host";
import { ClientReach, reachability } from "../../core/reachability";
import { Finding, HostRule } from "../rule";
import { allowRdp, azurePublicVm, ec2Public } from "./example-stacks";


const rule: HostRule = {
    id: "RDP102",
    name: "path-exists",
    title: "A path leads from the clients to the host",
    severity: "high",
    effect: "breaks",
    symptom: "0x204",
    causes: ["nat-forwarding", "routing-or-isp", "firewall-or-port-blocked"],
    why:
        "Without a public address, forwarder or access service, or with an address that nothing opens, the client's packets do not arrive and it shows 0x204 or 0x108. " +
        "A Standard public IP address is closed until a network security group allows traffic; in AWS a public address needs a route to an internet gateway " +
        "(Microsoft: public IP addresses, network-security-groups-overview; AWS: VPC user guide).",
    remedy: "Give the host the path that is missing: a public address with an NSG or security group, a NAT rule, Bastion, Session Manager; or declare another path with the tag rdp-ready:path.",
    defaultLevel: "mandatory",
    scope: "host",
    check: (host) => reachability(host).clients.flatMap((c) => judge(host, c)),
    examples: [
        { name: "no-public-address", expect: "violation", says: "203.0.113.0/24", resources: azurePublicVm({ publicAddress: false, nicRules: [allowRdp()] }) },
        { name: "standard-address-without-nsg", expect: "violation", says: "until an NSG", resources: azurePublicVm({}) },
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

const kinds: readonly string[] = ["address", "route", "access", "forwarder"];

function judge(host: Host, { client, verdict, best }: ClientReach): Finding[] {
    if (verdict === "open") {
        return [];
    }
    const hop = best?.path.hops[best.deciding.hop];
    if (hop !== undefined && !kinds.includes(hop.kind)) {
        return [];
    }
    const declared = host.intent.via === undefined ? "" : ` by ${host.intent.via}`;
    const decidedBy = best?.deciding.decidedBy ?? host.noPath ?? { urn: host.urn, text: `the stack builds no way to it${declared}` };
    const where = { urn: decidedBy.urn, ...(decidedBy.property === undefined ? {} : { property: decidedBy.property }) };
    const reserve = host.intent.kind === "implied-by-address" ? { atMost: "advisory" as const } : {};
    if (verdict === "unknown") {
        const message = `A path must lead from ${client.name} to ${host.name}${declared}: "${decidedBy.text}" decides, and ${best?.deciding.why ?? "it is not known yet"}.`;
        return [{ ...where, ...reserve, outcome: "unknown", message }];
    }
    const symptom = best?.deciding.symptom ?? "0x204";
    // Without a public way, what stops a public client is that there is none.
    const missing = best?.path.via === "private-network" && host.noPath !== undefined ? host.noPath : decidedBy;
    const message = `A path must lead from ${client.name} to ${host.name}${declared}: ${missing.text}, so the client sees ${symptom === "0x204" ? "0x204 or 0x108" : symptom}.`;
    return [{ ...where, ...reserve, outcome: "violation", symptom, message, fix: rule.remedy }];
}

export default rule;
