import { Known } from "../known";
import { Origin } from "../origin";
import { AddressBounds } from "./bounds";
import { PortSet } from "./port-set";

/** `other` is a protocol that carries no RDP (ICMP, ESP, …). */
export type Protocol = "tcp" | "udp" | "any" | "other";

/** One rule of a filter, in the terms that both clouds and the guest firewall share. */
export interface FilterRule {
    readonly allow: Known<boolean>;
    readonly protocol: Known<Protocol>;
    /** The addresses that connections come from. */
    readonly sources: AddressBounds;
    /** The client's own (ephemeral) port. Every port, unless the author narrowed it, nearly always by mistake. */
    readonly sourcePorts: Known<PortSet>;
    /** The port that the connection goes to, after translation by a forwarder. */
    readonly ports: Known<PortSet>;
    /** Whether the rule's destination covers this host: an NSG rule may name addresses or application security groups. */
    readonly coversHost: Known<boolean>;
    readonly origin: Origin;
}

/**
 * - `first-match`: rules stand in the order of evaluation, the first that matches decides (NSG, network ACL).
 * - `any-allow`: any allowing rule admits, there are no denies (security group).
 * - `deny-wins`: a matching deny beats every allow (Windows firewall).
 */
export type FilterOrder = "first-match" | "any-allow" | "deny-wins";

export interface Filter {
    readonly order: FilterOrder;
    readonly rules: readonly FilterRule[];
    /** What happens to a packet that no rule matches, and what to call that. */
    readonly otherwise: { readonly allow: boolean; readonly origin: Origin };
}
