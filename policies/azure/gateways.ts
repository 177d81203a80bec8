import { Known, isKnown, knownOr, unknown } from "../../core/known";
import { AddressBounds, unknownAddresses } from "../../core/net/bounds";
import { Hop, Path } from "../../core/net/path-model";
import { privateV4 } from "../../core/net/well-known";
import { Resource } from "../resource";
import { at, elementsOf, isPresent, readInteger, readString } from "../value";
import { addressHop, publicAddresses } from "./addresses";
import { fixedHop, shortId } from "./hops";
import { Named, Target, inlineTargets, pathIn, resolve, resolveAll } from "./links";
import { IpConfiguration, Nic } from "./nics";
import { Scene, guestPath, networkHops } from "./paths";
import { subnetNamed, subnetPrefixes } from "./subnets";

const gatewayKind = "network:ApplicationGateway";
const poolNamed: Named = { kind: "", inline: { kind: gatewayKind, list: "backendAddressPools" } };

/**
 * Application gateways that forward to a host's RDP port. They end the client's connection themselves (rdp-domain §7.4): the HTTP
 * kind can never carry RDP, the TCP and TLS proxy opens a connection of its own.
 */
export function gatewayPaths(scene: Scene): Path[] {
    if (scene.estate.of(gatewayKind).length === 0) {
        return [];
    }
    return scene.nics.known.flatMap((nic) => (isKnown(nic.configurations) ? nic.configurations.value : []).flatMap((c) => configurationPaths(scene, nic, c)));
}

function configurationPaths(scene: Scene, nic: Nic, c: IpConfiguration): Path[] {
    const pools = resolveAll(scene.estate, c.holder, `${c.path}.applicationGatewayBackendAddressPools`, c.props["applicationGatewayBackendAddressPools"], poolNamed, "the application gateway of the NIC");
    const gateways = new Map([...pools.sure, ...pools.maybe, ...poolsByAddress(scene, c)].map((t) => [t.resource.urn, t.resource]));
    return [...gateways.values()].flatMap((gateway) => gatewayPathsTo(scene, nic, c, gateway));
}

function poolsByAddress(scene: Scene, c: IpConfiguration): Target[] {
    const own = isKnown(c.privateAddress) ? c.privateAddress.value.toString() : undefined;
    return own === undefined
        ? []
        : scene.estate.of(gatewayKind).flatMap((g) =>
              inlineTargets(g, "backendAddressPools").filter((pool) =>
                  knownOr(elementsOf(pool.props["backendAddresses"]), []).some((a) => knownOr(readString(at(a, "ipAddress")), "") === own),
              ),
          );
}

function gatewayPathsTo(scene: Scene, nic: Nic, c: IpConfiguration, gateway: Resource): Path[] {
    const toRdp = (list: string): Target[] =>
        inlineTargets(gateway, list).filter(({ props }) => {
            const port = readInteger(props["port"]);
            return isKnown(port) && (port.value === knownOr(scene.port, 3389) || port.value === 3389);
        });
    return [
        ...toRdp("backendHttpSettingsCollection").map((t) => gatewayPath(scene, nic, c, t, "http")),
        ...toRdp("backendSettingsCollection").map((t) => gatewayPath(scene, nic, c, t, "tcp")),
    ];
}

function gatewayPath(scene: Scene, nic: Nic, c: IpConfiguration, settings: Target, kind: "http" | "tcp"): Path {
    const { resource } = settings;
    const name = `application gateway ${resource.name}`;
    const origin = { urn: resource.urn, property: settings.path, text: `${name}, back-end settings ${settings.name}: forwards to port ${knownOr(readInteger(settings.props["port"]), "(not known)")}` };
    const dialled = listenerPort(settings);
    const arrives = readInteger(settings.props["port"]);
    const frontends = inlineTargets(resource, "frontendIPConfigurations").flatMap((f) => publicAddresses(scene.estate, resource, pathIn(f, "publicIPAddress"), f.props["publicIPAddress"]));
    const hops: Hop[] = [
        frontends.length > 0 ? addressHop(frontends) : fixedHop("address", name, "unknown", { ...origin, text: `whether clients reach the private frontend of ${name} is not known` }),
        { kind: "forwarder", name, origin, gate: { type: "forward", fromPort: dialled, toPort: arrives, sourcesBecome: ownPrefixes(scene, resource), terminates: true } },
        ...(kind === "http" ? [{ ...fixedHop("forwarder", `${name} (HTTP)`, "closed", { ...origin, text: `${origin.text} as HTTP, which cannot carry RDP` }), symptom: "0x904" as const }] : []),
    ];
    return guestPath(scene, "load-balancer", [...hops, ...networkHops(scene, nic, c, "private", arrives).hops], dialled, arrives);
}

/** The port of the listener whose rule names these settings. References inside a gateway are ids put together as text. */
function listenerPort(settings: Target): Known<number> {
    const { resource } = settings;
    const last = (value: unknown): string | undefined => {
        const text = readString(value);
        const id = isKnown(text) ? text : readString(at(value, "id"));
        return isKnown(id) ? shortId(id.value).toLowerCase() : undefined;
    };
    for (const [rules, key, listener, listeners] of [
        ["requestRoutingRules", "backendHttpSettings", "httpListener", "httpListeners"],
        ["routingRules", "backendSettings", "listener", "listeners"],
    ] as const) {
        const rule = inlineTargets(resource, rules).find((t) => last(t.props[key]) === settings.name.toLowerCase());
        const found = inlineTargets(resource, listeners).find((t) => rule !== undefined && t.name.toLowerCase() === last(rule.props[listener]));
        const port = inlineTargets(resource, "frontendPorts").find((t) => found !== undefined && t.name.toLowerCase() === last(found.props["frontendPort"]));
        if (port !== undefined) {
            return readInteger(port.props["port"]);
        }
    }
    const all = inlineTargets(resource, "frontendPorts");
    return all.length === 1 ? readInteger(all[0]!.props["port"]) : unknown(`which port of application gateway ${resource.name} leads there is not known`);
}

function ownPrefixes(scene: Scene, gateway: Resource): AddressBounds {
    const first = inlineTargets(gateway, "gatewayIPConfigurations")[0];
    const subnet = first === undefined || !isPresent(first.props["subnet"]) ? undefined : resolve(scene.estate, gateway, pathIn(first, "subnet"), first.props["subnet"], subnetNamed);
    const one = subnet?.certain === true ? subnet.candidates[0] : undefined;
    return one === undefined ? unknownAddresses("the subnet of the application gateway is not known", privateV4) : subnetPrefixes(one);
}
