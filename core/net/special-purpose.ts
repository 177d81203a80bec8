/**
 * Address blocks that the public Internet does not route, from the IANA special-purpose registries (RFC 6890).
 * The documentation blocks (192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, 2001:db8::/32) are left out on purpose:
 * examples and tests use them as public addresses.
 */
export const specialPurpose = {
    /** RFC 1918. */
    rfc1918: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"],
    /** Carrier-grade NAT and overlay VPNs, RFC 6598. */
    shared: ["100.64.0.0/10"],
    /** RFC 4193. */
    uniqueLocal: ["fc00::/7"],
    /** RFC 3927, RFC 4291. */
    linkLocal: ["169.254.0.0/16", "fe80::/10"],
    /** Azure's own virtual address of the host, which no client has (rdp-domain §7.1). */
    azureHost: ["168.63.129.16/32"],
    loopback: ["127.0.0.0/8", "::1/128"],
    /** "This network", IETF protocols, benchmarks, multicast, reserved. */
    otherV4: ["0.0.0.0/8", "192.0.0.0/24", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4"],
    /** Everything but 2000::/3, the only global unicast space that IANA has opened (RFC 4291, §2.4). */
    otherV6: ["::/3", "4000::/2", "8000::/1"],
} as const;

export const notPublic: readonly string[] = Object.values(specialPurpose).flat();
