import { Known, isKnown, known, knownOr, unknown } from "../../core/known";
import { AddressBounds, unionBounds, unknownAddresses } from "../../core/net/bounds";
import { FilterRule, Protocol } from "../../core/net/filter-model";
import { Hop, Path } from "../../core/net/path-model";
import { PortSet } from "../../core/net/port-set";
import { foreignVnet } from "../../core/net/tags";
import { privateV4 } from "../../core/net/well-known";
import { Resource } from "../resource";
import { at, elementsOf, isPresent, membersOf, readInteger, readString } from "../value";
import { addressHop, publicAddresses } from "./addresses";
import { Estate, kindOf, propsOf } from "./estate";
import { fixedHop } from "./hops";
import { PartKind, partsOf, resolve } from "./links";
import { IpConfiguration, Nic } from "./nics";
import { Scene, guestPath, networkHops } from "./paths";
import { prefixBounds } from "./security-rules";
import { subnetNamed, subnetPrefixes } from "./subnets";

const policyNamed = { kind: "network:FirewallPolicy" };
const groupParts: PartKind = { kind: "network:FirewallPolicyRuleCollectionGroup", property: "firewallPolicyName", ownerKind: policyNamed.kind };

/** A DNAT rule of an Azure Firewall, in the firewall itself or in its policy. Pass-through, with the firewall's own address as source (rdp-domain §7.1, §7.4). */
interface Dnat {
    readonly firewall: Resource;
    readonly holder: Resource;
    readonly path: string;
    readonly props: Readonly<Record<string, unknown>>;
    readonly name: string;
}

const everyFirewall = {};

/** The paths to a host through the DNAT rules of Azure Firewalls. */
export function firewallPaths(scene: Scene): Path[] {
    const rules = scene.estate.once(allDnat, everyFirewall);
    if (rules.length === 0) {
        return [];
    }
    return scene.nics.known.flatMap((nic) =>
        (isKnown(nic.configurations) ? nic.configurations.value : []).flatMap((c) => rules.flatMap((rule) => {
            const target = aims(scene.estate, rule, c);
            return isKnown(target) && !target.value || !isRdp(scene, rule) ? [] : [dnatPath(scene, nic, c, rule, target)];
        })),
    );
}

function allDnat(estate: Estate): readonly Dnat[] {
    return estate.of("network:AzureFirewall").flatMap((firewall) => {
        const own = rulesIn(firewall, firewall, propsOf(firewall)["natRuleCollections"], "natRuleCollections", () => true);
        const policy = resolve(estate, firewall, "firewallPolicy", propsOf(firewall)["firewallPolicy"], policyNamed);
        const groups = policy.candidates.flatMap((t) => partsOf(estate, t.resource, groupParts));
        return [...own, ...groups.flatMap((g) => rulesIn(firewall, g.resource, propsOf(g.resource)["ruleCollections"], "ruleCollections", isNat))];
    });
}

function isNat(collection: unknown): boolean {
    return /nat/i.test(knownOr(readString(at(collection, "ruleCollectionType")), ""));
}

function rulesIn(firewall: Resource, holder: Resource, collections: unknown, list: string, accepts: (collection: unknown) => boolean): Dnat[] {
    return knownOr(elementsOf(collections), []).flatMap((collection, i) =>
        !accepts(collection) || /^snat$/i.test(knownOr(readString(at(collection, "action.type")), ""))
            ? []
            : knownOr(elementsOf(at(collection, "rules")), []).map((rule, j) => {
                  const props = membersOf(rule);
                  return { firewall, holder, path: `${list}[${i}].rules[${j}]`, props, name: knownOr(readString(props["name"]), `number ${j + 1}`) };
              }),
    );
}

/** Whether the rule translates to this address of a host. */
function aims(estate: Estate, rule: Dnat, c: IpConfiguration): Known<boolean> {
    const address = readString(rule.props["translatedAddress"]);
    if (!isKnown(address)) {
        const nics = estate.world.dependencies(rule.holder, rule.path, (r) => kindOf(r) === "network:NetworkInterface");
        return !nics.includes(c.holder) ? known(false) : nics.length === 1 ? known(true) : unknown(`which NIC the DNAT rule ${rule.name} translates to is not known at preview`);
    }
    if (isKnown(c.privateAddress)) {
        return known(prefixBounds(address.value, foreignVnet).least.covers(c.privateAddress.value));
    }
    const subnet = c.subnet.certain ? c.subnet.candidates[0] : undefined;
    const target = prefixBounds(address.value, foreignVnet).least;
    return subnet !== undefined && !target.isEmpty && subnetPrefixes(subnet).least.covers(target)
        ? unknown(`DNAT rule ${rule.name} translates to ${address.value}, and ${c.privateAddress.reason}`)
        : known(false);
}

function isRdp(scene: Scene, rule: Dnat): boolean {
    const own = knownOr(scene.port, 3389);
    const to = readInteger(rule.props["translatedPort"]);
    const dialled = portsOf(rule);
    return !isKnown(to) || to.value === own || to.value === 3389 || (isKnown(dialled) && dialled.value.size < 1000 && dialled.value.contains(own));
}

function portsOf(rule: Dnat): Known<PortSet> {
    let all = PortSet.none;
    for (const value of knownOr(elementsOf(rule.props["destinationPorts"]), [undefined])) {
        const text = readString(value);
        if (!isKnown(text)) {
            return text;
        }
        try {
            all = all.union(PortSet.parse(text.value));
        } catch (e) {
            return unknown(e instanceof Error ? e.message : String(e));
        }
    }
    return known(all);
}

function dnatPath(scene: Scene, nic: Nic, c: IpConfiguration, rule: Dnat, target: Known<boolean>): Path {
    const { estate } = scene;
    const ports = portsOf(rule);
    const range = isKnown(ports) ? ports.value.ranges()[0] : undefined;
    const dialled: Known<number> = isKnown(ports) ? (range === undefined ? unknown("the DNAT rule names no port") : known(range[0])) : ports;
    const arrives = isPresent(rule.props["translatedPort"]) ? readInteger(rule.props["translatedPort"]) : dialled;
    const first = "ipConfigurations[0]";
    const configuration = at(propsOf(rule.firewall), first);
    const addresses = publicAddresses(estate, rule.firewall, `${first}.publicIPAddress`, at(configuration, "publicIPAddress"));
    const subnet = resolve(estate, rule.firewall, `${first}.subnet`, at(configuration, "subnet"), subnetNamed);
    const own = subnet.certain ? subnet.candidates[0] : undefined;
    const text = `Azure Firewall ${rule.firewall.name}, DNAT rule ${rule.name}: port ${knownOr(dialled, "(not known)")} to ${knownOr(readString(rule.props["translatedAddress"]), "(not known)")}:${knownOr(arrives, "(not known)")}`;
    const origin = { urn: rule.holder.urn, property: rule.path, text };
    const network = networkHops(scene, nic, c, "private", arrives);
    const hops: Hop[] = [
        ...(addresses.length === 0 ? [fixedHop("address", `Azure Firewall ${rule.firewall.name}`, "unknown", { ...origin, text: `Azure Firewall ${rule.firewall.name} has no public address in this stack` })] : [addressHop(addresses)]),
        {
            kind: "filter",
            name: `Azure Firewall ${rule.firewall.name}`,
            origin,
            gate: { type: "filter", filter: { order: "any-allow", rules: [admits(rule, ports, text)], otherwise: { allow: false, origin: { ...origin, text: `${text}, which admits no other source` } } } },
        },
        ...(isKnown(target) ? [] : [fixedHop("forwarder", `DNAT rule ${rule.name}`, "unknown", { ...origin, text: target.reason })]),
        {
            kind: "forwarder",
            name: `DNAT rule ${rule.name}`,
            origin,
            gate: { type: "forward", fromPort: dialled, toPort: arrives, terminates: false, sourcesBecome: own === undefined ? unknownAddresses("the subnet of the Azure Firewall is not known", privateV4) : subnetPrefixes(own) },
        },
    ];
    return guestPath(scene, "nat-rule", [...hops, ...network.hops.filter((h) => h.kind !== "route")], dialled, arrives);
}

function admits(rule: Dnat, ports: Known<PortSet>, text: string): FilterRule {
    return {
        allow: known(true),
        protocol: protocolOf(rule),
        sources: sourcesOf(rule),
        sourcePorts: known(PortSet.all),
        ports,
        coversHost: known(true),
        origin: { urn: rule.holder.urn, property: rule.path, text },
    };
}

function protocolOf(rule: Dnat): Known<Protocol> {
    const list = elementsOf(rule.props["ipProtocols"] ?? rule.props["protocols"]);
    if (!isKnown(list)) {
        return list;
    }
    const protocols = list.value.map(readString);
    if (protocols.length === 0 || protocols.some((p) => isKnown(p) && /^(?:tcp|any)$/i.test(p.value))) {
        return known("tcp");
    }
    const first = protocols.find((p) => !isKnown(p));
    return first === undefined || isKnown(first) ? known("udp") : first;
}

function sourcesOf(rule: Dnat): AddressBounds {
    const list = elementsOf(rule.props["sourceAddresses"]);
    const bounds = isKnown(list)
        ? list.value.map((value) => {
              const text = readString(value);
              return isKnown(text) ? prefixBounds(text.value, foreignVnet) : unknownAddresses(`a source of the DNAT rule is not known: ${text.reason}`);
          })
        : [unknownAddresses(`the sources of the DNAT rule are not known: ${list.reason}`)];
    if (isPresent(rule.props["sourceIpGroups"])) {
        bounds.push(unknownAddresses("IP groups are not modelled"));
    }
    return unionBounds(bounds);
}
