import { AddressSet } from "./address-set";
import { exactly, unknownAddresses, type AddressBounds } from "./bounds";
import { azureHostAddress, privateAddresses, publicInternet } from "./well-known";

/** What the tag `VirtualNetwork` stands for depends on the network that the NSG is used in (rdp-domain §7.1). */
export interface VnetSpace {
    /** The VNet's own prefixes, and those of its peers where they are in the stack. */
    readonly prefixes: AddressBounds;
    /**
     * What else may belong to it: peers and on-premises networks of other stacks, prefixes of user-defined routes.
     * Default: all private addresses.
     */
    readonly possibly?: AddressSet;
    /** What other tags stand for, by name in lower case: for questions about a tag whose addresses nobody lists. */
    readonly tags?: ReadonlyMap<string, AddressBounds>;
}

/** For an NSG whose network is not in the stack. */
export const foreignVnet: VnetSpace = { prefixes: unknownAddresses("the virtual network is not in this stack", privateAddresses) };

/**
 * The addresses that a source or destination prefix of an NSG rule names: `*`, a CIDR, an address, or a service tag.
 * A tag that rdp-ready holds no list for, and that Microsoft changes weekly, is some part of the public Internet.
 * @throws AddressError for what is neither a tag nor addresses.
 */
export function azurePrefix(text: string, vnet: VnetSpace = foreignVnet): AddressBounds {
    const name = text.trim();
    // Tags are words with dots, such as `Storage.WestEurope`; an IPv6 address that starts with a letter has a colon.
    return name === "*" || /^[a-z][\w.]*$/i.test(name) ? serviceTag(name, vnet) : exactly(AddressSet.parse(name));
}

/** The addresses of an Azure service tag; names compare without regard to case. */
export function serviceTag(name: string, vnet: VnetSpace = foreignVnet): AddressBounds {
    switch (name.toLowerCase()) {
        case "*":
        case "any":
            return exactly(AddressSet.all);
        case "internet":
            return internetTag(vnet);
        case "virtualnetwork":
            return virtualNetworkTag(vnet);
        case "azureloadbalancer":
            return exactly(azureHostAddress);
        default:
            return vnet.tags?.get(name.toLowerCase()) ?? unknownAddresses(`Microsoft changes the addresses of the service tag ${name} at any time`, publicInternet);
    }
}

/** `VirtualNetwork`: the VNet's prefixes, peers, on-premises networks, the host's virtual address. */
function virtualNetworkTag({ prefixes, possibly = privateAddresses }: VnetSpace): AddressBounds {
    const most = prefixes.most.union(possibly).union(azureHostAddress);
    const others = "the tag VirtualNetwork also holds peered and on-premises networks, which need not be in this stack";
    return { least: prefixes.least, most, why: prefixes.why === undefined ? others : `${prefixes.why}; ${others}` };
}

/** `Internet`: what lies outside the VNet's space and is reached over the public Internet, Azure's own public addresses included; probes come from inside. */
function internetTag(vnet: VnetSpace): AddressBounds {
    const inside = virtualNetworkTag(vnet);
    return {
        least: publicInternet.minus(inside.most),
        most: AddressSet.all.minus(inside.least).minus(azureHostAddress),
        why: "the tag Internet leaves out the address space of the virtual network, which is not fully known",
    };
}
