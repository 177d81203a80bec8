import { Finding, HostRule } from "../rule";
import { Host, HostName } from "../../core/host";
import { azureNamed, ec2Named, privateZone, publicZone, route53 } from "./shared/example-stacks";
import { placed } from "./shared/reach";

const rule: HostRule = {
    id: "RDP502",
    name: "address-static",
    title: "An address that a name points at stays with the host",
    severity: "medium",
    effect: "weakens",
    symptom: "none",
    causes: ["dns-wrong-host"],
    why:
        "An EC2 instance without an Elastic IP, and an Azure public IP address with dynamic allocation, give their address back when the machine stops. The cloud hands it to somebody else, " +
        "and the name leads there until the next deployment: 0x904 or a certificate warning, or no answer (AWS: EC2 instance IP addressing; Microsoft: public IP addresses).",
    remedy: "Give the host an Elastic IP, or a static public IP address, and make the record from that.",
    defaultLevel: "advisory",
    scope: "host",
    check: (host) => (host.intent.kind === "none" ? [] : host.names.flatMap((name) => judge(host, name))),
    examples: [
        { name: "record-takes-the-address-at-launch", expect: "violation", says: "no Elastic IP", resources: [...ec2Named(), publicZone, route53("desk", ["${server.publicIp}"], "${zone.id}")] },
        { name: "private-zone-takes-the-private-address", expect: "compliant", resources: [...ec2Named(), privateZone, route53("desk", ["${server.privateIp}"], "${zone.id}")] },
        {
            name: "record-takes-the-elastic-ip",
            expect: "compliant",
            resources: [...ec2Named(), { type: "aws:ec2/eip:Eip", name: "ip", inputs: { instance: "${server.id}" } }, publicZone, route53("desk", ["${ip.publicIp}"], "${zone.id}")],
        },
        {
            name: "instance-address-although-there-is-an-elastic-ip",
            expect: "violation",
            says: "before it got the Elastic IP",
            resources: [...ec2Named(), { type: "aws:ec2/eip:Eip", name: "ip", inputs: { instance: "${server.id}" } }, publicZone, route53("desk", ["${server.publicIp}"], "${zone.id}")],
        },
        { name: "dynamic-public-ip", expect: "violation", says: "Dynamic", resources: dynamicIp(azureNamed({ aRecords: [{ ipv4Address: "${ip.ipAddress}" }] })) },
        { name: "alias-follows-a-dynamic-public-ip", expect: "compliant", resources: dynamicIp(azureNamed({ targetResource: { id: "${ip.id}" } })) },
        { name: "static-public-ip", expect: "compliant", resources: azureNamed({ aRecords: [{ ipv4Address: "${ip.ipAddress}" }] }) },
    ],
};

function dynamicIp(resources: ReturnType<typeof azureNamed>): ReturnType<typeof azureNamed> {
    return resources.map((r) => (r.name === "ip" ? { ...r, inputs: { resourceGroupName: "rg", publicIPAllocationMethod: "Dynamic", sku: { name: "Basic" } } } : r));
}

function judge(host: Host, { name, origin, points, text }: HostName): Finding[] {
    if (points !== "dynamic") {
        return [];
    }
    const message = `The name ${name} must lead to an address that stays with ${host.name}: it points at ${text}, so from then on the client reaches somebody else's machine, or none.`;
    const fix = host.cloud === "azure" ? 'publicIPAllocationMethod: "Static" with sku Standard, or an alias record set (targetResource)' : "an Eip for the instance, and its publicIp as the record's value";
    return [{ ...placed(host, origin), outcome: "violation", message, fix }];
}

export default rule;
