import { AddressSet } from "./address-set";
import { specialPurpose } from "./special-purpose";

/** RFC 1918: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16. */
export const rfc1918 = AddressSet.parseAll(specialPurpose.rfc1918);

/** Carrier-grade NAT and overlay VPNs: 100.64.0.0/10 (RFC 6598). */
export const sharedAddresses = AddressSet.parseAll(specialPurpose.shared);

/** IPv6 unique local addresses: fc00::/7 (RFC 4193). */
export const uniqueLocal = AddressSet.parseAll(specialPurpose.uniqueLocal);

export const linkLocal = AddressSet.parseAll(specialPurpose.linkLocal);

/** What private networks use: RFC 1918, shared space, unique local. */
export const privateAddresses = rfc1918.union(sharedAddresses).union(uniqueLocal);

/** The same, where a service connects by IPv4 alone: a balancer, gateway or tunnel of a subnet whose range is not known. */
export const privateV4 = privateAddresses.intersect(AddressSet.allV4);

/**
 * Everything that the public Internet routes: all addresses without the special-purpose ones. The documentation blocks
 * (203.0.113.0/24, 2001:db8::/32, …) count as public, since examples use them so.
 */
export const publicInternet = AddressSet.publicInternet;

/** Azure's probes, DHCP and agent channel: the virtual address of the host (rdp-domain §7.1). */
export const azureHostAddress = AddressSet.parse("168.63.129.16");
