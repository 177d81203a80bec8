import { isIpv6 } from "../shared/clients";

/** A rule in a network security group's own list. */
export interface ListedRule {
    readonly name: string;
    readonly description: string;
    readonly priority: number;
    readonly direction: "Inbound" | "Outbound";
    readonly access: "Allow" | "Deny";
    readonly protocol: "Tcp" | "Udp" | "*";
    readonly sourceAddressPrefix?: string;
    readonly sourceAddressPrefixes?: string[];
    readonly sourcePortRange: "*";
    readonly destinationAddressPrefix: string;
    readonly destinationPortRange?: string;
    readonly destinationPortRanges?: string[];
}

const firstPriority = 300;

/**
 * Rules that admit the clients to the port. One rule holds one address family: ARM refuses a mixed list
 * (ResourceCannotContainAddressPrefixesFromDifferentAddressFamilies).
 */
export function allowRules(clients: readonly string[], port: number, udp: boolean): ListedRule[] {
    const protocols = udp ? (["Tcp", "Udp"] as const) : (["Tcp"] as const);
    return byFamily(clients)
        .flatMap(({ suffix, prefixes }) => protocols.map((protocol) => ({ suffix, prefixes, protocol })))
        .map(({ suffix, prefixes, protocol }, i) => ({
            name: `allow-rdp-${protocol.toLowerCase()}${suffix}`,
            description: "Remote Desktop for the declared clients",
            priority: firstPriority + 10 * i,
            direction: "Inbound",
            access: "Allow",
            protocol,
            ...sourcesOf(prefixes),
            sourcePortRange: "*",
            destinationAddressPrefix: "*",
            destinationPortRange: String(port),
        }));
}

/** Turns the rest of the virtual network away, which the default rule AllowVnetInBound would admit. */
export function denyRest(port: number): ListedRule {
    return {
        name: "deny-rdp-rest",
        description: "Remote Desktop for nobody else",
        priority: 4000,
        direction: "Inbound",
        access: "Deny",
        protocol: "*",
        sourceAddressPrefix: "*",
        sourcePortRange: "*",
        destinationAddressPrefix: "*",
        destinationPortRange: String(port),
    };
}

/**
 * All that a Bastion host needs of the group on its subnet (rdp-domain §7.1); Azure refuses the group when a part is missing.
 * Both of the usual ports go out, and the host's own where it is another.
 */
export function bastionRules(clients: readonly string[], port: number): ListedRule[] {
    const rule = (name: string, description: string, priority: number, rest: Partial<ListedRule>): ListedRule => ({
        name,
        description,
        priority,
        direction: "Inbound",
        access: "Allow",
        protocol: "Tcp",
        sourcePortRange: "*",
        destinationAddressPrefix: "*",
        ...rest,
    });
    const inside: Partial<ListedRule> = { protocol: "*", sourceAddressPrefix: "VirtualNetwork", destinationAddressPrefix: "VirtualNetwork", destinationPortRanges: ["8080", "5701"] };
    const out: Partial<ListedRule> = { direction: "Outbound", sourceAddressPrefix: "*" };
    return [
        ...byFamily(clients).map(({ suffix, prefixes }, i) =>
            rule(`allow-clients${suffix}`, "The declared clients", 100 + i, { ...sourcesOf(prefixes), destinationPortRange: "443" }),
        ),
        rule("allow-gateway-manager", "Control of the Bastion host", 120, { sourceAddressPrefix: "GatewayManager", destinationPortRange: "443" }),
        rule("allow-load-balancer", "Health probes of the Bastion host", 130, { sourceAddressPrefix: "AzureLoadBalancer", destinationPortRange: "443" }),
        rule("allow-bastion-inside", "The Bastion host's parts among one another", 140, inside),
        rule("allow-targets", "The hosts behind it", 100, { ...out, destinationAddressPrefix: "VirtualNetwork", destinationPortRanges: [...new Set(["22", "3389", String(port)])] }),
        rule("allow-azure", "Diagnostics and logs", 110, { ...out, destinationAddressPrefix: "AzureCloud", destinationPortRange: "443" }),
        rule("allow-bastion-inside-out", "The Bastion host's parts among one another", 120, { ...inside, direction: "Outbound" }),
        rule("allow-session-information", "Certificate checks and session information", 130, { ...out, protocol: "*", destinationAddressPrefix: "Internet", destinationPortRange: "80" }),
    ];
}

function byFamily(clients: readonly string[]): { readonly suffix: string; readonly prefixes: string[] }[] {
    return [
        { suffix: "", prefixes: clients.filter((c) => !isIpv6(c)) },
        { suffix: "-ipv6", prefixes: clients.filter(isIpv6) },
    ].filter(({ prefixes }) => prefixes.length > 0);
}

function sourcesOf(prefixes: string[]): Pick<ListedRule, "sourceAddressPrefix" | "sourceAddressPrefixes"> {
    return prefixes.length === 1 ? { sourceAddressPrefix: prefixes[0]! } : { sourceAddressPrefixes: prefixes };
}
