import { Known, isKnown, known } from "../../core/known";
import { AddressSet } from "../../core/net/address-set";
import { AddressBounds, exactly } from "../../core/net/bounds";
import { Hop, Via } from "../../core/net/path-model";
import { Resource } from "../resource";
import { Declaration } from "../intent";
import { PackOptions } from "../rule";
import { isPresent, readBoolean } from "../value";
import { egressHop, groupKeys, verdictOf } from "./egress";
import { fixedHop, outsideHop, sameForAll } from "./hops";
import { Launch, Nic } from "./launch";
import { Links, Target, Targets } from "./links";
import { rangesOf, subnetAddresses } from "./members";
import { HostPath, Paths } from "./paths";
import { Permissions } from "./permissions";
import { authored, property, textOf } from "./properties";
import { Routes } from "./routes";
import { SecurityGroups } from "./security-groups";

/** Tunnels that AWS builds to a host: Session Manager and EC2 Instance Connect Endpoint (rdp-domain §7.2). Both accept the client themselves. */
export class Access {
    private readonly permissions: Permissions;
    private endpointsByVpc: Map<string, Resource[]> | undefined;
    private tunnelsByPlace: Map<string, Resource[]> | undefined;

    constructor(
        private readonly links: Links,
        private readonly options: PackOptions,
        private readonly routes: Routes,
        private readonly groups: SecurityGroups,
        private readonly paths: Paths,
    ) {
        this.permissions = new Permissions(links);
    }

    /**
     * Tunnels work for whoever may use the account, whatever their address, so that they say nothing about clients that are meant
     * to come by the network: one counts where it is the declared path, or where the host has no public one. A broken tunnel that
     * nobody declared is no fault, yet it may be what people use by means that are out of sight here.
     */
    of(launch: Launch, port: Known<number>, guest: readonly Hop[], { via, clients, from }: Declaration, hasPublicPath: boolean): HostPath[] {
        const nic = launch.nics[0];
        if (nic === undefined) {
            return [];
        }
        const made = [...this.sessionManager(launch, nic, port, guest, via), ...this.instanceConnect(launch, nic, port, guest, from)];
        return made.flatMap((m): HostPath[] => {
            if (m.path.via === via) {
                return [m];
            }
            const broken = m.path.hops.some((h) => h.gate.type === "fixed" && h.gate.verdict === "closed");
            if (hasPublicPath || via !== undefined || (broken && clients.length > 0)) {
                return [];
            }
            return [broken ? { ...m, path: { ...m.path, hops: m.path.hops.map(doubted) } } : m];
        });
    }

    /** Session Manager's agent dials out, so that no rule for inbound connections matters; what it connects to is the guest's loopback. */
    private sessionManager(launch: Launch, nic: Nic, port: Known<number>, guest: readonly Hop[], via: Via | undefined): HostPath[] {
        const permission = this.permissions.hop(launch, this.options);
        if (via !== "session-manager" && (permission.gate.type !== "fixed" || permission.gate.verdict !== "open")) {
            return [];
        }
        const forward: Hop = {
            kind: "forwarder",
            name: "Session Manager",
            origin: { urn: launch.host.urn, text: "Session Manager forwards the port (AWS-StartPortForwardingSession)" },
            gate: { type: "forward", fromPort: port, toPort: port, sourcesBecome: exactly(AddressSet.parse("127.0.0.1")), terminates: true },
        };
        const hops = [permission, forward, ...this.agentHops(launch, nic), ...guest.filter((h) => h.kind !== "guest-firewall")];
        return [{ path: { via: "session-manager", port, hops }, telling: false }];
    }

    /** How the agent gets to Systems Manager: by endpoints in the VPC, or by the Internet; and that its group lets it out. */
    private agentHops(launch: Launch, nic: Nic): Hop[] {
        const vpcs = this.vpcsOf(nic);
        const [vpc] = vpcs;
        const endpoints = vpc === undefined ? [] : (this.endpoints().get(vpc.key) ?? []);
        const serving = (service: string): Resource | undefined => endpoints.find((e) => textOf(authored(e, "serviceName"))?.endsWith(`.${service}`) === true && privateDns(e));
        const [ssm, messages] = [serving("ssm"), serving("ssmmessages")];
        if (ssm !== undefined && messages !== undefined) {
            return [this.endpointHop(launch, nic, ssm), this.endpointHop(launch, nic, messages), this.groupOut(launch, nic, this.subnetsOf(ssm), "Systems Manager's endpoints")];
        }
        const publicly = this.paths.noPublicAddress(launch) === undefined;
        const out = sameForAll("route", "way to Systems Manager", nic.subnets.all.length === 0 && nic.subnets.certain ? { all: [{ key: "default", name: "default" }], certain: true } : nic.subnets, nic.subnetOrigin, (s) => [
            s.key === "default" ? outsideHop("route", "way to Systems Manager", { ...nic.subnetOrigin, text: "the default VPC leads to the Internet unless somebody changed it" }, this.options) : this.routes.outwardHop(s, publicly, launch.host.name),
        ]);
        return [...out.map((h) => (h.origin.urn === "" ? { ...h, origin: { ...nic.subnetOrigin, text: h.origin.text } } : h)), this.groupOut(launch, nic, exactly(AddressSet.allV4), "Systems Manager")];
    }

    private endpointHop(launch: Launch, nic: Nic, endpoint: Resource): Hop {
        const name = `endpoint ${endpoint.name}`;
        const listed = property(endpoint, "securityGroupIds");
        const origin = { urn: endpoint.urn, property: "securityGroupIds", text: `the security groups of ${name}` };
        const targets: Targets = isPresent(listed.value) ? this.groups.link(listed) : { all: this.vpcsOf(nic).flatMap((v) => (v.resource === undefined ? [] : [this.links.defaultOf(v.resource, "defaultSecurityGroupId")])), certain: true };
        const hop = this.groups.hop({ targets, origin, byDefault: !isPresent(listed.value) }, { host: new Set([endpoint.urn]), port: known(443), sourceGroups: groupKeys(nic.groups) });
        if (hop.gate.type !== "filter") {
            return hop;
        }
        const verdict = verdictOf(hop.gate.filter.rules, rangesOf(nic.subnets, launch.host.name), 443);
        return fixedHop("filter", name, verdict, { ...hop.origin, text: verdict === "open" ? `${name} admits ${launch.host.name}` : `${name} must admit tcp 443 from ${launch.host.name}: ${hop.origin.text}` });
    }

    /** Security groups are stateful: connections that the host itself makes need an egress rule, replies do not. */
    private groupOut(launch: Launch, nic: Nic, destination: AddressBounds, what: string): Hop {
        const { targets, origin } = nic.groups;
        const name = "security groups, egress";
        if (targets.all.some((g) => this.groups.isOutside(g)) || !targets.certain) {
            return outsideHop("filter", name, { ...origin, text: targets.why ?? "the egress rules of a security group of another stack are not known" }, this.options);
        }
        const rules = targets.all.flatMap((g) => this.groups.resolved(g, "egress", { host: launch.parts, port: known(443) }));
        const verdict = verdictOf(rules, destination, 443);
        const names = targets.all.map((t) => t.name).join(", ");
        const text = verdict === "open" ? `${names} lets the agent out to ${what}` : `security group ${names} has no egress rule for tcp 443 to ${what}`;
        return fixedHop("filter", name, verdict, { ...origin, text });
    }

    private instanceConnect(launch: Launch, nic: Nic, port: Known<number>, guest: readonly Hop[], from: AddressBounds | undefined): HostPath[] {
        const tunnels = new Set([...this.vpcsOf(nic), ...nic.subnets.all].flatMap((t) => this.tunnels().get(t.key) ?? []));
        return [...tunnels].map((t) => ({ path: { via: "instance-connect", port, hops: this.tunnelHops(t, launch, nic, port, guest, from) }, telling: false }));
    }

    private tunnelHops(endpoint: Resource, launch: Launch, nic: Nic, port: Known<number>, guest: readonly Hop[], from: AddressBounds | undefined): Hop[] {
        const name = `Instance Connect Endpoint ${endpoint.name}`;
        const keeps = isPresent(authored(endpoint, "preserveClientIp")) ? readBoolean(authored(endpoint, "preserveClientIp")) : known(false);
        const subnets = this.links.link(property(endpoint, "subnetId"), "Subnet");
        const listed = property(endpoint, "securityGroupIds");
        const explicit = isPresent(listed.value) && !(Array.isArray(listed.value) && listed.value.length === 0);
        const own = explicit ? this.groups.link(listed) : { all: this.vpcsOf(nic).flatMap((v) => (v.resource === undefined ? [] : [this.links.defaultOf(v.resource, "defaultSecurityGroupId")])), certain: true };
        const replaced = !isKnown(keeps) || !keeps.value;
        // The author of a subnet of another stack may have told its addresses.
        const sources = from !== undefined && subnets.all.every((s) => s.resource === undefined) ? from : subnetAddresses(this.links, endpoint, [property(endpoint, "subnetId")]);
        const forward: Hop = {
            kind: "forwarder",
            name,
            origin: { urn: endpoint.urn, text: `${name} opens a tunnel to ${launch.host.name}` },
            gate: { type: "forward", fromPort: port, toPort: port, terminates: true, ...(replaced ? { sourcesBecome: sources } : {}) },
        };
        const sourceGroups = new Set(replaced ? own.all.map((t) => t.key) : []);
        const same = nic.subnets.certain && subnets.certain && nic.subnets.all[0]?.key === subnets.all[0]?.key;
        return [
            forward,
            ...(isKnown(port) && port.value !== 3389 && port.value !== 22 ? [fixedHop("forwarder", name, "closed", { urn: endpoint.urn, text: `${name} goes to ports 22 and 3389 only, not to ${port.value}` })] : []),
            egressHop(this.groups, this.options, { resource: endpoint, name }, own, launch, nic, port),
            ...(same ? [] : this.paths.aclHops(nic)),
            this.groups.hop(nic.groups, { host: launch.parts, port, sourceGroups }),
            ...guest,
        ];
    }

    private subnetsOf(endpoint: Resource): AddressBounds {
        return subnetAddresses(this.links, endpoint, [property(endpoint, "subnetIds")]);
    }

    private vpcsOf(nic: Nic): Target[] {
        const all = nic.subnets.all.flatMap((s) => (s.resource === undefined ? [] : this.links.link(property(s.resource, "vpcId"), "Vpc").all));
        return [...new Map(all.map((v) => [v.key, v])).values()];
    }

    private endpoints(): ReadonlyMap<string, Resource[]> {
        return (this.endpointsByVpc ??= by(this.links.ofKind("VpcEndpoint"), (e) => this.links.link(property(e, "vpcId"), "Vpc").all));
    }

    /** By VPC, or by subnet where the VPC is out of sight. */
    private tunnels(): ReadonlyMap<string, Resource[]> {
        return (this.tunnelsByPlace ??= by(this.links.ofKind("InstanceConnectEndpoint"), (e) =>
            this.links.link(property(e, "subnetId"), "Subnet").all.flatMap((s) => (s.resource === undefined ? [s] : this.links.link(property(s.resource, "vpcId"), "Vpc").all)),
        ));
    }
}

function doubted(hop: Hop): Hop {
    return hop.gate.type === "fixed" && hop.gate.verdict === "closed" ? { ...hop, gate: { type: "fixed", verdict: "unknown" } } : hop;
}

function by(resources: readonly Resource[], targets: (r: Resource) => readonly Target[]): Map<string, Resource[]> {
    const map = new Map<string, Resource[]>();
    for (const r of resources) {
        for (const t of targets(r)) {
            map.set(t.key, [...(map.get(t.key) ?? []), r]);
        }
    }
    return map;
}

function privateDns(endpoint: Resource): boolean {
    const value = authored(endpoint, "privateDnsEnabled");
    const k = readBoolean(value ?? false);
    return isKnown(k) && k.value;
}
