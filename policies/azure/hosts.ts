import { listenerPort } from "../../core/guest/hops";
import { Carrier } from "../../core/guest/model";
import { Host } from "../../core/host";
import { Known, isKnown, known, knownOr, unknown } from "../../core/known";
import { Path } from "../../core/net/path-model";
import { Origin } from "../../core/origin";
import { readCarrier } from "../cloud";
import { inOrder } from "../order";
import { intentOf, readDeclaration } from "../intent";
import { withOutsideAccess } from "../outside-access";
import { Resource } from "../resource";
import { at, elementsOf, membersOf, readString } from "../value";
import { carriersOf } from "./carriers";
import { domainOf } from "./domain";
import { delivered } from "./delivery";
import { certificatesOf } from "./certificates";
import { Estate, propsOf } from "./estate";
import { bastionPaths } from "./bastion";
import { firewallPaths } from "./firewalls";
import { forwardedPaths } from "./forwarders";
import { gatewayPaths } from "./gateways";
import { lifeOf } from "./life";
import { PartKind, partsOf, pathIn } from "./links";
import { ReadHost, namedHosts } from "./names";
import { Scene, nicPaths, sceneOf } from "./paths";
import { withoutWayThere } from "./peers";
import { systemOf } from "./systems";
import { unmodelledHostsOf } from "./unmodelled-hosts";

interface HostKind {
    readonly kind: string;
    /** Where a scale set describes its VMs. */
    readonly prefix: string;
    readonly extensions: PartKind;
    readonly commands: PartKind;
    readonly assignments?: PartKind;
}

const vm = "compute:VirtualMachine";
const scaleSet = "compute:VirtualMachineScaleSet";
const hostKinds: readonly HostKind[] = [
    {
        kind: vm,
        prefix: "",
        extensions: { kind: "compute:VirtualMachineExtension", property: "vmName", ownerKind: vm },
        commands: { kind: "compute:VirtualMachineRunCommandByVirtualMachine", property: "vmName", ownerKind: vm },
        assignments: { kind: "guestconfiguration:GuestConfigurationAssignment", property: "vmName", ownerKind: vm },
    },
    {
        kind: scaleSet,
        prefix: "virtualMachineProfile.",
        extensions: { kind: "compute:VirtualMachineScaleSetExtension", property: "vmScaleSetName", ownerKind: scaleSet },
        commands: { kind: "compute:VirtualMachineScaleSetVMRunCommand", property: "vmScaleSetName", ownerKind: scaleSet },
    },
];

/** Every Windows VM and scale set of these stacks, with its ways in. */
export function hostsOf(estate: Estate): Host[] {
    const read = hostKinds.flatMap((kind) =>
        estate.of(kind.kind).flatMap((resource) => {
            const host = resource.external === true ? undefined : hostOf(estate, resource, kind);
            return host === undefined ? [] : [host];
        }),
    );
    return [...namedHosts(estate, read), ...unmodelledHostsOf(estate)];
}

function hostOf(estate: Estate, resource: Resource, kind: HostKind): ReadHost | undefined {
    const props = propsOf(resource);
    const extensionParts = partsOf(estate, resource, kind.extensions);
    const inlineExtensions = knownOr(elementsOf(at(props, `${kind.prefix}extensionProfile.extensions`)), []).map(membersOf);
    const system = systemOf(resource, kind.prefix, [...extensionParts.map((p) => propsOf(p.resource)), ...inlineExtensions]);
    if (system === "other") {
        return undefined;
    }
    const carriers = hostCarriers(estate, resource, kind);
    // The pack's clients are for Windows hosts; an image that may be anything needs a sign of its own.
    const options = system === "windows" ? estate.options : { ...estate.options, clients: [] };
    const declaration = readDeclaration(resource.urn, props["tags"], options);
    const port: Known<number> = declaration.port ?? configuredPort(estate) ?? listenerPort(carriers) ?? known(3389);
    const scene = sceneOf(estate, resource, `${kind.prefix}networkProfile`, { port, carriers, via: declaration.via });
    const direct: Path[] = [...nicPaths(scene), ...forwardedPaths(scene), ...firewallPaths(scene)];
    // A Bastion host serves a whole network, and an application gateway is no way for RDP: they say nothing about intent.
    const built = [...direct, ...gatewayPaths(scene), ...bastionPaths(scene)];
    const paths = withOutsideAccess(built, declaration, estate.world, estate.options, resource.urn, { foreign: false, mayReplace: ["nat-rule"] }).map((p) => (built.includes(p) ? p : withoutWayThere(p)));
    const intent = intentOf(declaration, direct, knownOr(port, 3389), scriptThatSetsRdpUp(carriers));
    if (system === "opaque" && intent.kind !== "declared" && intent.kind !== "implied") {
        return undefined;
    }
    const domain = domainOf([...extensionParts.map((p) => ({ urn: p.resource.urn, props: propsOf(p.resource) })), ...inlineExtensions.map((e) => ({ urn: resource.urn, props: membersOf(at(e, "properties") ?? e) }))]);
    const host = {
        urn: resource.urn,
        type: resource.type,
        name: resource.name,
        cloud: "azure" as const,
        intent,
        port,
        paths,
        ...(paths.some((p) => publicVias.has(p.via)) ? {} : { noPath: noPublicPath(scene) }),
        carriers,
        knownWindows: system === "windows",
        ...(domain === undefined ? {} : { domain }),
        certificates: certificatesOf({ estate, host: resource, prefix: kind.prefix, extensions: extensionParts, carriers }),
        unmodelled: scene.unmodelled,
        life: lifeOf(estate, resource, kind.prefix, carriers),
    };
    return { host, nics: scene.nics };
}

const publicVias: ReadonlySet<string> = new Set(["public-address", "nat-rule", "load-balancer"]);

/** Why clients on the Internet have no way in. */
function noPublicPath({ host, nics, profile }: Scene): Origin {
    const nic = nics.known[0];
    return nic === undefined
        ? { urn: host.urn, property: profile, text: `${host.name} has no NIC` }
        : { urn: nic.holder.urn, property: pathIn(nic, "ipConfigurations"), text: `NIC ${nic.name} has no public IP address, and no load balancer forwards to it` };
}

function configuredPort(estate: Estate): Known<number> | undefined {
    return estate.options.port === undefined ? undefined : known(estate.options.port);
}

/** In the order in which the guest meets them: unattend, extensions, run commands. */
function hostCarriers(estate: Estate, resource: Resource, kind: HostKind): Carrier[] {
    const parts = [kind.extensions, kind.commands, ...(kind.assignments === undefined ? [] : [kind.assignments])].flatMap((part) => partsOf(estate, resource, part));
    const sources = [
        ...carriersOf(resource),
        ...parts.flatMap((p) => carriersOf(p.resource).map((source) => (p.doubt === undefined ? source : { ...source, script: unknown(p.doubt) }))),
    ];
    const unsure = new Set(parts.flatMap((p) => (p.doubt === undefined ? [] : [p.resource.urn])));
    const publisher = readString(at(propsOf(resource), `${kind.prefix}storageProfile.imageReference.publisher`));
    const carriers = delivered(sources.map(readCarrier), unsure, !(isKnown(publisher) && /^microsoft/i.test(publisher.value)));
    return inOrder(carriers, resource.urn, estate.world);
}

/** A script that switches Remote Desktop on or moves it to another port; of one that never runs, the port still tells what was meant. */
function scriptThatSetsRdpUp(carriers: readonly Carrier[]): Origin | undefined {
    for (const carrier of carriers) {
        const { settings } = carrier.reading.state;
        const enabled = carrier.runs === "never" ? undefined : settings.get("rdp-enabled");
        const reading = enabled !== undefined && isKnown(enabled.value) && Number(enabled.value.value) === 0 ? enabled : settings.get("port");
        if (reading !== undefined) {
            return { urn: carrier.urn, property: carrier.property, text: `${reading.statement.text} (line ${reading.statement.line})` };
        }
    }
    return undefined;
}
