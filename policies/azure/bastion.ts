import { Known, isKnown, known, knownOr, unknown } from "../../core/known";
import { AddressSet } from "../../core/net/address-set";
import { Hop, Path } from "../../core/net/path-model";
import { AddressBounds, unknownAddresses } from "../../core/net/bounds";
import { privateV4 } from "../../core/net/well-known";
import { Resource } from "../resource";
import { at, elementsOf, isPresent, readString } from "../value";
import { PublicAddress, publicAddresses } from "./addresses";
import { Destination, ownFilter } from "./bastion-filter";
import { Estate, propsOf } from "./estate";
import { fixedHop } from "./hops";
import { Reference, nowhere, pathIn, resolve } from "./links";
import { Scene, guestPath, networkHops } from "./paths";
import { IpConfiguration, primaryOf } from "./nics";
import { peersOf, spaceOf, subnetName, subnetNamed, subnetPrefixes, vnetNamed, vnetOf } from "./subnets";

const bastionPort = known(443);

interface Bastion {
    readonly resource: Resource;
    readonly subnet: Reference;
    readonly vnet: Reference;
    readonly addresses: readonly PublicAddress[];
    readonly sku: Known<string>;
}

/** The paths to a host through the Bastion hosts of its network or of a peered one (rdp-domain §7.1). */
export function bastionPaths(scene: Scene): Path[] {
    const bastions = scene.estate.of("network:BastionHost");
    if (bastions.length === 0) {
        return [];
    }
    const nic = scene.nics.known[0];
    const configuration = nic !== undefined && isKnown(nic.configurations) ? primaryOf(nic.configurations.value) : undefined;
    if (nic === undefined || configuration === undefined) {
        return [];
    }
    const own = vnetOf(scene.estate, configuration.subnet);
    return bastions.flatMap((resource) => {
        const bastion = scene.estate.once(readBastion, resource);
        const reaches = sameNetwork(scene.estate, bastion.vnet, own);
        if (isKnown(reaches) && !reaches.value) {
            return [];
        }
        const network = networkHops(scene, nic, configuration, "private", scene.port);
        const doubt = isKnown(reaches) ? [] : [fixedHop("access", `Bastion ${resource.name}`, "unknown", { urn: resource.urn, property: "ipConfigurations", text: reaches.reason })];
        const target = { name: scene.host.name, addresses: addressesOf(scene, configuration), port: scene.port };
        return [guestPath(scene, "bastion", [...doubt, ...entryHops(scene, bastion, target), ...network.hops], bastionPort, scene.port)];
    });
}

/** Where a NIC's address is, or lies. */
function addressesOf({ estate }: Pick<Scene, "estate">, { privateAddress, subnet }: IpConfiguration): AddressSet {
    const one = subnet.certain ? subnet.candidates[0] : undefined;
    return isKnown(privateAddress) ? privateAddress.value : one === undefined ? spaceOf(estate, vnetOf(estate, subnet)).prefixes.most : subnetPrefixes(one).most;
}

function readBastion(estate: Estate, resource: Resource): Bastion {
    const props = propsOf(resource);
    const list = elementsOf(props["ipConfigurations"]);
    const first = isKnown(list) ? list.value[0] : undefined;
    const inside = "ipConfigurations[0]";
    const found = isKnown(list) ? resolve(estate, resource, `${inside}.subnet`, at(first, "subnet"), subnetNamed) : resolve(estate, resource, "ipConfigurations", props["ipConfigurations"], subnetNamed);
    const right = found.candidates.filter((t) => /^AzureBastionSubnet$/i.test(subnetName(t) ?? ""));
    const subnet = found.certain || right.length !== 1 ? found : { ...found, candidates: right, certain: true };
    const sku = at(props, "sku.name");
    return {
        resource,
        subnet,
        vnet: subnet === nowhere || (subnet.certain && subnet.candidates.length === 0 && subnet.outside === undefined) ? resolve(estate, resource, "virtualNetwork", props["virtualNetwork"], vnetNamed) : vnetOf(estate, subnet),
        addresses: publicAddresses(estate, resource, `${inside}.publicIPAddress`, at(first, "publicIPAddress")),
        sku: isPresent(sku) ? readString(sku) : unknown("the SKU of the Bastion host is not written down"),
    };
}

function sameNetwork(estate: Estate, a: Reference, b: Reference): Known<boolean> {
    const not = unknown("whether the Bastion host is in the network of this host, or in one that is peered with it, is not known");
    if (!a.certain || !b.certain) {
        const overlap = a.candidates.some((t) => b.candidates.some((u) => u.resource.urn === t.resource.urn));
        return overlap || a.candidates.length === 0 || b.candidates.length === 0 ? not : known(false);
    }
    if (a.outside !== undefined || b.outside !== undefined) {
        // Two networks may be peered by the stack that they belong to.
        return a.outside?.toLowerCase() === b.outside?.toLowerCase() ? known(true) : not;
    }
    const [x, y] = [a.candidates[0]?.resource, b.candidates[0]?.resource];
    return known(x !== undefined && y !== undefined && (x.urn === y.urn || peersOf(estate, x).some((p) => p.urn === y.urn)));
}

/** What must be right at the Bastion host itself, up to its connection to the target. */
function entryHops(scene: Scene, bastion: Bastion, target: Destination): Hop[] {
    const { resource } = bastion;
    const name = `Bastion ${resource.name}`;
    const subnet = bastion.subnet.certain ? bastion.subnet.candidates[0] : undefined;
    const faults = [...skuFaults(bastion, scene.port), ...subnetFaults(bastion), ...addressFaults(bastion)];
    const prefixes: AddressBounds = subnet === undefined ? unknownAddresses("the address prefix of the Bastion subnet is not known", privateV4) : subnetPrefixes(subnet);
    const own = ownFilter(scene.estate, { host: resource, subnet: bastion.subnet, vnet: bastion.vnet, prefixes }, target);
    return [
        { kind: "access", name, origin: { urn: resource.urn, text: `${name} accepts clients on port 443` }, gate: { type: "fixed", verdict: "open" } },
        ...faults.map((f) => fixedHop("access", name, f.sure ? "closed" : "unknown", { urn: f.urn ?? resource.urn, property: f.property, text: f.text })),
        ...own.entry,
        {
            kind: "forwarder",
            name: `${name} tunnel`,
            origin: { urn: resource.urn, text: `${name} opens its own connection to port ${knownOr(scene.port, "(not known)")} of ${scene.host.name}` },
            gate: { type: "forward", fromPort: bastionPort, toPort: scene.port, sourcesBecome: prefixes, terminates: true },
        },
        ...own.exit,
    ];
}

interface Fault {
    readonly property: string;
    readonly text: string;
    readonly sure: boolean;
    readonly urn?: string;
}

function skuFaults({ resource, sku }: Bastion, port: Known<number>): Fault[] {
    if (isKnown(port) && port.value === 3389) {
        return [];
    }
    const shown = `port ${knownOr(port, "(not known)")}`;
    if (!isKnown(sku)) {
        return [{ property: "sku", sure: false, text: `Bastion ${resource.name}: ${shown} takes the SKU Standard or Premium, and ${sku.reason}` }];
    }
    return /^(?:standard|premium)$/i.test(sku.value)
        ? []
        : [{ property: "sku.name", sure: isKnown(port), text: `Bastion ${resource.name} has the SKU ${sku.value}, which connects to port 3389 only; ${shown} takes Standard or Premium` }];
}

function subnetFaults({ resource, subnet, sku }: Bastion): Fault[] {
    const one = subnet.certain ? subnet.candidates[0] : undefined;
    const property = "ipConfigurations[0].subnet";
    if (one === undefined) {
        const developer = /^developer$/i.test(knownOr(sku, ""));
        return subnet.outside !== undefined || developer ? [] : [{ property, sure: false, text: `the subnet of Bastion ${resource.name} is not known` }];
    }
    const name = subnetName(one);
    const size = cidrSizes(one.props).find((bits) => bits > 26);
    return [
        ...(name === undefined
            ? [{ urn: one.resource.urn, property: pathIn(one, "subnetName"), sure: false, text: `the subnet of Bastion ${resource.name} gets a name from Pulumi, and must be called AzureBastionSubnet` }]
            : /^AzureBastionSubnet$/i.test(name)
              ? []
              : [{ urn: one.resource.urn, property: pathIn(one, one.path === "" ? "subnetName" : "name"), sure: true, text: `the subnet of Bastion ${resource.name} is called ${name}, and must be called AzureBastionSubnet` }]),
        ...(size === undefined ? [] : [{ urn: one.resource.urn, property: pathIn(one, "addressPrefix"), sure: true, text: `the subnet of Bastion ${resource.name} is a /${size}, and must be a /26 or larger` }]),
        ...(isPresent(one.props["routeTable"]) ? [{ urn: one.resource.urn, property: pathIn(one, "routeTable"), sure: true, text: `the subnet of Bastion ${resource.name} has a route table, which AzureBastionSubnet must not have` }] : []),
    ];
}

function cidrSizes(props: Readonly<Record<string, unknown>>): number[] {
    const many = elementsOf(props["addressPrefixes"]);
    return [props["addressPrefix"], ...(isKnown(many) ? many.value : [])].flatMap((value) => {
        const text = readString(value);
        const bits = isKnown(text) && !text.value.includes(":") ? /\/(\d+)$/.exec(text.value)?.[1] : undefined;
        return bits === undefined ? [] : [Number(bits)];
    });
}

function addressFaults({ resource, addresses, sku }: Bastion): Fault[] {
    const basic = addresses.filter((a) => isKnown(a.standard) && !a.standard.value);
    const none = addresses.length === 0 && !/^developer$/i.test(knownOr(sku, "")) && !isPresent(propsOf(resource)["enablePrivateOnlyBastion"]);
    return [
        ...(basic.length > 0 && basic.length === addresses.length ? [{ property: "ipConfigurations[0].publicIPAddress", sure: true, text: `Bastion ${resource.name} has the Basic address ${basic[0]!.name}, and takes a Standard one` }] : []),
        ...(none ? [{ property: "ipConfigurations", sure: isKnown(elementsOf(propsOf(resource)["ipConfigurations"])), text: `Bastion ${resource.name} has no public IP address` }] : []),
    ];
}
