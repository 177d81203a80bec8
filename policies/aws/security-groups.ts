import { Known, isKnown, known, unknown } from "../../core/known";
import { AddressSet } from "../../core/net/address-set";
import { AddressBounds, exactly, unionBounds, unknownAddresses } from "../../core/net/bounds";
import { Filter, FilterRule } from "../../core/net/filter-model";
import { Hop } from "../../core/net/path-model";
import { PortSet } from "../../core/net/port-set";
import { privateAddresses } from "../../core/net/well-known";
import { Origin } from "../../core/origin";
import { Resource } from "../resource";
import { PackOptions } from "../rule";
import { elementsOf, isPresent, membersOf } from "../value";
import { Direction, GroupRule, inlineRules, standaloneRule, unknownRule } from "./group-rules";
import { outsideHop } from "./hops";
import { Links, Target, Targets } from "./links";
import { Members, membersByGroup } from "./members";
import { Property, authored } from "./properties";
import { readCidrs } from "./traffic";

/** The security groups of one network interface. */
export interface Groups {
    readonly targets: Targets;
    /** Where they are listed, or should be. */
    readonly origin: Origin;
    /** Nothing is listed, so that it is the VPC's default group. */
    readonly byDefault?: boolean;
}

/** What is special about the connections that a filter is asked about. */
export interface Connection {
    /** The host and its parts, which are no clients of their own. */
    readonly host: ReadonlySet<string>;
    readonly port: Known<number>;
    /** Keys of groups that the connection's source belongs to, whatever its address (a balancer, an endpoint). */
    readonly sourceGroups?: ReadonlySet<string>;
    /** Keys of groups of other stacks that private clients are taken to be members of. */
    readonly clientGroups?: ReadonlySet<string>;
}

/** Security groups: only allows, all groups together, all rules evaluated (rdp-domain §7.2). */
export class SecurityGroups {
    private readonly rulesOf = new Map<string, readonly GroupRule[]>();
    private standalone: Map<string, { rule: GroupRule; certain: boolean }[]> | undefined;
    private adopted: Map<string, Resource> | undefined;
    private members: Map<string, Map<string, Members>> | undefined;

    constructor(
        private readonly links: Links,
        private readonly options: PackOptions,
    ) {}

    link(p: Property): Targets {
        return this.links.linkAllOrDefault(p, "SecurityGroup", "defaultSecurityGroupId");
    }

    /** One hop for all groups of an interface. */
    hop(groups: Groups, connection: Connection): Hop {
        const { targets, origin } = groups;
        const names = targets.all.map((t) => t.name).join(", ");
        const name = groups.byDefault === true && targets.all.length === 1 ? describeGroup(targets.all[0]!) : targets.all.length === 0 ? "security groups" : `security group${targets.all.length === 1 ? "" : "s"} ${names}`;
        const rules: FilterRule[] = [];
        const outside: Target[] = [];
        for (const group of targets.all) {
            rules.push(...this.resolved(group, "ingress", connection, targets.certain ? undefined : targets.why));
            if (this.isOutside(group)) {
                outside.push(group);
            }
        }
        if (!targets.certain && targets.why !== undefined) {
            rules.push(unknownRule({ ...origin, text: targets.why }, targets.why));
        }
        if (outside.length > 0) {
            const whose = `security group ${outside.map((t) => t.name).join(", ")} belongs to another stack`;
            if (!rules.some((r) => admitsPort(r, connection.port))) {
                return outsideHop("filter", name, { ...origin, text: whose }, this.options);
            }
            rules.push(unknownRule({ ...origin, text: whose }, whose));
        }
        const otherwise = {
            allow: false,
            origin: { ...origin, ...this.placeOf(targets), text: targets.all.length === 0 ? "no security group is attached" : `${name}: no rule admits ${describePort(connection.port)}${describeOpen(rules)}` },
        };
        const filter: Filter = { order: "any-allow", rules, otherwise };
        return { kind: "filter", name, origin: otherwise.origin, gate: { type: "filter", filter } };
    }

    /**
     * Groups of other stacks whose members alone get in: jump hosts that a platform team owns. That private clients are
     * members is then an assumption, as everything outside the stack.
     */
    clientGroups(groups: Groups, connection: Connection): readonly Target[] {
        const refers = groups.targets.all.some((group) => this.rules(group).some((rule) => rule.direction === "ingress" && rule.groups.length > 0));
        if (this.options.outside !== "assume-open" || !refers) {
            return [];
        }
        const named = new Map<string, Target>();
        for (const { group, rule } of groups.targets.all.flatMap((group) => this.rules(group).map((rule) => ({ group, rule })))) {
            if (rule.direction !== "ingress" || !admitsPort({ ...rule.rule, sources: unknownAddresses("") }, connection.port)) {
                continue;
            }
            const outside = rule.groups.flatMap((p) => this.link(p).all).filter((t) => this.isOutside(t));
            if (outside.length === 0 && !this.sources(rule, group, connection).least.isEmpty) {
                return [];
            }
            outside.forEach((t) => named.set(t.key, t));
        }
        return [...named.values()];
    }

    /** Whether the rules of a group are decided elsewhere. A VPC's default group admits its members only, until somebody changes it. */
    isOutside(group: Target): boolean {
        const { resource } = group;
        if (resource === undefined) {
            return !group.key.endsWith("#defaultSecurityGroupId");
        }
        return resource.external === true && /SecurityGroup$/.test(resource.type) && !isPresent(resource.outputs["ingress"]);
    }

    /** The rules of a group for one direction, with sources (or destinations) as addresses. */
    resolved(group: Target, direction: Direction, connection: Connection, doubt?: string): FilterRule[] {
        return this.rules(group)
            .filter((g) => g.direction === direction)
            .map((g) => {
                const rule = this.isPlain(g) ? g.rule : { ...g.rule, sources: this.sources(g, group, connection) };
                return doubt === undefined ? rule : { ...rule, allow: unknown(doubt) };
            });
    }

    /** Whether its addresses are all written there. */
    private isPlain(g: GroupRule): boolean {
        return g.groups.length === 0 && g.prefixLists.length === 0 && isKnown(g.self) && !g.self.value;
    }

    private placeOf(targets: Targets): Partial<Origin> {
        const [only] = targets.all;
        return targets.all.length === 1 && only?.resource !== undefined && /SecurityGroup$/.test(only.resource.type) ? { urn: only.resource.urn, property: "ingress" } : {};
    }

    private rules(group: Target): readonly GroupRule[] {
        let rules = this.rulesOf.get(group.key);
        if (rules === undefined) {
            rules = this.readRules(group);
            this.rulesOf.set(group.key, rules);
        }
        return rules;
    }

    private readRules(group: Target): GroupRule[] {
        const own = group.resource !== undefined && /SecurityGroup$/.test(group.resource.type) ? group.resource : this.adoptedGroups().get(group.key);
        const inline = own === undefined ? [] : (["ingress", "egress"] as const).flatMap((d) => inlineRules(own, d));
        const untouched = own === undefined && !this.isOutside(group) ? defaultRules(group) : [];
        const standalone = (this.standaloneRules().get(group.key) ?? []).map(({ rule, certain }) =>
            certain ? rule : { ...rule, rule: { ...rule.rule, allow: unknown(`a preview does not tell to which security group ${rule.rule.origin.text} belongs`) } },
        );
        return [...inline, ...untouched, ...standalone];
    }

    private standaloneRules(): ReadonlyMap<string, { rule: GroupRule; certain: boolean }[]> {
        if (this.standalone === undefined) {
            this.standalone = new Map();
            for (const r of this.links.ofKind("SecurityGroupRule")) {
                const targets = this.links.linkOrDefault({ from: r, path: "securityGroupId", value: authored(r, "securityGroupId") }, "SecurityGroup", "defaultSecurityGroupId");
                for (const t of targets.all) {
                    const same = this.standalone.get(t.key) ?? [];
                    const rule = standaloneRule(r);
                    const text = rule.rule.origin.text.replace(/^rule /, `security group ${t.name}, rule `);
                    same.push({ rule: { ...rule, rule: { ...rule.rule, origin: { ...rule.rule.origin, text } } }, certain: targets.certain });
                    this.standalone.set(t.key, same);
                }
            }
        }
        return this.standalone;
    }

    private adoptedGroups(): ReadonlyMap<string, Resource> {
        return (this.adopted ??= new Map(
            this.links
                .ofKind("SecurityGroup")
                .filter((r) => /:Default/.test(r.type))
                .map((r) => [this.links.adopted(this.links.target(r), "defaultSecurityGroupId").key, r]),
        ));
    }

    private sources(g: GroupRule, group: Target, connection: Connection): AddressBounds {
        const parts: AddressBounds[] = [g.rule.sources];
        for (const p of g.groups) {
            const targets = this.link(p);
            parts.push(...targets.all.map((t) => this.memberAddresses(t, connection)));
            if (!targets.certain) {
                parts.push(unknownAddresses(targets.why ?? "which group it names is not known", privateAddresses));
            }
        }
        if (!isKnown(g.self) || g.self.value) {
            parts.push(isKnown(g.self) ? this.memberAddresses(group, connection) : unknownAddresses(`whether the group admits itself is not known: ${g.self.reason}`, privateAddresses));
        }
        parts.push(...g.prefixLists.map((p) => this.prefixes(p)));
        return parts.length === 1 ? parts[0]! : unionBounds(parts);
    }

    /** A reference to a group means the private addresses of its members, never a public path (rdp-domain §7.2). */
    private memberAddresses(group: Target, connection: Connection): AddressBounds {
        if (connection.sourceGroups?.has(group.key) === true) {
            return exactly(AddressSet.all);
        }
        if (connection.clientGroups?.has(group.key) === true) {
            return exactly(privateAddresses);
        }
        this.members ??= membersByGroup(this.links, (p) => this.link(p));
        const own = (m: Members): number => [...connection.host].filter((urn) => m.urns.has(urn)).length;
        const members = [...(this.members.get(group.key)?.values() ?? [])].filter((m) => m.urns.size > own(m));
        const outside = this.isOutside(group) ? [unknownAddresses(`the members of security group ${group.name}, of another stack, are not known`, privateAddresses)] : [];
        if (members.length === 0 && outside.length === 0) {
            return unknownAddresses(`nothing else in the stack is a member of security group ${group.name}`, privateAddresses);
        }
        return unionBounds([...outside, ...members.map((m) => m.addresses)]);
    }

    private prefixes(p: Property): AddressBounds {
        const targets = this.links.linkAll(p, "PrefixList");
        return unionBounds([
            ...targets.all.map((t) => this.prefixList(t)),
            ...(targets.certain ? [] : [unknownAddresses(targets.why ?? "which prefix list it names is not known")]),
        ]);
    }

    private prefixList(list: Target): AddressBounds {
        const { resource } = list;
        const standalone = this.links.childrenBy("PrefixListEntry", "prefixListId", list, "PrefixList");
        const entries = resource === undefined ? known([]) : elementsOf(authored(resource, "entries"));
        return unionBounds([
            ...standalone.map((c) => (c.certain ? readCidrs(authored(c.resource, "cidr")) : unknownAddresses(`a preview does not tell whether ${c.resource.name} is in prefix list ${list.name}`))),
            ...(isKnown(entries) ? entries.value.map((e) => readCidrs(membersOf(e)["cidr"])) : [unknownAddresses(`the entries of prefix list ${list.name} are not known: ${entries.reason}`)]),
            ...(resource === undefined || (resource.external === true && !isPresent(resource.outputs["entries"])) ? [unknownAddresses(`prefix list ${list.name} belongs to another stack`)] : []),
        ]);
    }
}

function describeGroup(group: Target): string {
    return group.resource === undefined || /Vpc$/.test(group.resource.type) ? `default security group ${group.name.startsWith("of ") ? group.name : `of VPC ${group.name}`}` : `security group ${group.name}`;
}

/** What AWS puts into a VPC's default group: its members may talk to each other, and to anybody. */
function defaultRules(group: Target): GroupRule[] {
    const rule = (direction: Direction, sources: AddressSet, what: string): GroupRule => ({
        direction,
        groups: [],
        self: known(direction === "ingress"),
        prefixLists: [],
        rule: {
            allow: known(true),
            protocol: known("any"),
            sources: exactly(sources),
            sourcePorts: known(PortSet.all),
            ports: known(PortSet.all),
            coversHost: known(true),
            origin: { urn: group.resource?.urn ?? "", text: `the ${describeGroup(group)}: all traffic ${what}` },
        },
    });
    return [rule("ingress", AddressSet.none, "from members of the group itself"), rule("egress", AddressSet.all, "to anywhere")];
}

function admitsPort(rule: FilterRule, port: Known<number>): boolean {
    const ports = isKnown(rule.ports) ? rule.ports.value : PortSet.all;
    const protocol = isKnown(rule.protocol) ? rule.protocol.value : "any";
    return !rule.sources.most.isEmpty && (protocol === "tcp" || protocol === "any") && (isKnown(port) ? ports.contains(port.value) : !ports.isEmpty);
}

export function describePort(port: Known<number>): string {
    return isKnown(port) ? `tcp ${port.value}` : "the RDP port";
}

/** What the groups do open, since a near miss is the usual mistake. */
function describeOpen(rules: readonly FilterRule[]): string {
    const some = rules.slice(0, 3).map((r) => r.origin.text.replace(/^.*: /, ""));
    return some.length === 0 ? " (it has no rules)" : ` from there (it has ${some.join("; ")}${rules.length > 3 ? "; …" : ""})`;
}
