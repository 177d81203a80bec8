import { Carrier, Obstacle } from "../../core/guest/model";
import { guestHops, listenerPort } from "../../core/guest/hops";
import { Host, Unmodelled } from "../../core/host";
import { Known, isKnown, known, knownOr } from "../../core/known";
import { Origin } from "../../core/origin";
import { CarrierSource, readCarrier } from "../cloud";
import { withOutsideAccess } from "../outside-access";
import { inOrder } from "../order";
import { Declaration, clientsTag, intentOf, pathTag, portTag, readDeclaration } from "../intent";
import { Nameless } from "../names";
import { withRdpFiles } from "../rdp-file";
import { Resource } from "../resource";
import { PackOptions } from "../rule";
import { World } from "../world";
import { Access } from "./access";
import { Addresses } from "./addresses";
import { Associations } from "./associations";
import { userDataCarriers } from "./carriers";
import { domainOf } from "./domain";
import { certificatesOf } from "./certificates";
import { byClientVpn, withoutClientVpn } from "./client-vpn";
import { unmodelledRemedy } from "./kinds";
import { Launch, Launches } from "./launch";
import { Lives } from "./life";
import { Links } from "./links";
import { LoadBalancers } from "./load-balancers";
import { ReadHost, namedHosts } from "./names";
import { NetworkAcls } from "./network-acls";
import { OtherForwarders } from "./other-forwarders";
import { Paths } from "./paths";
import { Permissions } from "./permissions";
import { withoutWayBack } from "./peering";
import { Routes } from "./routes";
import { SecurityGroups } from "./security-groups";
import { unmodelledHostsOf } from "./unmodelled-hosts";
import { storedRdpFiles } from "./stored-files";
import { systemOf } from "./windows";

const undeclared: Declaration = { clients: [], mistakes: [] };

/** Every Windows host of a world, with its ways in. */
export function hostsOf(world: World, options: PackOptions): Host[] {
    return new HostReader(world, options).hosts();
}

class HostReader {
    private readonly links: Links;
    private readonly launches: Launches;
    private readonly associations: Associations;
    private readonly paths: Paths;
    private readonly balancers: LoadBalancers;
    private readonly others: OtherForwarders;
    private readonly access: Access;
    private readonly permissions: Permissions;
    private readonly lives: Lives;

    constructor(
        private readonly world: World,
        private readonly options: PackOptions,
    ) {
        this.links = new Links(world);
        const groups = new SecurityGroups(this.links, options);
        const acls = new NetworkAcls(this.links, options);
        const routes = new Routes(this.links, options);
        this.launches = new Launches(this.links, groups);
        this.associations = new Associations(this.links);
        this.paths = new Paths(new Addresses(this.links, options), routes, acls, groups, this.links, options);
        this.balancers = new LoadBalancers(this.links, options, routes, acls, groups, this.paths);
        this.others = new OtherForwarders(this.links);
        this.permissions = new Permissions(this.links);
        this.lives = new Lives(this.links);
        this.access = new Access(this.links, options, routes, groups, this.paths);
    }

    hosts(): Host[] {
        const read: ReadHost[] = [];
        for (const launch of this.launches.all()) {
            const host = this.host(launch);
            if (host !== undefined) {
                read.push({ host, launch });
            }
        }
        const unmodelled = unmodelledHostsOf(this.world, this.options);
        const machines = this.links.ofKind("Instance").length + this.links.ofKind("AutoScalingGroup").length + unmodelled.length;
        return [...withRdpFiles(namedHosts(this.links, read), storedRdpFiles(this.links), machines), ...unmodelled];
    }

    private host(launch: Launch): Nameless | undefined {
        const associated = this.associations.of(launch);
        const system = associated.named ? "windows" : systemOf(launch, this.links);
        if (system === "other") {
            return undefined;
        }
        const declaration = readDeclaration(launch.host.urn, launch.tags, this.options);
        const tagged = Object.keys(launch.tags).some((key) => key === portTag || key === pathTag || key.startsWith(clientsTag));
        const carriers = this.carriers(launch, associated.sources, system === "windows");
        const port = declaration.port ?? listenerPort(carriers) ?? known(this.options.port ?? 3389);
        const guest = guestHops(carriers, port, launch.host.urn);
        const direct = [...this.paths.of(launch, port, guest), ...this.balancers.of(launch, port, carriers, declaration.clients.length > 0)];
        const publicly = direct.some((m) => m.path.via !== "private-network");
        const telling = direct.filter((m) => m.telling).map((m) => m.path);
        const intent = intentOf(declaration, telling, knownOr(port, 3389), scriptOrigin(carriers));
        // An image that may hold anything is an RDP host only where somebody says so (design: "Who is a Windows host").
        if (system === "opaque" && !tagged && intentOf(undeclared, telling, knownOr(port, 3389), undefined).kind !== "implied") {
            return undefined;
        }
        const made = [...direct, ...this.others.of(launch, port, direct), ...this.access.of(launch, port, guest, declaration, publicly)];
        const own = made.map((m) => m.path);
        const [tunnelled, plain] = [own.filter(byClientVpn), own.filter((p) => !byClientVpn(p))];
        const foreign = launch.nics.some((n) => n.subnets.all.some((s) => s.resource === undefined));
        const outside = withOutsideAccess(plain, declaration, this.world, this.options, launch.host.urn, { foreign, mayReplace: ["nat-rule", "load-balancer"] }).map((p) => (own.includes(p) ? p : withoutClientVpn(withoutWayBack(p))));
        const paths = [...outside, ...tunnelled];
        const noPath = publicly ? undefined : (this.balancers.missing(port) ?? this.paths.noPublicAddress(launch));
        const domain = domainOf(this.links);
        return {
            urn: launch.host.urn,
            type: launch.host.type,
            name: launch.host.name,
            cloud: "aws",
            intent,
            port,
            paths,
            ...(noPath === undefined ? {} : { noPath }),
            carriers,
            knownWindows: system === "windows",
            ...(domain === undefined ? {} : { domain }),
            certificates: certificatesOf(this.links, this.permissions, carriers, launch),
            unmodelled: this.unmodelled(launch),
            life: this.lives.of(launch, carriers),
        };
    }

    private carriers(launch: Launch, associated: readonly CarrierSource[], windows: boolean): Carrier[] {
        const own = launch.userData.flatMap((u) => userDataCarriers(u, this.lives.oldAgent(launch)));
        const unmanaged = associated.length === 0 ? undefined : this.unmanaged(launch);
        const theirs = unmanaged === undefined ? associated : associated.map((s) => (s.obstacle === undefined ? { ...s, obstacle: unmanaged } : s));
        return inOrder([...(windows ? own : own.filter((c) => isKnown(c.script))), ...theirs].map(readCarrier), launch.host.urn, this.world);
    }

    /** State Manager reaches instances that Systems Manager manages (rdp-domain §5.2): by their profile, or by the account's default, which is out of sight. */
    private unmanaged(launch: Launch): Obstacle | undefined {
        const { gate, origin } = this.permissions.hop(launch, this.options);
        return gate.type === "fixed" && gate.verdict === "closed"
            ? {
                  text: `${origin.text}; only Default Host Management in the account's settings could manage it still`,
                  fix: "iamInstanceProfile with a role that has AmazonSSMManagedInstanceCore",
                  certain: false,
                  at: { urn: origin.urn, property: origin.property ?? "managedPolicyArns" },
              }
            : undefined;
    }

    /** What this host hangs on and no reader understands. */
    private unmodelled(launch: Launch): Unmodelled[] {
        const seen = new Map<string, Unmodelled>();
        const note = (r: Resource): void => {
            const remedy = r.opaque === true ? "its parts are out of sight here: check the output of `pulumi preview --json` instead" : unmodelledRemedy(r.type);
            if (remedy !== undefined) {
                seen.set(r.urn, { urn: r.urn, type: r.type, remedy });
            }
        };
        const resources = new Set<Resource>([...launch.resources, ...launch.nics.flatMap((n) => [n.resource, ...n.groups.targets.all.map((t) => t.resource), ...n.subnets.all.map((t) => t.resource)].filter((r) => r !== undefined))]);
        for (const r of resources) {
            Object.values(r.propertyDependencies).flat().forEach((urn) => {
                const dependency = this.world.urn(urn);
                if (dependency !== undefined) {
                    note(dependency);
                }
            });
        }
        const outside = launch.nics.flatMap((n) => [...n.groups.targets.all, ...n.subnets.all]).filter((t) => t.resource === undefined);
        for (const r of outside.flatMap((t) => this.world.id(t.key) ?? [])) {
            note(r);
        }
        for (const r of this.reaching().get(launch.host.urn) ?? []) {
            note(r);
        }
        return [...seen.values()];
    }

    /** Resources that are not modelled and name a host: by the host's URN. */
    private reaching(): ReadonlyMap<string, Resource[]> {
        if (this.byHost === undefined) {
            this.byHost = new Map();
            for (const type of this.world.types) {
                if (unmodelledRemedy(type) === undefined) {
                    continue;
                }
                for (const r of this.world.ofType(type)) {
                    for (const urn of namedUrns(r, this.links)) {
                        this.byHost.set(urn, [...(this.byHost.get(urn) ?? []), r]);
                    }
                }
            }
        }
        return this.byHost;
    }
    private byHost: Map<string, Resource[]> | undefined;
}

/** Hosts that a resource names in any property, by dependency or by id. */
function namedUrns(r: Resource, links: Links): Set<string> {
    const urns = new Set(Object.values(r.propertyDependencies).flat());
    const texts = (value: unknown): string[] => (typeof value === "string" ? [value] : typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : []);
    for (const text of texts(r.inputs)) {
        const found = /^(i|lt|eni)-|^[\w-]+$/.test(text) ? (links.find("Instance", text) ?? links.find("AutoScalingGroup", text)) : undefined;
        if (found !== undefined) {
            urns.add(found.urn);
        }
    }
    return urns;
}

/** The script that turns Remote Desktop on, or sets it up otherwise than Windows does. */
function scriptOrigin(carriers: readonly Carrier[]): Origin | undefined {
    for (const c of carriers) {
        const { settings, firewallRules } = c.reading.state;
        // Of a script that never runs, the port still tells what was meant.
        const runs = c.runs !== "never";
        const enabled = runs ? settings.get("rdp-enabled") : undefined;
        const told = (enabled !== undefined && switchedOn(enabled.value) ? enabled : settings.get("port")) ?? (runs ? firewallRules.find((rule) => rule.builtIn && isKnown(rule.enabled) && rule.enabled.value) : undefined);
        if (told !== undefined) {
            return { urn: c.urn, property: c.property, text: `${told.statement.text} (line ${told.statement.line})` };
        }
    }
    return undefined;
}

/** `fDenyTSConnections` 0. */
function switchedOn(value: Known<unknown>): boolean {
    return isKnown(value) && Number(value.value) === 0;
}

