import { Known, isKnown, known, mapKnown, unknown } from "../../core/known";
import { AddressSet } from "../../core/net/address-set";
import { AddressBounds, exactly, unionBounds, unknownAddresses } from "../../core/net/bounds";
import { FilterRule, Protocol } from "../../core/net/filter-model";
import { PortSet } from "../../core/net/port-set";
import { VnetSpace, azurePrefix } from "../../core/net/tags";
import { privateAddresses } from "../../core/net/well-known";
import { Origin } from "../../core/origin";
import { Resource } from "../resource";
import { elementsOf, isPresent, readInteger, readString } from "../value";

/** One rule of an NSG as it is written, not yet bound to a network or host. */
export interface NsgRule extends Place {
    readonly direction: Known<"in" | "out">;
    readonly priority: Known<number>;
    readonly allow: Known<boolean>;
    readonly protocol: Known<Protocol>;
    /** Prefixes, service tags and groups; the singular and the plural form together. */
    sources(context: RuleContext): AddressBounds;
    readonly destinations: readonly Known<string>[];
    readonly destinationGroups: unknown;
    readonly sourcePorts: Known<PortSet>;
    readonly ports: Known<PortSet>;
    readonly origin: Origin;
    /** Why the rule may not be there at all. */
    readonly doubt?: string;
}

/** What a rule is bound to: the network that tags stand for, and the host that it may cover. */
export interface RuleContext {
    readonly vnet: VnetSpace;
    /** The host's own private address; a network that it lies in, where the address is not known yet. */
    readonly address: Known<AddressSet>;
    readonly within: AddressBounds;
    /** Whether the host has joined one of these application security groups. */
    joined(groups: unknown, rule: Place): Known<boolean>;
    /** The addresses of the members of these application security groups. */
    members(groups: unknown, rule: Place): AddressBounds;
}

/** Where a rule is written. */
export interface Place {
    readonly holder: Resource;
    readonly path: string;
}

/**
 * @param raw the rule's properties
 * @param nsgName as messages call the NSG
 */
export function readRule(holder: Resource, path: string, raw: Readonly<Record<string, unknown>>, nsgName: string, fallbackName: string): NsgRule {
    const direction = word(raw["direction"], { inbound: "in", outbound: "out" } as const, "its direction");
    const allow = word(raw["access"], { allow: true, deny: false } as const, "whether it allows or denies");
    const priority = readInteger(raw["priority"]);
    const name = isPresent(raw["name"]) ? readString(raw["name"]) : readString(raw["securityRuleName"]);
    const shownName = isKnown(name) ? name.value : fallbackName;
    const sources = textsOf(raw, "sourceAddressPrefix", "sourceAddressPrefixes");
    const destinations = textsOf(raw, "destinationAddressPrefix", "destinationAddressPrefixes");
    return {
        direction,
        priority,
        allow,
        protocol: protocolOf(raw["protocol"]),
        sources: sourcesOf(sources, raw["sourceApplicationSecurityGroups"], { holder, path }),
        destinations,
        destinationGroups: raw["destinationApplicationSecurityGroups"],
        // A missing source port range is refused by ARM; nothing is narrowed by it.
        sourcePorts: portsOf(textsOf(raw, "sourcePortRange", "sourcePortRanges"), known(PortSet.all)),
        ports: portsOf(textsOf(raw, "destinationPortRange", "destinationPortRanges"), unknown("the rule names no destination port")),
        origin: {
            urn: holder.urn,
            ...(path === "" ? {} : { property: path }),
            // Most rules are never shown.
            get text() {
                return `NSG ${nsgName}, rule "${shownName}" (priority ${isKnown(priority) ? priority.value : "not known"}): ${describe(raw, sources, destinations)}`;
            },
        },
        holder,
        path,
    };
}

/** Binds a rule to a network and a host. */
export function bindRule(rule: NsgRule, context: RuleContext): FilterRule {
    let sources: AddressBounds | undefined;
    let coversHost: Known<boolean> | undefined;
    return {
        allow: rule.allow,
        protocol: rule.protocol,
        // Most rules are about other ports, and then nobody asks.
        get sources() {
            return (sources ??= rule.sources(context));
        },
        sourcePorts: rule.sourcePorts,
        ports: rule.ports,
        get coversHost() {
            return (coversHost ??= uncertainPlace(rule) ?? covers(rule, context));
        },
        origin: rule.origin,
    };
}

/** Binds an outbound rule to the host that connects: its `sources` are the addresses that the host connects to. */
export function bindOutbound(rule: NsgRule, context: RuleContext): FilterRule {
    const most = isKnown(context.address) ? context.address.value : context.within.most;
    const from = rule.sources(context);
    const bounds = rule.destinations.map((text) => (isKnown(text) ? prefixBounds(text.value, context.vnet) : unknownAddresses(`a destination of the rule is not known: ${text.reason}`)));
    const groups = isPresent(rule.destinationGroups) ? [unknownAddresses("the members of its destination application security group are not all known", privateAddresses)] : [];
    const not = unknown(from.why ?? `whether the rule is about connections from ${most.describe()} is not known`);
    return {
        allow: rule.allow,
        protocol: rule.protocol,
        sources: bounds.length + groups.length === 0 ? exactly(AddressSet.all) : unionBounds([...bounds, ...groups]),
        sourcePorts: rule.sourcePorts,
        ports: rule.ports,
        coversHost: uncertainPlace(rule) ?? (from.least.covers(most) ? known(true) : from.most.overlaps(most) ? not : known(false)),
        origin: rule.origin,
    };
}

/** Why the rule may not be evaluated where it stands: it may count for the other direction, or come before or after others. */
function uncertainPlace(rule: NsgRule): Known<boolean> | undefined {
    if (rule.doubt !== undefined) {
        return unknown(rule.doubt);
    }
    return isKnown(rule.direction) ? (isKnown(rule.priority) ? undefined : rule.priority) : rule.direction;
}

/** The sources of a rule; plain prefixes mean the same in every network. */
function sourcesOf(texts: readonly Known<string>[], groups: unknown, place: Place): NsgRule["sources"] {
    const make = (context: RuleContext): AddressBounds => {
        const bounds = texts.map((text) => (isKnown(text) ? prefixBounds(text.value, context.vnet) : unknownAddresses(`a source of the rule is not known: ${text.reason}`)));
        if (isPresent(groups)) {
            bounds.push(context.members(groups, place));
        }
        return bounds.length === 0 ? unknownAddresses("the rule names no source") : bounds.length === 1 ? bounds[0]! : unionBounds(bounds);
    };
    if (isPresent(groups) || texts.some((text) => isKnown(text) && /^[a-z][\w.]*$/i.test(text.value))) {
        return make;
    }
    let same: AddressBounds | undefined;
    return (context) => (same ??= make(context));
}

export function prefixBounds(text: string, vnet: VnetSpace): AddressBounds {
    try {
        return azurePrefix(text, vnet);
    } catch (e) {
        return unknownAddresses(e instanceof Error ? e.message : String(e));
    }
}

/**
 * Whether the destination covers the host. NSGs see the private address, after translation (rdp-domain §7.1), so a rule for the
 * public address covers nothing.
 */
function covers(rule: NsgRule, context: RuleContext): Known<boolean> {
    const answers = rule.destinations.map((text) => (isKnown(text) ? coversPrefix(text.value, context) : text));
    if (isPresent(rule.destinationGroups)) {
        answers.push(context.joined(rule.destinationGroups, rule));
    }
    if (answers.length === 0) {
        return known(true);
    }
    return answers.find((a) => isKnown(a) && a.value) ?? answers.find((a) => !isKnown(a)) ?? known(false);
}

/** Whether a destination such as `10.0.1.0/24` or `VirtualNetwork` holds the host. */
export function coversPrefix(text: string, { vnet, address, within }: Pick<RuleContext, "vnet" | "address" | "within">): Known<boolean> {
    if (/^(?:\*|any|virtualnetwork)$/i.test(text.trim())) {
        return known(true);
    }
    const destination = prefixBounds(text, vnet);
    const most = isKnown(address) ? address.value : within.most;
    if (destination.least.covers(most)) {
        return known(true);
    }
    if (!destination.most.overlaps(most)) {
        return known(false);
    }
    return isKnown(address) ? unknown(destination.why ?? `whether ${text} covers ${address.value.toString()} is not known`) : address;
}

/** The value of a singular and a plural property together. */
function textsOf(raw: Readonly<Record<string, unknown>>, one: string, many: string): Known<string>[] {
    const texts: Known<string>[] = isPresent(raw[one]) && raw[one] !== "" ? [readString(raw[one])] : [];
    const list = elementsOf(raw[many]);
    return isKnown(list) ? [...texts, ...list.value.map(readString)] : [...texts, list];
}

function portsOf(texts: readonly Known<string>[], otherwise: Known<PortSet>): Known<PortSet> {
    let all = PortSet.none;
    for (const text of texts) {
        if (!isKnown(text)) {
            return text;
        }
        if (text.value.includes(",")) {
            return unknown(`Azure refuses "${text.value}": a range is a port, two ports with a hyphen, or *; several ranges are a list in the plural property`);
        }
        const ports = portsIn(text.value);
        if (!isKnown(ports) || texts.length === 1) {
            return ports;
        }
        all = all.union(ports.value);
    }
    return texts.length === 0 ? otherwise : known(all);
}

/** Port texts seen so far: thousands of rules share a few. */
const parsedPorts = new Map<string, Known<PortSet>>();

function portsIn(text: string): Known<PortSet> {
    let ports = parsedPorts.get(text);
    if (ports === undefined) {
        try {
            ports = known(PortSet.parse(text));
        } catch (e) {
            ports = unknown(e instanceof Error ? e.message : String(e));
        }
        if (parsedPorts.size < 10_000) {
            parsedPorts.set(text, ports);
        }
    }
    return ports;
}

function protocolOf(value: unknown): Known<Protocol> {
    return mapKnown(readString(value), (text): Protocol => {
        switch (text.toLowerCase()) {
            case "tcp":
            case "6":
                return "tcp";
            case "udp":
            case "17":
                return "udp";
            case "*":
            case "any":
            case "-1":
                return "any";
            default:
                return "other";
        }
    });
}

function word<T>(value: unknown, words: Readonly<Record<string, T>>, what: string): Known<T> {
    const text = readString(value);
    if (!isKnown(text)) {
        return unknown(`${what} is not known: ${text.reason}`);
    }
    const found = words[text.value.toLowerCase()];
    return found === undefined ? unknown(`${what} is "${text.value}", which Azure does not know`) : known(found);
}

/** `allow Tcp 3389 from 203.0.113.0/24`, with what the author narrowed beyond that. */
function describe(raw: Readonly<Record<string, unknown>>, sources: readonly Known<string>[], destinations: readonly Known<string>[]): string {
    const show = (texts: readonly Known<string>[]): string => {
        const shown = texts.slice(0, 4).map((t) => (isKnown(t) ? t.value : "(not known)"));
        return shown.join(", ") + (texts.length > 4 ? ` and ${texts.length - 4} more` : "");
    };
    const one = (property: string): string => show([readString(raw[property])]);
    const ports = show(textsOf(raw, "destinationPortRange", "destinationPortRanges"));
    const from = [...(sources.length > 0 ? [show(sources)] : []), ...(isPresent(raw["sourceApplicationSecurityGroups"]) ? ["an application security group"] : [])].join(", ");
    const sourcePorts = show(textsOf(raw, "sourcePortRange", "sourcePortRanges"));
    const to = [...(destinations.length > 0 ? [show(destinations)] : []), ...(isPresent(raw["destinationApplicationSecurityGroups"]) ? ["an application security group"] : [])].join(", ");
    const direction = /^outbound$/i.test(one("direction")) ? "outbound " : "";
    return [
        `${direction}${one("access").toLowerCase()} ${one("protocol")} ${ports} from ${from === "" ? "(no source)" : from}`,
        ...(sourcePorts === "" || sourcePorts === "*" ? [] : [` source port ${sourcePorts}`]),
        ...(to === "" || to === "*" ? [] : [` to ${to}`]),
    ].join("");
}
