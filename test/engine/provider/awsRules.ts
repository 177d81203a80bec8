/** Security group, NACL and route lists: the shape in which AWS gives them back, and the standalone members that join them. */
import type { Stored } from "./cloud";
import type { SharedList } from "./merge";
import { items, plainProps, type Props, text, UNKNOWN, type Value } from "./wire";

const PROTOCOLS: Record<string, string> = { "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6", all: "-1" };

function protocol(value: Value | undefined): Value {
    const name = String(value ?? "-1").toLowerCase();
    return value === UNKNOWN ? UNKNOWN : (PROTOCOLS[name] ?? name);
}

/** An ingress or egress rule as `DescribeSecurityGroups` has it: every list present, protocol by name. */
export function readBackRule(rule: Props): Props {
    return {
        cidrBlocks: rule["cidrBlocks"] ?? [],
        description: rule["description"] ?? "",
        fromPort: rule["fromPort"] ?? 0,
        ipv6CidrBlocks: rule["ipv6CidrBlocks"] ?? [],
        prefixListIds: rule["prefixListIds"] ?? [],
        protocol: protocol(rule["protocol"]),
        securityGroups: rule["securityGroups"] ?? [],
        self: rule["self"] ?? false,
        toPort: rule["toPort"] ?? 0,
    };
}

/** A whole list, or unknown. */
export function readBackRules(list: Value | undefined): Value {
    return list === UNKNOWN ? UNKNOWN : items(list).map(readBackRule);
}

/** What a NACL has for its inline lists. */
export function readBackNacl(list: Value | undefined): Value {
    if (list === UNKNOWN) return UNKNOWN;
    return items(list).map((rule) => ({ cidrBlock: "", icmpCode: 0, icmpType: 0, ipv6CidrBlock: "", ...rule, protocol: protocol(rule["protocol"]) }));
}

function present(value: Value | undefined): Value[] {
    return value === undefined || value === null ? [] : [value];
}

function groupRule(direction: "ingress" | "egress") {
    return ({ inputs }: Stored): Props | undefined => {
        const rule = plainProps(inputs);
        if (rule["type"] !== direction) return undefined;
        return readBackRule({ ...rule, securityGroups: present(rule["sourceSecurityGroupId"]) });
    };
}

function vpcRule({ inputs }: Stored): Props {
    const rule = plainProps(inputs);
    return readBackRule({
        description: rule["description"],
        fromPort: rule["fromPort"],
        toPort: rule["toPort"],
        protocol: rule["ipProtocol"],
        cidrBlocks: present(rule["cidrIpv4"]),
        ipv6CidrBlocks: present(rule["cidrIpv6"]),
        prefixListIds: present(rule["prefixListId"]),
        securityGroups: present(rule["referencedSecurityGroupId"]),
    });
}

function naclRule(egress: boolean) {
    return ({ inputs }: Stored): Props | undefined => {
        const rule = plainProps(inputs);
        if ((rule["egress"] ?? false) !== egress) return undefined;
        const { ruleNumber, ruleAction, cidrBlock, ipv6CidrBlock, fromPort, toPort } = rule;
        return {
            action: ruleAction,
            cidrBlock: cidrBlock ?? "",
            fromPort: fromPort ?? 0,
            icmpCode: 0,
            icmpType: 0,
            ipv6CidrBlock: ipv6CidrBlock ?? "",
            protocol: protocol(rule["protocol"]),
            ruleNo: ruleNumber,
            toPort: toPort ?? 0,
        };
    };
}

function route({ inputs }: Stored): Props {
    const { destinationCidrBlock, routeTableId: _table, ...target } = plainProps(inputs);
    return { ...target, cidrBlock: destinationCidrBlock };
}

const whole = (entry: Props): string =>
    JSON.stringify(
        Object.entries(entry)
            .filter(([key]) => !key.startsWith("__"))
            .sort(),
    );
const byId = (parent: Stored): string => parent.id;
const groupList = { parent: "SecurityGroup", by: "securityGroupId", parentName: byId, same: whole };
const naclList = {
    parent: "NetworkAcl",
    member: "NetworkAclRule",
    by: "networkAclId",
    parentName: byId,
    same: (entry: Props) => String(entry["ruleNo"]),
};

/** Every list of AWS that standalone resources join. */
export const AWS_SHARED: SharedList[] = [
    { ...groupList, list: "ingress", member: "SecurityGroupRule", entry: groupRule("ingress") },
    { ...groupList, list: "egress", member: "SecurityGroupRule", entry: groupRule("egress") },
    { ...groupList, list: "ingress", member: "SecurityGroupIngressRule", entry: vpcRule },
    { ...groupList, list: "egress", member: "SecurityGroupEgressRule", entry: vpcRule },
    { ...naclList, list: "ingress", entry: naclRule(false) },
    { ...naclList, list: "egress", entry: naclRule(true) },
    {
        parent: "RouteTable",
        list: "routes",
        member: "Route",
        by: "routeTableId",
        parentName: byId,
        same: (entry) => text(entry["cidrBlock"]) ?? "",
        entry: route,
    },
];
