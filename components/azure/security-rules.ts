import { isIpv6 } from "../shared/clients";

/** A rule in a network security group's own list. */
export interface AllowRule {
    readonly name: string;
    readonly description: string;
    readonly priority: number;
    readonly direction: "Inbound";
    readonly access: "Allow";
    readonly protocol: "Tcp" | "Udp";
    readonly sourceAddressPrefix?: string;
    readonly sourceAddressPrefixes?: string[];
    readonly sourcePortRange: "*";
    readonly destinationAddressPrefix: "*";
    readonly destinationPortRange: string;
}

const firstPriority = 300;

/**
 * Rules that admit the clients to the port. One rule holds one address family: ARM refuses a mixed list
 * (ResourceCannotContainAddressPrefixesFromDifferentAddressFamilies).
 */
export function allowRules(clients: readonly string[], port: number, udp: boolean): AllowRule[] {
    const families = [
        { suffix: "", prefixes: clients.filter((c) => !isIpv6(c)) },
        { suffix: "-ipv6", prefixes: clients.filter(isIpv6) },
    ].filter(({ prefixes }) => prefixes.length > 0);
    const protocols = udp ? (["Tcp", "Udp"] as const) : (["Tcp"] as const);
    return families
        .flatMap(({ suffix, prefixes }) => protocols.map((protocol) => ({ suffix, prefixes, protocol })))
        .map(({ suffix, prefixes, protocol }, i) => ({
            name: `allow-rdp-${protocol.toLowerCase()}${suffix}`,
            description: "Remote Desktop for the declared clients",
            priority: firstPriority + 10 * i,
            direction: "Inbound",
            access: "Allow",
            protocol,
            ...(prefixes.length === 1 ? { sourceAddressPrefix: prefixes[0] } : { sourceAddressPrefixes: prefixes }),
            sourcePortRange: "*",
            destinationAddressPrefix: "*",
            destinationPortRange: String(port),
        }));
}
