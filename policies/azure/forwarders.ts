import { Known, isKnown, knownOr, unknown } from "../../core/known";
import { admit } from "../../core/net/admit";
import { exactly } from "../../core/net/bounds";
import { Hop, Path } from "../../core/net/path-model";
import { azureHostAddress, privateAddresses } from "../../core/net/well-known";
import { Origin } from "../../core/origin";
import { at, elementsOf, isPresent, readString } from "../value";
import { addressHop, withoutNsgHop } from "./addresses";
import { Forwarding, Frontend, Probe, allNatRules, allPools, balancerOf, balancingRules, isBasic, natForwarding, natPoolNamed, natRuleNamed, poolNamed, poolNatRules } from "./balancers";
import { Estate, kindOf } from "./estate";
import { fixedHop, outsideHop, shortId } from "./hops";
import { References, Target, keyOf, pathIn, resolveAll } from "./links";
import { IpConfiguration, Nic, nicOfResource } from "./nics";
import { Scene, guestPath, networkHops } from "./paths";

/** The paths to a host through load balancers: NAT rules and load-balancing rules. */
export function forwardedPaths(scene: Scene): Path[] {
    const attached = scene.nics.known.flatMap((nic) => (isKnown(nic.configurations) ? nic.configurations.value.map((c) => ({ nic, c })) : []));
    const paths = attached.flatMap(({ nic, c }) => configurationPaths(scene, nic, c));
    return paths.some((p) => p.via === "nat-rule") ? paths : [...paths, ...unattached(scene, attached)];
}

function configurationPaths(scene: Scene, nic: Nic, c: IpConfiguration): Path[] {
    const { estate } = scene;
    const natRules = attachedNatRules(estate, c);
    const pools = poolsOfConfiguration(estate, c);
    const single = rdpOnly(scene, natRules.sure.map((t) => natForwarding(estate, t)));
    const maybe = rdpOnly(scene, natRules.maybe.map((t) => natForwarding(estate, t)));
    const ofPool = (pool: Target): Relevant[] => [
        ...poolNatRules(estate, pool).map((r) => ({ ...r, via: "nat-rule" as const })),
        ...balancingRules(estate, pool).map((r) => ({ ...r, via: "load-balancer" as const })),
    ];
    const own: Relevant[] = [
        ...single.map((rule) => ({ rule, via: "nat-rule" as const })),
        ...pools.sure.flatMap(ofPool),
        ...pools.maybe.flatMap(ofPool).map((r) => ({ ...r, doubt: pools.why ?? "" })),
    ];
    const relevant = own.filter(({ rule }) => rdpOnly(scene, [rule]).length > 0);
    const tcp = relevant.filter(({ rule }) => !isUdp(rule));
    return [
        ...(tcp.length > 0 ? tcp : relevant).map(({ rule, via, doubt }) => forwardedPath(scene, nic, c, rule, via, doubt)),
        ...(maybe.length === 0 ? [] : [forwardedPath(scene, nic, c, either(maybe, natRules.maybe.length > maybe.length), "nat-rule", maybe.length === natRules.maybe.length ? undefined : natRules.why)]),
        ...outsidePaths(scene, nic, c, natRules, pools),
    ];
}

/** A rule that forwards to a host, and why it may not. */
interface Relevant {
    readonly rule: Forwarding;
    readonly via: "nat-rule" | "load-balancer";
    readonly doubt?: string;
}

function attachedNatRules(estate: Estate, c: IpConfiguration): References {
    const rules = resolveAll(estate, c.holder, `${c.path}.loadBalancerInboundNatRules`, c.props["loadBalancerInboundNatRules"], natRuleNamed, "the inbound NAT rule of the NIC");
    const pools = resolveAll(estate, c.holder, `${c.path}.loadBalancerInboundNatPools`, c.props["loadBalancerInboundNatPools"], natPoolNamed, "the inbound NAT pool of the NIC");
    const why = rules.why ?? pools.why;
    return { sure: [...rules.sure, ...pools.sure], maybe: [...rules.maybe, ...pools.maybe], outside: [...rules.outside, ...pools.outside], ...(why === undefined ? {} : { why }) };
}

function poolsOfConfiguration(estate: Estate, c: IpConfiguration): References {
    const named = resolveAll(estate, c.holder, `${c.path}.loadBalancerBackendAddressPools`, c.props["loadBalancerBackendAddressPools"], poolNamed, "the back-end pool of the NIC");
    const byAddress = estate.once(poolsByAddress, poolNamed);
    const mine = [...(isKnown(c.privateAddress) ? byAddress.get(c.privateAddress.value.toString()) ?? [] : []), ...(byAddress.get(c.holder.urn) ?? [])];
    return mine.length === 0 ? named : { ...named, sure: [...named.sure, ...mine] };
}

/** Pools whose members are addresses, by address; or by the NIC that an address comes from. */
function poolsByAddress(estate: Estate): ReadonlyMap<string, readonly Target[]> {
    const pools = new Map<string, Target[]>();
    const add = (key: string, pool: Target): void => void pools.set(key, [...(pools.get(key) ?? []), pool]);
    for (const pool of allPools(estate)) {
        const list = elementsOf(pool.props["loadBalancerBackendAddresses"]);
        const texts = isKnown(list) ? list.value.map((a) => readString(at(a, "ipAddress"))) : [list];
        for (const text of texts) {
            if (isKnown(text) && typeof text.value === "string") {
                add(text.value, pool);
            }
        }
        if (texts.some((t) => !isKnown(t))) {
            const property = pool.path === "" ? "loadBalancerBackendAddresses" : pool.path;
            estate.world.dependencies(pool.resource, property, (r) => kindOf(r) === "network:NetworkInterface").forEach((nic) => add(nic.urn, pool));
        }
    }
    return pools;
}

/** Rules that can be about RDP: to the host's port, or by the port that clients dial for it. */
function rdpOnly(scene: Scene, rules: readonly Forwarding[]): Forwarding[] {
    const own = knownOr(scene.port, 3389);
    const isRdp = (port: Known<number>): boolean => isKnown(port) && (port.value === own || port.value === 3389);
    return rules.filter((r) => r.allPorts || isRdp(r.arrives) || isRdp(r.dialled) || !isKnown(r.arrives));
}

function isUdp(rule: Forwarding): boolean {
    return knownOr(rule.protocol, "tcp") === "udp";
}

/** Several NAT rules of which one is meant: what they have in common is known. */
function either(rules: readonly Forwarding[], others: boolean): Forwarding {
    const first = rules[0]!;
    if (rules.length === 1 && !others) {
        return first;
    }
    const common = <T>(values: readonly Known<T>[], what: string): Known<T> =>
        values.every((v) => isKnown(v) && isKnown(values[0]!) && v.value === values[0].value) ? values[0]! : unknown(`${what} of ${rules.map((r) => r.rule.name).join(" or ")}, and a preview does not tell which`);
    return {
        ...first,
        protocol: common(rules.map((r) => r.protocol), "the protocol"),
        dialled: common(rules.map((r) => r.dialled), "the port"),
        arrives: common(rules.map((r) => r.arrives), "the back-end port"),
        frontends: rules.flatMap((r) => r.frontends),
        text: rules.map((r) => r.text).join(", or "),
        idle: {
            ...first.idle,
            minutes: common(rules.map((r) => r.idle.minutes), "the idle time-out"),
            reset: common(rules.map((r) => r.idle.reset), "the TCP reset"),
        },
    };
}

function forwardedPath(scene: Scene, nic: Nic, c: IpConfiguration, rule: Forwarding, via: "nat-rule" | "load-balancer", doubt: string | undefined): Path {
    const dialled = rule.allPorts ? scene.port : rule.dialled;
    const arrives = rule.allPorts ? scene.port : rule.arrives;
    const isPublic = rule.frontends.some((f) => f.addresses.length > 0);
    const network = networkHops(scene, nic, c, isPublic || rule.outside !== undefined ? "internet" : "private", arrives);
    const addresses = rule.frontends.flatMap((f) => f.addresses);
    const closed = isPublic && network.unfiltered && !(rule.balancer !== undefined && isBasic(rule.balancer)) ? withoutNsgHop(addresses, "load balancer frontend") : undefined;
    const origin: Origin = { urn: rule.rule.resource.urn, ...(rule.rule.path === "" ? {} : { property: rule.rule.path }), text: rule.text };
    const hops: Hop[] = [
        ...frontendHops(scene, rule, origin),
        ...(rule.frontends[0]?.before ?? []),
        ...(closed === undefined ? [] : [closed]),
        ...(rule.outside !== undefined && network.unfiltered ? [fixedHop("filter", "network security group", "unknown", { urn: nic.holder.urn, property: pathIn(nic, "networkSecurityGroup"), text: `${scene.host.name} has no network security group, and whether the frontend ${shortId(rule.outside)} is public, so that it takes one, is not known` })] : []),
        ...(doubt === undefined ? [] : [fixedHop("forwarder", rule.rule.name, "unknown", { ...origin, text: doubt })]),
        ...(isUdp(rule) ? [fixedHop("forwarder", rule.rule.name, "closed", { ...origin, text: `${rule.text} carries UDP only, and RDP begins with TCP` })] : []),
        { kind: "forwarder", name: `${via === "nat-rule" ? "NAT rule" : "load balancer rule"} ${rule.rule.name}`, origin, gate: { type: "forward", fromPort: dialled, toPort: arrives, terminates: false, idle: rule.idle } },
        ...(rule.floating ? [fixedHop("forwarder", "floating IP", "unknown", { ...origin, text: `${rule.text} uses a floating IP: the guest must hold the frontend's address itself` })] : []),
        ...probeHops(rule.probe, arrives, network.hops),
    ];
    return guestPath(scene, via, [...hops, ...network.hops], dialled, arrives);
}

function frontendHops(scene: Scene, rule: Forwarding, origin: Origin): Hop[] {
    const publicOnes = rule.frontends.flatMap((f) => f.addresses);
    if (rule.outside !== undefined) {
        const name = `frontend ${shortId(rule.outside)}`;
        return [outsideHop(scene.estate, "address", name, { ...origin, text: `clients reach ${name}, which belongs to another stack` })];
    }
    if (rule.frontends.length === 0) {
        return [fixedHop("address", "frontend", "unknown", { ...origin, text: `the frontend of ${rule.rule.name} is not known` })];
    }
    const internal = rule.frontends.filter((f: Frontend) => f.addresses.length === 0);
    if (internal.length === 0) {
        return [addressHop(publicOnes)];
    }
    if (publicOnes.length > 0) {
        return [fixedHop("address", "frontend", "unknown", { ...origin, text: `whether ${rule.rule.name} has a public or an internal frontend is not known` })];
    }
    const at_ = { ...origin, text: `frontend ${internal[0]!.name} has a private address, for clients with private addresses` };
    return [
        { kind: "address", name: `internal frontend ${internal[0]!.name}`, origin: at_, gate: { type: "clients", clients: exactly(privateAddresses) } },
        outsideHop(scene.estate, "access", "VPN, peering or ExpressRoute", { ...origin, text: "clients reach the virtual network by VPN, peering or ExpressRoute" }),
    ];
}

/** While its probe fails, a back end gets no new connections (rdp-domain §7.1). */
function probeHops(probe: Probe | undefined, arrives: Known<number>, filters: readonly Hop[]): Hop[] {
    if (probe === undefined) {
        return [];
    }
    const { port, protocol } = probe;
    const shown = `probe ${probe.target.name} (${knownOr(protocol, "protocol not known")} ${knownOr(port, "port not known")})`;
    const hop = (verdict: "closed" | "unknown", text: string): Hop[] => [fixedHop("forwarder", `health ${shown}`, verdict, { urn: probe.target.resource.urn, property: probe.target.path, text })];
    const down = "the balancer takes the host for dead and sends it nobody";
    for (const { gate } of filters) {
        const refused = gate.type === "filter" ? admit(gate.filter, { clients: azureHostAddress, protocol: "tcp", port }).closed[0] : undefined;
        if (refused !== undefined && isKnown(port)) {
            return [fixedHop("forwarder", `health ${shown}`, "closed", { ...refused.decidedBy, text: `${refused.decidedBy.text}: it refuses the ${shown} from 168.63.129.16, so ${down}` })];
        }
    }
    const same = isKnown(port) && isKnown(arrives) ? port.value === arrives.value : undefined;
    if (same === true && isKnown(protocol)) {
        return protocol.value.startsWith("http") ? hop("closed", `${shown} asks the RDP listener for a web page, which it never gives: ${down}`) : [];
    }
    return hop("unknown", same === false ? `${shown} asks another port than RDP's: while nothing answers there, ${down}` : `what the ${shown} asks is not known`);
}

/**
 * Balancers that these stacks do not show. A NAT rule is for one host, and taken to be for RDP only if nothing says otherwise;
 * a pool may serve any port.
 */
function outsidePaths(scene: Scene, nic: Nic, c: IpConfiguration, natRules: References, pools: References): Path[] {
    const path = (via: Relevant["via"], hop: Hop): Path => guestPath(scene, via, [hop, ...networkHops(scene, nic, c, "internet", scene.port).hops]);
    const at_ = (property: string): { urn: string; property: string } => ({ urn: c.holder.urn, property: `${c.path}.${property}` });
    return [
        ...natRules.outside.map((id) =>
            path("nat-rule", outsideHop(scene.estate, "forwarder", `NAT rule ${shortId(id)}`, { ...at_("loadBalancerInboundNatRules"), text: `inbound NAT rule ${shortId(id)} of another stack forwards RDP to NIC ${nic.name}` })),
        ),
        ...(natRules.why !== undefined && natRules.maybe.length === 0
            ? [path("nat-rule", fixedHop("forwarder", "NAT rule", "unknown", { ...at_("loadBalancerInboundNatRules"), text: natRules.why }))]
            : []),
        ...pools.outside.map((id) =>
            path("load-balancer", fixedHop("forwarder", `pool ${shortId(id)}`, "unknown", { ...at_("loadBalancerBackendAddressPools"), text: `which ports the load balancer of pool ${shortId(id)} forwards, another stack decides` })),
        ),
    ];
}

/** NAT rules for RDP that no NIC has taken up: meant for this host if it is the only one, or in a pool of the same balancer. */
function unattached(scene: Scene, attached: readonly { nic: Nic; c: IpConfiguration }[]): Path[] {
    const { estate } = scene;
    const free = estate.once(freeNatRules, natRuleNamed);
    if (free.length === 0) {
        return [];
    }
    const alone = estate.of("compute:VirtualMachine").length + estate.of("compute:VirtualMachineScaleSet").length === 1;
    const balancers = new Set(attached.flatMap(({ c }) => poolsOfConfiguration(estate, c).sure).map((pool) => balancerOf(estate, pool)?.urn));
    return rdpOnly(scene, free.filter((t) => alone || balancers.has(balancerOf(estate, t)?.urn)).map((t) => natForwarding(estate, t))).map((rule) => {
        const origin = { urn: rule.rule.resource.urn, ...(rule.rule.path === "" ? {} : { property: rule.rule.path }) };
        const text = `${rule.text}, and no NIC has taken it up: its id must stand in loadBalancerInboundNatRules of an IP configuration`;
        return guestPath(scene, "nat-rule", [
            ...frontendHops(scene, rule, { ...origin, text: rule.text }),
            { kind: "forwarder", name: `NAT rule ${rule.rule.name}`, origin: { ...origin, text: rule.text }, gate: { type: "forward", fromPort: rule.dialled, toPort: rule.arrives, terminates: false } },
            fixedHop("forwarder", `NAT rule ${rule.rule.name} (attached to nothing)`, "closed", { ...origin, text }),
        ], rule.dialled, rule.arrives);
    });
}

/** NAT rules for single hosts that no NIC of these stacks refers to. None, when some NIC's reference is not known. */
function freeNatRules(estate: Estate): readonly Target[] {
    const single = allNatRules(estate).filter((t) => !isPresent(t.props["backendAddressPool"]));
    if (single.length === 0) {
        return [];
    }
    const taken = new Set<string>();
    for (const nic of estate.of("network:NetworkInterface")) {
        const { configurations } = estate.once(nicOfResource, nic);
        if (!isKnown(configurations)) {
            return [];
        }
        for (const c of configurations.value) {
            const { sure, maybe, why } = attachedNatRules(estate, c);
            if (why !== undefined && maybe.length === 0) {
                return [];
            }
            [...sure, ...maybe].forEach((t) => taken.add(keyOf(t)));
        }
    }
    return single.filter((t) => !taken.has(keyOf(t)));
}
