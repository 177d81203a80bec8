import { AddressError, cidrsOf, parseRange } from "../net/address-text";
import { SettingValue } from "./model";
import { services } from "./settings/services";

/** What a host's Remote Desktop should be like, in people's terms. Made by `desiredState`, which refuses unsafe states. */
export interface DesiredState {
    /** TCP (and UDP) port of the listener. */
    readonly port: number;
    /** Network Level Authentication is required. */
    readonly nla: true;
    /** `SecurityLayer`: 2 TLS, 1 negotiated (which NLA turns into TLS). */
    readonly securityLayer: 1 | 2;
    readonly credSsp: CredSsp;
    readonly encryptionLevel: EncryptionLevel;
    readonly networkProfile: NetworkProfile;
    readonly sessionLimits: SessionLimits;
    /** A scheduled task logs off sessions that have been disconnected for so many hours; 0: there is no such task; undefined: left alone. */
    readonly staleSessionHours: number | undefined;
    /** Minutes between keep-alive messages. */
    readonly keepAliveMinutes: number;
    readonly transport: Transport;
    /** Only for hosts with the Session Host role; undefined: left alone. */
    readonly licensing: Licensing | undefined;
    /** Windows restarts the listener's service after a failure. */
    readonly recovery: boolean;
    /** CIDRs and `LocalSubnet`: whom the guest's firewall lets in. */
    readonly firewallRemoteAddresses: readonly string[];
    readonly tls12: Tls12;
}

/** `mitigated`: never falls back to the vulnerable CredSSP; `force-updated`: accepts updated clients only. */
export type CredSsp = "mitigated" | "force-updated";
export type EncryptionLevel = "client-compatible" | "high" | "fips";
/** `private`: networks that count as Public become Private, also future ones that Windows does not recognise; `leave`: left alone. */
export type NetworkProfile = "private" | "leave";
/** `leave`: Windows' own choice, which uses both. */
export type Transport = "leave" | "tcp-and-udp" | "tcp";
/** `on`: written explicitly; `leave`: left to Windows, which has it on since Server 2012. */
export type Tls12 = "on" | "leave";

/** Times in minutes; 0: no limit. */
export interface SessionLimits {
    /** An idle session is disconnected after this time. */
    readonly idleMinutes: number;
    /** A disconnected session is logged off after this time. */
    readonly disconnectedMinutes: number;
    /** A session is disconnected after this time, idle or not. */
    readonly totalMinutes: number;
    /** A user who comes back gets the session that was disconnected. */
    readonly singleSession: boolean;
    /** Sessions that the listener accepts at once; undefined: no limit of its own. */
    readonly maxSessions: number | undefined;
}

export interface Licensing {
    readonly mode: "per-device" | "per-user";
    /** Host names or addresses. */
    readonly servers: readonly string[];
}

/** What callers may leave out or get wrong; see DesiredState for the meanings and `desiredState` for the defaults. */
export interface DesiredStateArgs {
    readonly port?: number;
    readonly nla?: boolean;
    readonly securityLayer?: number;
    readonly credSsp?: string;
    readonly encryptionLevel?: string;
    readonly networkProfile?: string;
    readonly sessionLimits?: Partial<SessionLimits>;
    readonly staleSessionHours?: number | undefined;
    readonly keepAliveMinutes?: number;
    readonly transport?: string;
    readonly licensing?: { readonly mode: string; readonly servers: readonly string[] };
    readonly recovery?: boolean;
    /** Addresses, CIDRs, ranges `a-b`, or `LocalSubnet`. No default: who may connect is the caller's decision. */
    readonly firewallRemoteAddresses: readonly string[];
    readonly tls12?: string;
}

/** A desired state that is invalid or unsafe. The message names the property and says what to write. */
export class DesiredStateError extends Error {
    override readonly name = "DesiredStateError";
    constructor(
        /** E.g. `sessionLimits.maxSessions`. */
        readonly property: string,
        message: string,
    ) {
        super(`${property} ${message}`);
    }
}

/**
 * A complete desired state: port 3389, NLA, TLS, CredSSP mitigated, high encryption, Private networks, disconnected
 * sessions logged off after 8 hours, no other limits, one session per user, nothing said of stale sessions, keep-alive
 * every minute, Windows' own transport, restart of the service after a failure, TLS 1.2 on.
 *
 * @throws DesiredStateError for what is invalid or unsafe.
 */
export function desiredState(args: DesiredStateArgs): DesiredState {
    if ((args.nla ?? true) !== true) {
        throw new DesiredStateError("nla", "must be true: without Network Level Authentication whoever reaches the port gets a session before proving who they are, and it does not cure 0x904. Leave it out or write nla: true");
    }
    return {
        port: integer("port", args.port ?? 3389, 1, 65535, "a TCP port from 1 to 65535, best 3389"),
        nla: true,
        securityLayer: securityLayer(args.securityLayer ?? 2),
        credSsp: choice("credSsp", args.credSsp ?? "mitigated", ["mitigated", "force-updated"], "the vulnerable setting is never needed: install the updates instead"),
        encryptionLevel: choice("encryptionLevel", args.encryptionLevel ?? "high", ["client-compatible", "high", "fips"], "low encryption is not valid together with TLS"),
        networkProfile: choice("networkProfile", args.networkProfile ?? "private", ["private", "leave"], "rdp-ready never makes a network Public, and Windows alone decides on domain networks"),
        sessionLimits: sessionLimits(args.sessionLimits ?? {}),
        staleSessionHours: args.staleSessionHours === undefined ? undefined : integer("staleSessionHours", args.staleSessionHours, 0, 720, "whole hours from 1 to 720, so that people who come back after a pause find their work, or 0 for none"),
        keepAliveMinutes: integer("keepAliveMinutes", args.keepAliveMinutes ?? 1, 1, 999999, "whole minutes from 1, less than the idle timeout of every balancer on the path"),
        transport: choice("transport", args.transport ?? "leave", ["leave", "tcp-and-udp", "tcp"], "a connection always needs TCP"),
        licensing: args.licensing === undefined ? undefined : licensing(args.licensing),
        recovery: args.recovery ?? true,
        firewallRemoteAddresses: remoteAddresses(args.firewallRemoteAddresses),
        tls12: choice("tls12", args.tls12 ?? "on", ["on", "leave"], "without TLS 1.2 clients are dropped with 0x904"),
    };
}

/**
 * The registry's and the services' values for a state, by setting id. Firewall rules and ACLs are not among them:
 * they are lists, not values (see `render/powershell.ts`).
 */
export function settingsOf(desired: DesiredState): Map<string, SettingValue> {
    const limits = desired.sessionLimits;
    const values: [string, SettingValue | undefined][] = [
        ["rdp-enabled", 0],
        ["port", desired.port],
        ["lan-adapter", 0],
        ["max-instance-count", limits.maxSessions ?? 0xffffffff],
        ["nla", desired.nla ? 1 : 0],
        ["security-layer", desired.securityLayer],
        ["allow-sec-protocol-negotiation", 1],
        ["min-encryption-level", { "client-compatible": 2, high: 3, fips: 4 }[desired.encryptionLevel]],
        ["keep-alive-timeout", 1],
        ["keep-alive-enable", 1],
        ["keep-alive-interval", desired.keepAliveMinutes],
        ...limitValues("idle", limits.idleMinutes),
        ...limitValues("disconnection", limits.disconnectedMinutes),
        ...limitValues("connection", limits.totalMinutes),
        ["single-session-per-user", limits.singleSession ? 1 : 0],
        ["credssp-oracle", desired.credSsp === "force-updated" ? 0 : 1],
        ...(desired.tls12 === "on" ? tls12Values : []),
        ["select-transport", { leave: undefined, "tcp-and-udp": 0, tcp: 1 }[desired.transport]],
        ["licensing-mode", desired.licensing && { "per-device": 2, "per-user": 4 }[desired.licensing.mode]],
        ["license-servers", desired.licensing?.servers.join(",")],
        ["network-category", desired.networkProfile === "private" ? "private" : undefined],
        ["unidentified-networks-category", desired.networkProfile === "private" ? 1 : undefined],
        ["self-signed-cert-store", "Remote Desktop"],
        ...services.map((service): [string, SettingValue | undefined] => [`service-${service.name.toLowerCase()}-start`, service.safe]),
        ["service-termservice-recovery", desired.recovery ? "restart" : undefined],
        ...(["domain", "private", "public"] as const).map((profile): [string, SettingValue] => [`firewall-${profile}-block-all`, 0]),
    ];
    return new Map(values.filter((entry): entry is [string, SettingValue] => entry[1] !== undefined));
}

const tls12Values: [string, SettingValue][] = (["server", "client"] as const).flatMap((side): [string, SettingValue][] => [
    [`tls12-${side}-enabled`, 1],
    [`tls12-${side}-disabled-by-default`, 0],
]);

/** A limit of its own needs `fInherit… = 0`, or the user's account decides (rdp-domain §2.2). */
function limitValues(what: string, minutes: number): [string, SettingValue][] {
    return [
        [`max-${what}-time`, minutes * 60_000],
        [`inherit-max-${what}-time`, minutes > 0 ? 0 : 1],
    ];
}

/** Windows takes a DWORD of milliseconds; its own choices end at five days, and 30 days are far within the DWORD. */
const longestLimit = 30 * 24 * 60;

function sessionLimits(given: Partial<SessionLimits>): SessionLimits {
    const minutes = (name: "idleMinutes" | "disconnectedMinutes" | "totalMinutes", fallback: number) =>
        limitMinutes(`sessionLimits.${name}`, given[name] ?? fallback);
    const max = given.maxSessions;
    return {
        idleMinutes: minutes("idleMinutes", 0),
        disconnectedMinutes: minutes("disconnectedMinutes", 8 * 60),
        totalMinutes: minutes("totalMinutes", 0),
        singleSession: given.singleSession ?? true,
        maxSessions:
            max === undefined
                ? undefined
                : integer("sessionLimits.maxSessions", max, 2, 999999, "at least 2, so that one forgotten session does not lock everybody out; leave it out for no limit"),
    };
}

function limitMinutes(property: string, value: number): number {
    const wanted = `0 for no limit, or whole minutes from 5 to ${longestLimit}`;
    const minutes = integer(property, value, 0, longestLimit, wanted);
    if (minutes > 0 && minutes < 5) {
        throw new DesiredStateError(property, `must be ${wanted}: ${minutes} would end sessions in which people still work`);
    }
    return minutes;
}

function securityLayer(value: number): 1 | 2 {
    if (value === 1 || value === 2) {
        return value;
    }
    throw new DesiredStateError(
        "securityLayer",
        value === 0
            ? "must be 2 (TLS): 0 is RDP's own security, which cannot carry Network Level Authentication and proves no server identity"
            : `must be 2 (TLS) or 1 (negotiate): it is ${String(value)}`,
    );
}

function licensing(given: { readonly mode: string; readonly servers: readonly string[] }): Licensing {
    const mode = choice("licensing.mode", given.mode, ["per-device", "per-user"], "hosts outside a domain can use per-device only");
    if (given.servers.length === 0) {
        throw new DesiredStateError("licensing.servers", 'must name at least one licence server, as in ["licences.example.com"]; leave licensing out for hosts without the Session Host role');
    }
    for (const server of given.servers) {
        if (!/^[A-Za-z0-9]([A-Za-z0-9.:-]{0,253}[A-Za-z0-9])?$/.test(server)) {
            throw new DesiredStateError("licensing.servers", `must hold host names or addresses such as licences.example.com: "${server}" is neither`);
        }
    }
    return { mode, servers: given.servers };
}

function remoteAddresses(given: readonly string[] | undefined): string[] {
    const property = "firewallRemoteAddresses";
    if (given === undefined || given.length === 0) {
        throw new DesiredStateError(property, 'must list the clients that may connect, as in ["203.0.113.0/24"]: an empty list lets nobody in');
    }
    return [...new Set(given.flatMap((text) => (/^\s*localsubnet\s*$/i.test(text) ? ["LocalSubnet"] : cidrs(property, text))))];
}

function cidrs(property: string, text: string): string[] {
    try {
        const { family, first, last } = parseRange(text);
        const list = cidrsOf(family, [first, last + 1n]);
        if (list.some((cidr) => cidr.endsWith("/0"))) {
            throw new DesiredStateError(property, `must name clients, not the whole Internet: "${text}" lets everybody try passwords, and that alone can starve Remote Desktop. Write the clients' own addresses`);
        }
        return list;
    } catch (error) {
        if (error instanceof AddressError) {
            throw new DesiredStateError(property, `must hold addresses: ${error.message}`);
        }
        throw error;
    }
}

function integer(property: string, value: number, least: number, most: number, wanted: string): number {
    if (!Number.isInteger(value) || value < least || value > most) {
        throw new DesiredStateError(property, `must be ${wanted}: it is ${String(value)}`);
    }
    return value;
}

function choice<T extends string>(property: string, value: string, allowed: readonly T[], why: string): T {
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) {
        throw new DesiredStateError(property, `must be ${allowed.map((a) => `"${a}"`).join(" or ")}: it is "${value}" (${why})`);
    }
    return found;
}
