import { Known, isKnown, known, unknown } from "../../core/known";
import { unknownAddresses } from "../../core/net/bounds";
import { Filter, FilterRule } from "../../core/net/filter-model";
import { Hop } from "../../core/net/path-model";
import { PortSet } from "../../core/net/port-set";
import { DeclaredFilter } from "../../core/host";
import { Resource } from "../resource";
import { PackOptions } from "../rule";
import { elementsOf, isPresent, membersOf, readBoolean, readInteger, readString } from "../value";
import { fixedHop, outsideHop, sameForAll, sameHops } from "./hops";
import { Links, Target } from "./links";
import { authored } from "./properties";
import { describeAddresses, describeTraffic, readCidrs, readPorts, readProtocol } from "./traffic";

interface AclRule {
    readonly egress: Known<boolean>;
    readonly number: Known<number>;
    readonly rule: FilterRule;
}

/** The ports that a Windows client connects from; others use more of 1024-65535 (rdp-domain §7.2). */
const windowsClientPorts = PortSet.range(49152, 65535);

/** Network ACLs: numbered, first match, and stateless, so that replies need a rule of their own (rdp-domain §7.2). */
export class NetworkAcls {
    private readonly hopsOf = new Map<string, readonly Hop[]>();
    private standalone: Map<string, { rule: AclRule; certain: boolean }[]> | undefined;
    private adopted: Map<string, Resource> | undefined;

    constructor(
        private readonly links: Links,
        private readonly options: PackOptions,
    ) {}

    /** The way into a subnet, and the replies' way out. */
    hops(subnet: Target): readonly Hop[] {
        let hops = this.hopsOf.get(subnet.key);
        if (hops === undefined) {
            hops = this.work(subnet);
            this.hopsOf.set(subnet.key, hops);
        }
        return hops;
    }

    private work(subnet: Target): readonly Hop[] {
        const associated = this.links.childrenBy("NetworkAclAssociation", "subnetId", subnet, "Subnet").find((c) => c.certain);
        if (associated !== undefined) {
            const { resource } = associated;
            const origin = { urn: resource.urn, property: "networkAclId", text: `the network ACL of subnet ${subnet.name}` };
            const acls = this.links.linkOrDefault({ from: resource, path: "networkAclId", value: authored(resource, "networkAclId") }, "NetworkAcl", "defaultNetworkAclId");
            return sameForAll("filter", `network ACL of ${subnet.name}`, acls, origin, (acl) => this.aclHops(acl));
        }
        const listing = this.links.childrenBy("NetworkAcl", "subnetIds", subnet, "Subnet");
        const own = listing.find((c) => c.certain);
        if (own !== undefined) {
            return this.aclHops(this.links.target(own.resource));
        }
        if (listing.length > 0) {
            const acl = listing[0]!.resource;
            const all = { all: [this.links.target(acl)], certain: false, why: `a preview does not tell whether network ACL ${acl.name} is for subnet ${subnet.name}` };
            const here = this.defaultHops(subnet);
            const there = this.aclHops(all.all[0]!);
            return sameHops(here, there) ? here : [fixedHop("filter", `network ACL of ${subnet.name}`, "unknown", { urn: acl.urn, property: "subnetIds", text: all.why })];
        }
        return this.defaultHops(subnet);
    }

    /** A subnet that no ACL lists has the default ACL of its VPC, which allows everything until somebody changes it. */
    private defaultHops(subnet: Target): readonly Hop[] {
        const { resource } = subnet;
        const name = `network ACL of ${subnet.name}`;
        if (resource === undefined || resource.external === true) {
            return [outsideHop("filter", name, { urn: resource?.urn ?? "", text: `the network ACL of subnet ${subnet.name} belongs to another stack` }, this.options)];
        }
        const origin = { urn: resource.urn, property: "vpcId", text: `the VPC of subnet ${subnet.name}` };
        const vpcs = this.links.link({ from: resource, path: "vpcId", value: authored(resource, "vpcId") }, "Vpc");
        if (vpcs.all.length === 0 && vpcs.certain) {
            return [outsideHop("filter", name, { urn: resource.urn, text: `the network ACL of subnet ${subnet.name} is the one of the default VPC` }, this.options)];
        }
        return sameForAll("filter", name, vpcs, origin, (vpc) => {
            if (vpc.resource === undefined || vpc.resource.external === true) {
                return [outsideHop("filter", name, { ...origin, text: `the network ACL of subnet ${subnet.name} is the default one of VPC ${vpc.name}, which belongs to another stack` }, this.options)];
            }
            return this.aclHops(this.links.defaultOf(vpc.resource, "defaultNetworkAclId"));
        });
    }

    private aclHops(acl: Target): readonly Hop[] {
        const own = acl.resource !== undefined && /NetworkAcl$/.test(acl.resource.type) ? acl.resource : this.adoptedAcls().get(acl.key);
        const added = this.standaloneRules().get(acl.key) ?? [];
        const name = own === undefined ? `default network ACL of VPC ${acl.name}` : `network ACL ${own.name}`;
        if (own === undefined && acl.resource === undefined) {
            return [outsideHop("filter", `network ACL ${acl.name}`, { urn: "", text: `network ACL ${acl.name} belongs to another stack` }, this.options)];
        }
        if (own === undefined && added.length === 0) {
            return [fixedHop("filter", name, "open", { urn: acl.resource!.urn, text: `the ${name} allows everything` })];
        }
        if (own?.external === true && !isPresent(own.outputs["ingress"])) {
            return [outsideHop("filter", name, { urn: own.urn, text: `${name} belongs to another stack` }, this.options)];
        }
        const inline = own === undefined ? [] : [...inlineAclRules(own, false), ...inlineAclRules(own, true)];
        const all = [...inline, ...added.map(({ rule, certain }) => (certain ? rule : { ...rule, number: unknown(`a preview does not tell whether it belongs to ${name}`) }))];
        const urn = own?.urn ?? acl.resource!.urn;
        return [false, true].map((egress) => {
            const rules = all.filter((r) => !isKnown(r.egress) || r.egress.value === egress).map((r) => (isKnown(r.egress) ? r : { ...r, number: unknown(`its direction is not known: ${r.egress.reason}`) }));
            const direction = egress ? "replies (egress)" : "ingress";
            const origin = { urn, property: egress ? "egress" : "ingress", text: `${name}: no ${egress ? "egress rule admits replies to the client's own port (1024-65535)" : "ingress rule admits it"}, and the final * denies` };
            const unplaced = rules.find((r) => !isKnown(r.number));
            if (unplaced !== undefined && !isKnown(unplaced.number)) {
                return fixedHop("filter", `${name}, ${direction}`, "unknown", { ...unplaced.rule.origin, text: `${unplaced.rule.origin.text}: ${unplaced.number.reason}` });
            }
            const ordered = rules.sort((a, b) => (isKnown(a.number) && isKnown(b.number) ? a.number.value - b.number.value : 0)).map((r) => (egress ? asReply(r.rule) : r.rule));
            // The default ACL of a VPC still has its own rule 100 that allows everything, when rules are only added to it.
            const untouched = own === undefined;
            const filter: Filter = { order: "first-match", rules: ordered, otherwise: { allow: untouched, origin: untouched ? { urn, text: `the ${name} allows everything` } : origin } };
            return { kind: "filter", name: `${name}, ${direction}`, origin: filter.otherwise.origin, gate: { type: "filter", filter } };
        });
    }

    private standaloneRules(): ReadonlyMap<string, { rule: AclRule; certain: boolean }[]> {
        if (this.standalone === undefined) {
            this.standalone = new Map();
            for (const r of this.links.ofKind("NetworkAclRule")) {
                const targets = this.links.linkOrDefault({ from: r, path: "networkAclId", value: authored(r, "networkAclId") }, "NetworkAcl", "defaultNetworkAclId");
                for (const t of targets.all) {
                    const same = this.standalone.get(t.key) ?? [];
                    same.push({ rule: standaloneAclRule(r, t.name), certain: targets.certain });
                    this.standalone.set(t.key, same);
                }
            }
        }
        return this.standalone;
    }

    private adoptedAcls(): ReadonlyMap<string, Resource> {
        return (this.adopted ??= new Map(
            this.links
                .ofKind("NetworkAcl")
                .filter((r) => /:Default/.test(r.type))
                .map((r) => [this.links.adopted(this.links.target(r), "defaultNetworkAclId").key, r]),
        ));
    }
}

/**
 * An egress rule as it meets the replies of a connection: what it calls the destination is the client, and the destination
 * port is the client's own. A rule that covers what Windows clients use is enough; a deny beside it hurts nobody.
 */
function asReply(rule: FilterRule): FilterRule {
    const sourcePorts = isKnown(rule.ports)
        ? known(
              knownAllow(rule)
                  ? rule.ports.value.covers(windowsClientPorts) ? rule.ports.value.union(PortSet.ephemeral) : rule.ports.value
                  : rule.ports.value.overlaps(windowsClientPorts) ? rule.ports.value : PortSet.none,
          )
        : rule.ports;
    return { ...rule, ports: known(PortSet.all), sourcePorts };
}

function knownAllow(rule: FilterRule): boolean {
    return isKnown(rule.allow) && rule.allow.value;
}

function inlineAclRules(acl: Resource, egress: boolean): AclRule[] {
    const list = egress ? "egress" : "ingress";
    const elements = elementsOf(authored(acl, list));
    if (!isKnown(elements)) {
        const why = `the ${list} rules are not known: ${elements.reason}`;
        const origin = { urn: acl.urn, property: list, text: `network ACL ${acl.name}: ${why}` };
        return [{ egress: known(egress), number: unknown(why), rule: { allow: unknown(why), protocol: known("any"), sources: unknownAddresses(why), sourcePorts: known(PortSet.all), ports: known(PortSet.all), coversHost: known(true), origin } }];
    }
    return elements.value.map((element, i) => {
        const m = membersOf(element);
        return aclRule(acl, `${list}[${i}]`, `network ACL ${acl.name}, ${list}[${i}]`, known(egress), m["ruleNo"], m["action"], m);
    });
}

function standaloneAclRule(r: Resource, acl: string): AclRule {
    const members = Object.fromEntries(["protocol", "fromPort", "toPort", "cidrBlock", "ipv6CidrBlock"].map((p) => [p, authored(r, p)]));
    const egress = authored(r, "egress");
    return aclRule(r, "", `network ACL ${acl}, rule ${r.name}`, isPresent(egress) ? readBoolean(egress) : known(false), authored(r, "ruleNumber"), authored(r, "ruleAction"), members);
}

function aclRule(from: Resource, path: string, where: string, egress: Known<boolean>, number: unknown, action: unknown, m: Readonly<Record<string, unknown>>): AclRule {
    const protocol = readProtocol(m["protocol"]);
    const ports = readPorts(protocol, m["fromPort"], m["toPort"]);
    const sources = readCidrs(m["cidrBlock"], m["ipv6CidrBlock"]);
    const says = readString(action);
    const allow = isKnown(says) ? known(says.value.toLowerCase() === "allow") : says;
    const order = readInteger(number);
    const direction = isKnown(egress) && egress.value ? "to" : "from";
    const text = `${where}: ${isKnown(order) ? `${order.value} ` : ""}${isKnown(allow) ? (allow.value ? "allow" : "deny") : "an unknown action for"} ${describeTraffic(protocol, ports)} ${direction} ${describeAddresses(sources)}`;
    return {
        egress,
        number: order,
        rule: { allow, protocol, sources, sourcePorts: known(PortSet.all), ports, coversHost: known(true), origin: { urn: from.urn, ...(path === "" ? {} : { property: path }), text } },
    };
}

/** The rules that one resource declares. Egress rules stand as written: their sources are the destinations. */
export function declaredAclFilters(r: Resource): DeclaredFilter[] {
    const declared = (egress: boolean, rules: readonly AclRule[]): DeclaredFilter => ({
        urn: r.urn,
        type: r.type,
        name: r.name,
        cloud: "aws",
        kind: "network-acl",
        direction: egress ? "out" : "in",
        filter: {
            order: "first-match",
            rules: rules.map((a) => a.rule),
            otherwise: { allow: false, origin: { urn: r.urn, property: egress ? "egress" : "ingress", text: `network ACL ${r.name}: the final * denies` } },
        },
    });
    if (/:NetworkAclRule$/.test(r.type)) {
        const rule = standaloneAclRule(r, "");
        return [declared(isKnown(rule.egress) && rule.egress.value, [rule])];
    }
    return [false, true]
        .filter((egress) => isPresent(authored(r, egress ? "egress" : "ingress")))
        .map((egress) => declared(egress, [...inlineAclRules(r, egress)].sort((a, b) => (isKnown(a.number) && isKnown(b.number) ? a.number.value - b.number.value : 0))));
}
