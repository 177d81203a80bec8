import { Host, HostName } from "../../core/host";
import { Finding, HostRule } from "../rule";
import { azureNamed, ec2Named, route53 } from "./shared/example-stacks";
import { placed } from "./shared/reach";

const rule: HostRule = {
    id: "RDP501",
    name: "dns-follows-host",
    title: "A DNS name leads to the host that it is meant for",
    severity: "medium",
    effect: "breaks",
    symptom: "either",
    causes: ["dns-wrong-host"],
    why:
        "A name that leads to another machine gives 0x904 where something else answers on the port, or a certificate warning where another Windows host does; one that leads to an address " +
        "which is attached to nothing gives 0x204 or 0x108. Records that hold an address as text stay behind when the host gets another one (AWS: EC2 instance IP addressing; Microsoft: Azure DNS alias records).",
    remedy: "Take the record's value from the address resource of the host (the Elastic IP's publicIp, the public IP address's ipAddress or an alias to it), and attach that address.",
    defaultLevel: "advisory",
    scope: "host",
    check: (host) => (host.intent.kind === "none" ? [] : host.names.flatMap((name) => judge(host, name))),
    examples: [
        { name: "record-takes-the-elastic-ip", expect: "compliant", resources: [...ec2Named(), elasticIp({ instance: "${server.id}" }), route53("desk.example.com", ["${ip.publicIp}"])] },
        { name: "elastic-ip-attached-to-nothing", expect: "violation", says: "attached to nothing", resources: [...ec2Named(), elasticIp({}), route53("desk.example.com", ["${ip.publicIp}"])] },
        { name: "record-of-a-web-site", expect: "compliant", resources: [...ec2Named(), route53("www.example.com", ["198.51.100.80"])] },
        {
            name: "name-of-the-host-at-another-host",
            expect: "violation",
            says: "an address of other",
            resources: [
                ...ec2Named(),
                { ...ec2Named().at(-1)!, name: "other" },
                elasticIp({ instance: "${other.id}" }),
                route53("server.example.com", ["${ip.publicIp}"]),
            ],
        },
        { name: "record-takes-the-public-ip", expect: "compliant", resources: azureNamed({ aRecords: [{ ipv4Address: "${ip.ipAddress}" }] }) },
        { name: "alias-record-set", expect: "compliant", resources: azureNamed({ targetResource: { id: "${ip.id}" } }) },
        {
            name: "private-address-that-nobody-has",
            expect: "violation",
            says: "10.0.1.99",
            resources: azureNamed({ aRecords: [{ ipv4Address: "10.0.1.99" }] }, "10.0.1.4"),
        },
        {
            name: "value-that-is-computed-elsewhere",
            expect: "unknown",
            says: "not known",
            resources: azureNamed({ aRecords: [{ ipv4Address: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }] }),
        },
    ],
};

function elasticIp(attached: Record<string, unknown>): { type: string; name: string; inputs: Record<string, unknown> } {
    return { type: "aws:ec2/eip:Eip", name: "ip", inputs: { domain: "vpc", ...attached } };
}

function judge(host: Host, { name, origin, points, text }: HostName): Finding[] {
    const must = `The name ${name} must lead to ${host.name}`;
    switch (points) {
        case "elsewhere": {
            const message = `${must}: it points at ${text}, so the client sees 0x904 or a certificate warning where another machine answers, and 0x204 where none does.`;
            return [{ ...placed(host, origin), outcome: "violation", message, fix: whatToWrite(host) }];
        }
        case "nothing": {
            const message = `${must}: it points at ${text}, so the client sees 0x204 or 0x108.`;
            return [{ ...placed(host, origin), outcome: "violation", symptom: "0x204", message, fix: `the address attached to ${host.name}: ${attach(host)}` }];
        }
        case "unknown":
            return [{ ...placed(host, origin), outcome: "unknown", message: `${must}, by an address that stays: ${text}.`, fix: whatToWrite(host) }];
        default:
            return [];
    }
}

function whatToWrite(host: Host): string {
    return host.cloud === "azure" ? "the ipAddress of the host's own PublicIPAddress, or an alias to it (targetResource)" : "the publicIp of the host's own Eip, or the privateIp of its network interface";
}

function attach(host: Host): string {
    return host.cloud === "azure" ? "publicIPAddress in the ipConfigurations of its NIC" : "instance or networkInterface of the Eip, or an EipAssociation";
}

export default rule;
