import * as pulumi from "@pulumi/pulumi";
import { DesiredState, DesiredStateArgs, desiredState, DesiredStateError } from "../../core/guest/desired";
import { checkClients } from "./clients";
import { defaultPort } from "./connection";
import { settle } from "./plain";
import { checkChoice, refuse, Subject } from "./refusal";

/** When Windows ends sessions by itself. Times are in whole minutes: 0 for never, else 5 to 43200 (30 days). They hold for sessions that begin after the limit was set, unless group policy says otherwise. */
export interface SessionLimits {
    /** A disconnected session is logged off after this time, with whatever was open in it, so that forgotten sessions do not use up the two that Windows Server allows. Default: 480. */
    disconnectedMinutes?: pulumi.Input<number>;
    /** A session without keyboard or mouse input is disconnected after this time; its programs go on. Default: 0. */
    idleMinutes?: pulumi.Input<number>;
    /** A session is disconnected after this time, idle or not, also while somebody works in it. Default: 0. */
    totalMinutes?: pulumi.Input<number>;
}

/** A clean-up of sessions that were left behind. */
export interface StaleSessions {
    /** A session that has been disconnected for so many whole hours, 1 to 720, is logged off within the quarter of an hour that follows, with whatever was open in it; one that somebody uses never is. 0 for no clean-up. */
    logOffAfterHours: pulumi.Input<number>;
}

/** Licences of a host with the Session Host role. Without that role Windows Server allows two sessions and needs none. */
export interface Licensing {
    /** How licences are counted: `perDevice`, or `perUser`, which needs a domain. */
    mode: pulumi.Input<string>;
    /** Licence servers: host names or addresses, at least one. */
    servers: pulumi.Input<pulumi.Input<string>[]>;
}

/** The arguments of RdpGuest and RdpHost that are about the guest, the same in both clouds. */
export interface GuestArgs {
    readonly clients: pulumi.Input<pulumi.Input<string>[]>;
    readonly allowWholeInternet?: pulumi.Input<boolean>;
    readonly port?: pulumi.Input<number>;
    readonly udp?: pulumi.Input<boolean>;
    readonly nla?: pulumi.Input<boolean>;
    readonly securityLayer?: pulumi.Input<string>;
    readonly credSsp?: pulumi.Input<string>;
    readonly networkProfile?: pulumi.Input<string>;
    readonly sessionLimits?: pulumi.Input<SessionLimits>;
    readonly singleSession?: pulumi.Input<boolean>;
    readonly maxSessions?: pulumi.Input<number>;
    readonly staleSessions?: pulumi.Input<StaleSessions>;
    readonly keepAlive?: pulumi.Input<number>;
    readonly licensing?: pulumi.Input<Licensing>;
    readonly recovery?: pulumi.Input<boolean>;
}

/** Just the guest's arguments of a larger set. */
export function guestArgs(args: GuestArgs): GuestArgs {
    const { clients, allowWholeInternet, port, udp, nla, securityLayer, credSsp, networkProfile, sessionLimits, singleSession, maxSessions, staleSessions, keepAlive, licensing, recovery } = args;
    return { clients, allowWholeInternet, port, udp, nla, securityLayer, credSsp, networkProfile, sessionLimits, singleSession, maxSessions, staleSessions, keepAlive, licensing, recovery };
}

/** The guest's desired state, or a refusal: at construction for plain arguments, else as soon as they are known. */
export function guestState(subject: Subject, args: GuestArgs): pulumi.Output<DesiredState> {
    return settle(guestArgs(args), (known) => checkGuest(subject, known));
}

type KnownGuestArgs = pulumi.Unwrap<GuestArgs>;

/** What the properties of the desired state are called here. */
const names: Readonly<Record<string, string>> = {
    keepAliveMinutes: "keepAlive",
    staleSessionHours: "staleSessions.logOffAfterHours",
    firewallRemoteAddresses: "clients",
    "sessionLimits.maxSessions": "maxSessions",
    "sessionLimits.singleSession": "singleSession",
};

export function checkGuest(subject: Subject, args: KnownGuestArgs): DesiredState {
    const clients = checkClients(subject, args.clients, { allowWholeInternet: args.allowWholeInternet ?? false });
    const { singleSession, maxSessions, licensing } = args;
    const wanted: DesiredStateArgs = {
        firewallRemoteAddresses: clients.flatMap(halves),
        port: args.port ?? defaultPort,
        nla: args.nla ?? true,
        securityLayer: securityLayer(subject, args.securityLayer ?? "tls"),
        // UDP that only one side wants stalls sessions (rdp-domain §7.3).
        transport: args.udp === false ? "tcp" : "leave",
        recovery: args.recovery ?? true,
        sessionLimits: { ...args.sessionLimits, ...(singleSession === undefined ? {} : { singleSession }), ...(maxSessions === undefined ? {} : { maxSessions }) },
        // Without the argument an earlier clean-up is removed.
        staleSessionHours: args.staleSessions?.logOffAfterHours ?? 0,
        ...(args.credSsp === undefined ? {} : { credSsp: args.credSsp }),
        ...(args.networkProfile === undefined ? {} : { networkProfile: args.networkProfile }),
        ...(args.keepAlive === undefined ? {} : { keepAliveMinutes: args.keepAlive }),
        ...(licensing === undefined ? {} : { licensing: { mode: licensingMode(subject, licensing.mode), servers: licensing.servers ?? [] } }),
    };
    try {
        return desiredState(wanted);
    } catch (error) {
        if (!(error instanceof DesiredStateError)) {
            throw error;
        }
        return refuse(subject, names[error.property] ?? error.property, error.message.slice(error.property.length + 1), "");
    }
}

function securityLayer(subject: Subject, given: string): 1 | 2 {
    if (/^rdp$/i.test(given)) {
        const problem = `must be "tls" or "negotiate": it is "${given}", RDP's own security, which cannot carry Network Level Authentication, so clients connect and are dropped`;
        return refuse(subject, "securityLayer", problem, "Leave it out for TLS.");
    }
    return checkChoice(subject, "securityLayer", given, ["tls", "negotiate"]) === "tls" ? 2 : 1;
}

function licensingMode(subject: Subject, mode: string | undefined): "per-device" | "per-user" {
    if (mode === undefined) {
        return refuse(subject, "licensing.mode", "is missing", 'Write "perDevice" or, in a domain, "perUser".');
    }
    return checkChoice(subject, "licensing.mode", mode, ["perDevice", "perUser"]) === "perDevice" ? "per-device" : "per-user";
}

/** The desired state takes no whole Internet; whoever has opted in to it gets it as two halves. */
function halves(cidr: string): string[] {
    switch (cidr) {
        case "0.0.0.0/0":
            return ["0.0.0.0/1", "128.0.0.0/1"];
        case "::/0":
            return ["::/1", "8000::/1"];
        default:
            return [cidr];
    }
}
