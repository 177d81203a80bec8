import { Known, isKnown } from "../../core/known";
import { Resource } from "../resource";
import { elementsOf, isPresent, membersOf, readInteger } from "../value";
import { fixedHop } from "./hops";
import { Launch } from "./launch";
import { Links, Targets } from "./links";
import { within } from "./members";
import { HostPath } from "./paths";
import { authored, property } from "./properties";

/** A forwarder and what stands behind it. */
interface Way {
    readonly forwarder: Resource;
    readonly what: string;
    readonly carries: (port: number) => boolean;
}

/**
 * Classic balancers and Global Accelerator are not modelled. Where one may carry RDP to a host, it is a way in of which
 * nobody here can say whether it is open; one for other ports says nothing.
 */
export class OtherForwarders {
    private index: Map<string, Way[]> | undefined;

    constructor(private readonly links: Links) {}

    /** @param direct the other paths to the host: an accelerator may also stand in front of its balancer or its address */
    of(launch: Launch, port: Known<number>, direct: readonly HostPath[]): HostPath[] {
        this.index ??= this.ways();
        const urns = new Set([launch.host.urn, ...launch.nics.flatMap((n) => n.resource?.urn ?? []), ...direct.flatMap((p) => p.path.hops.map((h) => h.origin.urn))]);
        const all = new Map([...urns].flatMap((urn) => this.index!.get(urn) ?? []).map((w) => [w.forwarder.urn, w]));
        return [...all.values()]
            .filter((w) => !isKnown(port) || w.carries(port.value) || w.carries(3389))
            .map(({ forwarder, what }): HostPath => {
                const text = `${what} ${forwarder.name} leads to ${launch.host.name}, and ${forwarder.type} is not modelled`;
                return { path: { via: "load-balancer", port, hops: [fixedHop("forwarder", `${what} ${forwarder.name}`, "unknown", { urn: forwarder.urn, text })] }, telling: false };
            });
    }

    /** By the URN of what a forwarder names. */
    private ways(): Map<string, Way[]> {
        const { links } = this;
        const index = new Map<string, Way[]>();
        const note = (targets: Targets, way: Way): void => {
            for (const { resource } of targets.all) {
                if (resource !== undefined) {
                    index.set(resource.urn, [...(index.get(resource.urn) ?? []), way]);
                }
            }
        };
        // A balancer of another stack may forward any port.
        const classic = (by: Resource, targets: Targets, balancers: Targets): void => balancers.all.forEach(({ resource }) => note(targets, resource === undefined ? { ...classicWay(by), carries: () => true } : classicWay(resource)));
        for (const b of links.ofKind("ClassicBalancer")) {
            note(links.linkAll(property(b, "instances"), "Instance"), classicWay(b));
        }
        for (const a of links.ofKind("ClassicAttachment")) {
            classic(a, links.link(property(a, "instance"), "Instance"), links.link(property(a, "elb"), "ClassicBalancer"));
        }
        for (const g of links.ofKind("AutoScalingGroup")) {
            classic(g, { all: [links.target(g)], certain: true }, links.linkAll(property(g, "loadBalancers"), "ClassicBalancer"));
        }
        for (const a of links.ofKind("AutoScalingAttachment")) {
            classic(a, links.link(property(a, "autoscalingGroupName"), "AutoScalingGroup"), links.link(property(a, "elb"), "ClassicBalancer"));
        }
        for (const e of links.ofKind("AcceleratorEndpoints")) {
            const ids = within(e, "endpointConfigurations", "endpointId").map((p) => p.value);
            const value = ids.length > 0 ? ids : authored(e, "endpointConfigurations");
            const listener = links.link(property(e, "listenerArn"), "AcceleratorListener").all[0]?.resource;
            note(links.linkAll({ from: e, path: "endpointConfigurations", value }, "Instance", "LoadBalancer", "Eip"), {
                forwarder: e,
                what: "Global Accelerator endpoint group",
                carries: (port) => listener === undefined || overridden(e, port) || inRanges(listener, port),
            });
        }
        return index;
    }
}

function classicWay(forwarder: Resource): Way {
    return { forwarder, what: "classic load balancer", carries: (port) => listed(authored(forwarder, "listeners"), (m) => isOrMayBe(m["instancePort"], port)) };
}

/** A list of which some element fits, or that cannot be read. */
function listed(value: unknown, fits: (element: Readonly<Record<string, unknown>>) => boolean): boolean {
    const elements = elementsOf(value);
    return !isKnown(elements) || elements.value.some((e) => fits(membersOf(e)));
}

function isOrMayBe(value: unknown, port: number): boolean {
    const k = readInteger(value);
    return !isKnown(k) || k.value === port;
}

function inRanges(listener: Resource, port: number): boolean {
    return listed(authored(listener, "portRanges"), (range) => {
        const [from, to] = [readInteger(range["fromPort"]), readInteger(range["toPort"] ?? range["fromPort"])];
        return !isKnown(from) || !isKnown(to) || (from.value <= port && port <= to.value);
    });
}

function overridden(endpoints: Resource, port: number): boolean {
    const overrides = authored(endpoints, "portOverrides");
    return isPresent(overrides) && listed(overrides, (o) => isOrMayBe(o["endpointPort"], port));
}
