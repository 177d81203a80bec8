import { guestHops, missedListener } from "../../core/guest/hops";
import { Carrier } from "../../core/guest/model";
import { Known, isKnown, known, knownOr, mapKnown, unknown } from "../../core/known";
import { AddressSet } from "../../core/net/address-set";
import { AddressBounds, exactly, unknownAddresses } from "../../core/net/bounds";
import { Hop, IdleTimeout } from "../../core/net/path-model";
import { privateAddresses, privateV4, publicInternet } from "../../core/net/well-known";
import { Origin } from "../../core/origin";
import { Resource } from "../resource";
import { PackOptions } from "../rule";
import { isPresent, readBoolean, readInteger, readString } from "../value";
import { clientsHop, fixedHop, outsideHop, sameForAll } from "./hops";
import { Launch, Nic } from "./launch";
import { Links, Target, Targets } from "./links";
import { subnetAddresses, within } from "./members";
import { NetworkAcls } from "./network-acls";
import { HostPath, Paths, placed } from "./paths";
import { authored, property, textOf } from "./properties";
import { Routes } from "./routes";
import { SecurityGroups } from "./security-groups";
import { ListenerOf, TargetGroups, TargetOf, listenersByGroup } from "./targets";

/** Network Load Balancers pass TCP through, or end it (TLS); Application Load Balancers can never carry RDP (rdp-domain §7.2, §7.4). */
export class LoadBalancers {
    private readonly targets: TargetGroups;
    private listeners: Map<string, ListenerOf[]> | undefined;
    private empty: Resource[] | undefined;

    constructor(
        private readonly links: Links,
        private readonly options: PackOptions,
        private readonly routes: Routes,
        private readonly acls: NetworkAcls,
        private readonly groups: SecurityGroups,
        private readonly paths: Paths,
    ) {
        this.targets = new TargetGroups(links);
    }

    /** @param declared somebody says who should reach the host: then a target group of another stack may be what brings them */
    of(launch: Launch, port: Known<number>, carriers: readonly Carrier[], declared: boolean): HostPath[] {
        this.listeners ??= listenersByGroup(this.links);
        return this.targets.of(launch).flatMap((target) => {
            const listeners = this.listeners!.get(target.group.key) ?? [];
            return listeners.length === 0 && target.group.resource === undefined && declared ? this.outside(launch, target, port, carriers) : listeners.flatMap((listener) => this.path(launch, target, listener, port, carriers));
        });
    }

    /** Balancer, listener and group belong to another stack, which also decides whether the host sees the client's own address: both are tried. */
    private outside(launch: Launch, target: TargetOf, port: Known<number>, carriers: readonly Carrier[]): HostPath[] {
        const nic = launch.nics[0];
        const to = target.port === undefined ? port : readInteger(target.port.value);
        if (nic === undefined || !about(to, port)) {
            return [];
        }
        const name = `target group ${target.group.name.split("/").at(-2) ?? target.group.name}`;
        const origin: Origin = { urn: target.by.urn, text: `${name}, of another stack, brings the clients to ${launch.host.name}` };
        const filters = [...this.paths.aclHops(nic), this.groups.hop(nic.groups, { host: launch.parts, port: to }), ...guestHops(carriers, to, launch.host.urn)];
        const forward = (sources: AddressBounds | undefined): Hop => ({ kind: "forwarder", name, origin, gate: { type: "forward", fromPort: to, toPort: to, terminates: false, ...(sources === undefined ? {} : { sourcesBecome: sources }) } });
        const replaced = unknownAddresses(`the addresses of the balancer of ${name} are not known`, privateV4);
        const doubts = target.why === undefined ? [] : [fixedHop("forwarder", name, "unknown", { ...origin, text: target.why })];
        const other = fixedHop("forwarder", name, "unknown", { ...origin, text: `whether ${name} passes the client's address on is for another stack to say` });
        return [undefined, replaced].map((sources): HostPath => ({ path: { via: "load-balancer", port: to, hops: [outsideHop("address", name, origin, this.options), ...doubts, ...(sources === undefined ? [] : [other]), forward(sources), ...this.targetHops(launch, target, to, port, carriers), ...filters] }, telling: false }));
    }

    /** A target group for the port that nothing is in, where somebody meant a host to be. */
    missing(port: Known<number>): Origin | undefined {
        this.empty ??= this.links.ofKind("TargetGroup").filter((g) => g.external !== true && !this.targets.filled.has(this.links.target(g).key));
        const group = this.empty.find((g) => isKnown(port) && knownOr(readInteger(authored(g, "port")), 0) === port.value);
        return group === undefined ? undefined : { urn: group.urn, text: `target group ${group.name} has no targets` };
    }

    private path(launch: Launch, target: TargetOf, { listener, why }: ListenerOf, port: Known<number>, carriers: readonly Carrier[]): HostPath[] {
        const group = target.group.resource;
        const listens = readInteger(authored(listener, "port"));
        const to: Known<number> = target.port !== undefined ? readInteger(target.port.value) : group === undefined ? { state: "unknown", reason: `target group ${target.group.name} belongs to another stack` } : readInteger(authored(group, "port"));
        if (!about(listens, port) && !about(to, port)) {
            return [];
        }
        const nic = launch.nics[0];
        if (nic === undefined) {
            return [];
        }
        const balancers = this.links.link(property(listener, "loadBalancerArn"), "LoadBalancer");
        const [balancer] = balancers.all;
        const doubts = [target.why, why, balancers.why].filter((w) => w !== undefined);
        const protocol = readString(authored(listener, "protocol") ?? "HTTP");
        const behind: Hop[] = [];
        if (doubts.length > 0) {
            behind.push(fixedHop("forwarder", `listener ${listener.name}`, "unknown", { urn: listener.urn, text: doubts.join("; ") }));
        }
        behind.push(...this.targetHops(launch, target, to, port, carriers));
        const preserves = preservesClient(group, isKnown(protocol) ? protocol.value.toUpperCase() : "TCP");
        const from = isKnown(preserves) ? this.addressesOf(balancer) : unknownAddresses(preserves.reason);
        const forward: Hop = {
            kind: "forwarder",
            name: `listener ${listener.name}`,
            origin: { urn: listener.urn, property: "defaultActions", text: `listener ${listener.name} forwards ${knownOr(listens, "its port")} to target group ${target.group.name}, port ${knownOr(to, "(not known)")}` },
            gate: { type: "forward", fromPort: listens, toPort: to, terminates: !passesThrough(protocol), ...(isKnown(preserves) && preserves.value ? {} : { sourcesBecome: from }), ...idleTimeout(listener, protocol) },
        };
        const sourceGroups = new Set(balancer?.resource === undefined ? [] : this.groups.link(property(balancer.resource, "securityGroups")).all.map((t) => t.key));
        const filters = [...(this.sameSubnet(nic, balancer) ? [] : this.paths.aclHops(nic)), this.groups.hop(nic.groups, { host: launch.parts, port: to, sourceGroups })];
        const hops = [...this.frontHops(listener, balancer, listens), forward, ...protocolHops(listener, balancer, protocol), ...behind, ...this.zoneHops(launch, nic, balancer), ...filters, ...guestHops(carriers, to, launch.host.urn)];
        return [{ path: { via: "load-balancer", port: listens, hops }, telling: true }];
    }

    /** No network ACL stands between two addresses of one subnet. */
    private sameSubnet(nic: Nic, balancer: Target | undefined): boolean {
        const fronts = balancer?.resource === undefined ? undefined : this.subnetsOf(balancer.resource);
        return fronts?.certain === true && nic.subnets.certain && nic.subnets.all.length === 1 && fronts.all.length > 0 && fronts.all.every((s) => s.key === nic.subnets.all[0]!.key);
    }

    /** From the client to the balancer. */
    private frontHops(listener: Resource, balancer: Target | undefined, listens: Known<number>): Hop[] {
        const resource = balancer?.resource;
        if (balancer === undefined || resource === undefined) {
            const text = balancer === undefined ? `which load balancer listener ${listener.name} belongs to is not known` : `load balancer ${balancer.name.split("/").at(-2) ?? balancer.name} belongs to another stack`;
            return [outsideHop("address", "load balancer", { urn: listener.urn, property: "loadBalancerArn", text }, this.options)];
        }
        const name = `load balancer ${resource.name}`;
        const internal = isPresent(authored(resource, "internal")) ? readBoolean(authored(resource, "internal")) : known(false);
        const origin = { urn: resource.urn, property: "internal" };
        const hops: Hop[] = [];
        const subnets = this.subnetsOf(resource);
        const at = { urn: resource.urn, property: isPresent(authored(resource, "subnets")) ? "subnets" : "subnetMappings", text: `the subnets of ${name}` };
        if (!isKnown(internal)) {
            hops.push(fixedHop("address", name, "unknown", { ...origin, text: `whether ${name} is internal is not known: ${internal.reason}` }));
        } else if (internal.value) {
            hops.push(clientsHop("access", name, exactly(privateAddresses), { ...origin, text: `${name} is internal: it has private addresses only` }));
            hops.push(fixedHop("access", name, "assumed", { ...origin, text: `clients reach the VPC of ${name} by VPN, peering or a transit gateway` }));
        } else {
            const both = /dualstack/i.test(textOf(authored(resource, "ipAddressType")) ?? "");
            hops.push(clientsHop("address", name, exactly(both ? publicInternet : publicInternet.intersect(AddressSet.allV4)), { ...origin, text: `the public address of ${name}` }));
            hops.push(...this.perSubnet(subnets, at, "route", (s) => this.routes.internetHops(s)));
        }
        hops.push(...this.perSubnet(subnets, at, "filter", (s) => this.acls.hops(s)));
        const listed = property(resource, "securityGroups");
        if (isPresent(listed.value) && !(Array.isArray(listed.value) && listed.value.length === 0)) {
            hops.push(this.groups.hop({ targets: this.groups.link(listed), origin: { urn: resource.urn, property: "securityGroups", text: `the security groups of ${name}` } }, { host: new Set([resource.urn]), port: listens }));
        }
        return hops;
    }

    private perSubnet(subnets: Targets, at: Origin, kind: "route" | "filter", make: (s: Target) => readonly Hop[]): readonly Hop[] {
        return sameForAll(kind, kind === "route" ? "routes" : "network ACL", subnets, at, make).map((h) => (h.origin.urn === "" ? { ...h, origin: placed(h.origin, at) } : h));
    }

    private subnetsOf(balancer: Resource): Targets {
        const mapped = within(balancer, "subnetMappings", "subnetId");
        const p = mapped.length > 0 ? { from: balancer, path: "subnetMappings", value: mapped.map((m) => m.value) } : property(balancer, "subnets");
        return this.links.linkAll(p, "Subnet");
    }

    private addressesOf(balancer: Target | undefined): AddressBounds {
        const resource = balancer?.resource;
        if (resource === undefined) {
            return { least: AddressSet.none, most: privateV4, why: "the addresses of a load balancer of another stack are not known" };
        }
        return subnetAddresses(this.links, resource, [property(resource, "subnets"), ...within(resource, "subnetMappings", "subnetId")].filter((p) => isPresent(p.value)));
    }

    /** From the listener to the host. */
    private targetHops(launch: Launch, target: TargetOf, to: Known<number>, port: Known<number>, carriers: readonly Carrier[]): Hop[] {
        const group = target.group.resource;
        const hops: Hop[] = [];
        const protocol = group === undefined ? undefined : textOf(authored(group, "protocol"))?.toUpperCase();
        if (group !== undefined && protocol !== undefined && protocol !== "TCP" && protocol !== "TCP_UDP") {
            hops.push({ ...fixedHop("forwarder", `target group ${group.name}`, "closed", { urn: group.urn, property: "protocol", text: `target group ${group.name} speaks ${protocol} to its targets, and RDP needs TCP` }), ...(protocol === "UDP" ? {} : { symptom: "0x904" as const }) });
        }
        const listens = missedListener(carriers, port, to);
        if (listens !== undefined && isKnown(to)) {
            const origin = target.port === undefined ? { urn: group?.urn ?? target.by.urn, property: "port" } : { urn: target.by.urn, property: "port" };
            hops.push(fixedHop("forwarder", `target group ${target.group.name}`, "closed", { ...origin, text: `target group ${target.group.name} sends to port ${to.value}, and ${launch.host.name} listens on ${listens}` }));
        }
        return hops;
    }

    /** Targets in a zone that the balancer has no subnet in get no connections (AWS: target group registration). */
    private zoneHops(launch: Launch, nic: Nic, balancer: Target | undefined): Hop[] {
        const resource = balancer?.resource;
        if (resource === undefined) {
            return [];
        }
        const zones = (subnets: Targets): (string | undefined)[] => subnets.all.map((s) => (s.resource === undefined ? undefined : textOf(authored(s.resource, "availabilityZone"))));
        const [fronts, backs] = [this.subnetsOf(resource), nic.subnets];
        const [front, back] = [zones(fronts), zones(backs)];
        if (!fronts.certain || front.length === 0 || back.length === 0 || [...front, ...back].includes(undefined) || back.some((z) => front.includes(z))) {
            return [];
        }
        return [fixedHop("forwarder", `load balancer ${resource.name}`, "closed", { urn: resource.urn, property: "subnets", text: `load balancer ${resource.name} has no subnet in ${back.join(", ")}, where ${launch.host.name} is, so that it sends nothing there` })];
    }
}

function about(port: Known<number>, rdp: Known<number>): boolean {
    return !isKnown(port) || port.value === 3389 || !isKnown(rdp) || port.value === rdp.value;
}

function passesThrough(protocol: Known<string>): boolean {
    return !isKnown(protocol) || ["TCP", "UDP", "TCP_UDP"].includes(protocol.value.toUpperCase());
}

/** A TCP listener of an NLB: 350 s unless told otherwise, and a reset for what comes later (rdp-domain §7.2). */
function idleTimeout(listener: Resource, protocol: Known<string>): { idle?: IdleTimeout } {
    if (!isKnown(protocol) || !/^TCP(_UDP)?$/i.test(protocol.value)) {
        return {};
    }
    const written = authored(listener, "tcpIdleTimeoutSeconds");
    const seconds: Known<number> = isPresent(written) ? readInteger(written) : known(350);
    const text = `listener ${listener.name} keeps an idle connection for ${knownOr(seconds, "an unknown number of")} seconds${isPresent(written) ? "" : ", as no tcpIdleTimeoutSeconds is written"}`;
    return { idle: { minutes: mapKnown(seconds, (s) => s / 60), reset: known(true), origin: { urn: listener.urn, property: "tcpIdleTimeoutSeconds", text } } };
}

/** What the listener itself makes impossible. */
function protocolHops(listener: Resource, balancer: Target | undefined, protocol: Known<string>): Hop[] {
    const name = `listener ${listener.name}`;
    const origin = { urn: listener.urn, property: "protocol" };
    if (!isKnown(protocol)) {
        return [fixedHop("forwarder", name, "unknown", { ...origin, text: `the protocol of ${name} is not known: ${protocol.reason}` })];
    }
    const kind = balancer?.resource === undefined ? (/\/app\//.test(balancer?.key ?? "") ? "application" : "network") : (textOf(authored(balancer.resource, "loadBalancerType")) ?? "application");
    switch (protocol.value.toUpperCase()) {
        case "TCP":
        case "TCP_UDP":
            return [];
        case "UDP":
            return [fixedHop("forwarder", name, "closed", { ...origin, text: `${name} takes UDP only, and an RDP session begins with TCP` })];
        case "TLS":
            return [{ ...fixedHop("forwarder", name, "closed", { ...origin, text: `${name} speaks TLS from the first byte, and RDP begins without: write TCP` }), symptom: "0x904" }];
        default:
            return [{ ...fixedHop("forwarder", name, "closed", { ...origin, text: `${name} speaks ${protocol.value}${kind === "application" ? ", as an Application Load Balancer does" : ""}, which cannot carry RDP: use a Network Load Balancer with a TCP listener` }), symptom: "0x904" }];
    }
}

/**
 * Whether targets see the client's own address: always for UDP and TCP_UDP; else as written, by default for those that are
 * registered by instance and not for those by address (rdp-domain §7.2).
 */
function preservesClient(group: Resource | undefined, listener: string): Known<boolean> {
    if (!["TCP", "UDP", "TCP_UDP"].includes(listener)) {
        return known(false);
    }
    if (group === undefined || /UDP/i.test(textOf(authored(group, "protocol")) ?? "")) {
        return known(true);
    }
    const written = authored(group, "preserveClientIp");
    if (isPresent(written)) {
        const said = readBoolean(written);
        return isKnown(said) ? said : unknown(`whether target group ${group.name} passes the client's address on is not known: ${said.reason}`);
    }
    const type = authored(group, "targetType");
    const kind: Known<string> = isPresent(type) ? readString(type) : known("instance");
    return mapKnown(kind, (t) => t.toLowerCase() !== "ip");
}
