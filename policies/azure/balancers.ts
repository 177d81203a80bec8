import { Known, isKnown, known, knownOr, mapKnown, unknown } from "../../core/known";
import { Hop, IdleTimeout } from "../../core/net/path-model";
import { Resource } from "../resource";
import { at, elementsOf, isPresent, membersOf, readBoolean, readInteger, readString } from "../value";
import { PublicAddress, publicAddresses } from "./addresses";
import { Estate, cloudName, propsOf } from "./estate";
import { gatewayBalancerHops } from "./gateway-balancers";
import { Named, PartKind, Target, inlineTargets, ownerOf, partsOf, pathIn, target } from "./links";

/** Load balancers as they are written: frontends, rules, pools and probes, inline and standalone. Pass-through (rdp-domain §7.4). */

const balancerKind = "network:LoadBalancer";
export const natRuleNamed: Named = { kind: "network:InboundNatRule", inline: { kind: balancerKind, list: "inboundNatRules" } };
/** Scale sets name pools of NAT rules, which stand in a balancer only. */
export const natPoolNamed: Named = { kind: "", inline: { kind: balancerKind, list: "inboundNatPools" } };
export const poolNamed: Named = { kind: "network:LoadBalancerBackendAddressPool", inline: { kind: balancerKind, list: "backendAddressPools" } };
const natRuleParts: PartKind = { kind: natRuleNamed.kind, property: "loadBalancerName", ownerKind: balancerKind };
const poolParts: PartKind = { kind: poolNamed.kind, property: "loadBalancerName", ownerKind: balancerKind };

/** What a NAT rule or load-balancing rule does. */
export interface Forwarding {
    readonly rule: Target;
    readonly balancer: Resource | undefined;
    readonly protocol: Known<"tcp" | "udp" | "any">;
    readonly dialled: Known<number>;
    readonly arrives: Known<number>;
    /** Port 0 for all ports: a rule of an internal balancer for high availability. */
    readonly allPorts: boolean;
    readonly floating: boolean;
    readonly frontends: readonly Frontend[];
    /** Id of the frontend, where the balancer belongs to another stack. */
    readonly outside?: string;
    readonly text: string;
    readonly idle: IdleTimeout;
    readonly probe?: Probe;
}

export interface Frontend {
    readonly name: string;
    /** Empty for an internal frontend. */
    readonly addresses: readonly PublicAddress[];
    /** A gateway load balancer in front of it. */
    readonly before: readonly Hop[];
}

export interface Probe {
    readonly target: Target;
    readonly protocol: Known<string>;
    readonly port: Known<number>;
}

/** The balancer that a NAT rule or pool belongs to. */
export function balancerOf(estate: Estate, t: Target): Resource | undefined {
    const owner = t.path === "" ? ownerOf(estate, t.resource, { property: "loadBalancerName", ownerKind: balancerKind }) : undefined;
    return owner === undefined ? t.resource : owner.certain ? owner.candidates[0]?.resource : undefined;
}

/** All NAT rules of these stacks, wherever they stand. */
export function allNatRules(estate: Estate): Target[] {
    return estate.of(balancerKind).flatMap((b) => natRulesOf(estate, b));
}

function natRulesOf(estate: Estate, balancer: Resource): Target[] {
    return members(estate, balancer, "inboundNatRules", natRuleParts);
}

export function poolsOf(estate: Estate, balancer: Resource): Target[] {
    return members(estate, balancer, "backendAddressPools", poolParts);
}

export function allPools(estate: Estate): Target[] {
    return [...estate.of(balancerKind).flatMap((b) => inlineTargets(b, "backendAddressPools")), ...estate.of(poolNamed.kind).map(target)];
}

/** Inline members and resources of their own; after a refresh the inline list may hold both. */
function members(estate: Estate, balancer: Resource, list: string, parts: PartKind): Target[] {
    const standalone = partsOf(estate, balancer, parts).map((p) => target(p.resource));
    const names = new Set(standalone.map((t) => cloudNameOf(t)?.toLowerCase()).filter((n) => n !== undefined));
    return [...inlineTargets(balancer, list).filter((t) => !names.has(t.name.toLowerCase())), ...standalone];
}

function cloudNameOf(t: Target): string | undefined {
    return t.path === "" ? cloudName(t.resource) : t.name;
}

export function natForwarding(estate: Estate, rule: Target): Forwarding {
    const balancer = balancerOf(estate, rule);
    const { props } = rule;
    const range = isPresent(props["frontendPortRangeStart"]);
    const dialled = range
        ? unknown(`Azure gives each host a port from ${show(props["frontendPortRangeStart"])} to ${show(props["frontendPortRangeEnd"])}`)
        : readInteger(props["frontendPort"]);
    const shown = range ? `${show(props["frontendPortRangeStart"])}-${show(props["frontendPortRangeEnd"])}` : show(props["frontendPort"]);
    return forwarding(estate, rule, balancer, dialled, `inbound NAT rule ${rule.name}${ofBalancer(balancer)}: ${show(props["protocol"])} ${shown} to port ${show(props["backendPort"])}`);
}

/** The load-balancing rules of a pool that may be its own. */
export function balancingRules(estate: Estate, pool: Target): { readonly rule: Forwarding; readonly doubt?: string }[] {
    const balancer = balancerOf(estate, pool);
    if (balancer === undefined) {
        return [];
    }
    const pools = poolsOf(estate, balancer);
    return inlineTargets(balancer, "loadBalancingRules").flatMap((rule) => {
        const list = elementsOf(rule.props["backendAddressPools"]);
        const named = [rule.props["backendAddressPool"], ...(isKnown(list) ? list.value : [rule.props["backendAddressPools"]])].filter(isPresent);
        const matches = named.map((value) => means(value, pool, pools));
        if (!matches.some((m) => m !== false)) {
            return [];
        }
        const text = `load-balancing rule ${rule.name}${ofBalancer(balancer)}: ${show(rule.props["protocol"])} ${show(rule.props["frontendPort"])} to port ${show(rule.props["backendPort"])}`;
        const made = forwarding(estate, rule, balancer, readInteger(rule.props["frontendPort"]), text);
        return [matches.includes(true) ? { rule: made } : { rule: made, doubt: `which pool ${rule.name} serves is not known at preview` }];
    });
}

/** NAT rules for a whole pool: each member gets a port of a range. */
export function poolNatRules(estate: Estate, pool: Target): { readonly rule: Forwarding; readonly doubt?: string }[] {
    const balancer = balancerOf(estate, pool);
    if (balancer === undefined) {
        return [];
    }
    const pools = poolsOf(estate, balancer);
    return natRulesOf(estate, balancer)
        .filter((rule) => isPresent(rule.props["backendAddressPool"]))
        .flatMap((rule) => {
            const match = means(rule.props["backendAddressPool"], pool, pools);
            return match === false ? [] : [{ rule: natForwarding(estate, rule), ...(match === true ? {} : { doubt: `which pool ${rule.name} serves is not known at preview` }) }];
        });
}

/**
 * Whether a reference inside a balancer means this member of it. Such references are ids that programs put together as text,
 * since a resource cannot name its own outputs: their last segment is the name. One that is not known means the only member there is.
 */
function means(reference: unknown, member: Target, all: readonly Target[]): boolean | "maybe" {
    const id = idText(reference);
    const name = isKnown(id) ? id.value.slice(id.value.lastIndexOf("/") + 1).toLowerCase() : undefined;
    const own = cloudNameOf(member)?.toLowerCase();
    if (name !== undefined && own !== undefined) {
        return name === own;
    }
    if (all.length < 2) {
        return true;
    }
    return name !== undefined && all.some((t) => t !== member && cloudNameOf(t)?.toLowerCase() === name) ? false : "maybe";
}

function idText(reference: unknown): Known<string> {
    const text = readString(reference);
    return isKnown(text) ? text : readString(membersOf(reference)["id"]);
}

function forwarding(estate: Estate, rule: Target, balancer: Resource | undefined, dialled: Known<number>, text: string): Forwarding {
    const { props } = rule;
    const backend = isPresent(props["backendPort"]) ? readInteger(props["backendPort"]) : dialled;
    const floating = isPresent(props["enableFloatingIP"]) && knownOr(readBoolean(props["enableFloatingIP"]), false);
    const probe = balancer === undefined ? undefined : probeOf(balancer, rule);
    const frontendId = balancer === undefined && rule.path === "" ? idText(props["frontendIPConfiguration"]) : undefined;
    return {
        rule,
        balancer,
        protocol: mapKnown(readString(props["protocol"] ?? "Tcp"), (p) => (/^udp$/i.test(p) ? "udp" : /^tcp$/i.test(p) ? "tcp" : "any")),
        dialled,
        arrives: floating ? dialled : backend,
        allPorts: knownOr(dialled, -1) === 0,
        floating,
        frontends: balancer === undefined ? [] : frontendsOf(estate, balancer, rule),
        ...(frontendId !== undefined && isKnown(frontendId) ? { outside: frontendId.value } : {}),
        text,
        idle: idleTimeout(rule),
        ...(probe === undefined ? {} : { probe }),
    };
}

/** Rules of either sort have the same two properties, with the same defaults (rdp-domain §7.1). */
function idleTimeout(rule: Target): IdleTimeout {
    const { idleTimeoutInMinutes: minutes, enableTcpReset: reset } = rule.props;
    return {
        minutes: isPresent(minutes) ? readInteger(minutes) : known(4),
        reset: isPresent(reset) ? readBoolean(reset) : known(false),
        origin: { urn: rule.resource.urn, property: pathIn(rule, "idleTimeoutInMinutes"), text: `${rule.name} keeps an idle connection for ${isPresent(minutes) ? show(minutes) : "4"} minutes${isPresent(minutes) ? "" : ", as no idleTimeoutInMinutes is written"}` },
    };
}

function frontendsOf(estate: Estate, balancer: Resource, rule: Target): Frontend[] {
    const all = inlineTargets(balancer, "frontendIPConfigurations");
    const matches = all.map((t) => ({ t, match: means(rule.props["frontendIPConfiguration"], t, all) }));
    const sure = matches.filter(({ match }) => match === true);
    return (sure.length > 0 ? sure : matches.filter(({ match }) => match === "maybe")).map(({ t }) => frontend(estate, t));
}

function frontend(estate: Estate, t: Target): Frontend {
    const prefix = t.props["publicIPPrefix"];
    const addresses = publicAddresses(estate, t.resource, pathIn(t, "publicIPAddress"), t.props["publicIPAddress"]);
    return {
        name: t.name,
        before: gatewayBalancerHops(estate, t.resource, pathIn(t, "gatewayLoadBalancer"), t.props["gatewayLoadBalancer"]),
        addresses: isPresent(prefix)
            ? [...addresses, { name: `prefix of ${t.name}`, origin: { urn: t.resource.urn, property: pathIn(t, "publicIPPrefix"), text: `public IP prefix of frontend ${t.name}` }, family: known(4), standard: known(true), skuOmitted: false }]
            : addresses,
    };
}

function probeOf(balancer: Resource, rule: Target): Probe | undefined {
    if (!isPresent(rule.props["probe"])) {
        return undefined;
    }
    const all = inlineTargets(balancer, "probes");
    const found = all.find((t) => means(rule.props["probe"], t, all) === true);
    if (found === undefined) {
        const reason = `the probe of ${rule.name} is not known at preview`;
        return { target: { ...rule, name: "(not known)", path: `${rule.path}.probe`, props: {} }, protocol: unknown(reason), port: unknown(reason) };
    }
    return { target: found, protocol: mapKnown(readString(found.props["protocol"]), (p) => p.toLowerCase()), port: readInteger(found.props["port"]) };
}

/** Basic balancers, which are retired, are open without an NSG. */
export function isBasic(balancer: Resource): boolean {
    return /^basic$/i.test(show(at(propsOf(balancer), "sku.name")));
}

function ofBalancer(balancer: Resource | undefined): string {
    return balancer === undefined ? "" : ` of load balancer ${balancer.name}`;
}

function show(value: unknown): string {
    return isPresent(value) ? knownOr(readString(value), "(not known)") : "(none)";
}
