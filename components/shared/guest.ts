import * as pulumi from "@pulumi/pulumi";
import { DesiredState, DesiredStateArgs, desiredState, DesiredStateError } from "../../core/guest/desired";
import { checkClients } from "./clients";
import { defaultPort } from "./connection";
import { settle } from "./plain";
import { checkChoice, refuse, Subject } from "./refusal";

/** When sessions end. Times are in minutes: 0 for never, else at least 5. */
export interface SessionLimits {
    /** A disconnected session is logged off after this time. Default: 480. */
    disconnectedMinutes?: pulumi.Input<number>;
    /** An idle session is disconnected after this time. Default: 0. */
    idleMinutes?: pulumi.Input<number>;
    /** A session is disconnected after this time, idle or not. Default: 0. */
    totalMinutes?: pulumi.Input<number>;
    /** Sessions at once, at least 2. Default: no limit beside Windows' own, which is 2 without the Session Host role. */
    maxSessions?: pulumi.Input<number>;
    /** Gives people who come back the session that was disconnected. Default: true. */
    singleSession?: pulumi.Input<boolean>;
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
    readonly keepAlive?: pulumi.Input<number>;
}

/** Just the guest's arguments of a larger set. */
export function guestArgs(args: GuestArgs): GuestArgs {
    const { clients, allowWholeInternet, port, udp, nla, securityLayer, credSsp, networkProfile, sessionLimits, keepAlive } = args;
    return { clients, allowWholeInternet, port, udp, nla, securityLayer, credSsp, networkProfile, sessionLimits, keepAlive };
}

/** The guest's desired state, or a refusal: at construction for plain arguments, else as soon as they are known. */
export function guestState(subject: Subject, args: GuestArgs): pulumi.Output<DesiredState> {
    return settle(guestArgs(args), (known) => checkGuest(subject, known));
}

type KnownGuestArgs = pulumi.Unwrap<GuestArgs>;

export function checkGuest(subject: Subject, args: KnownGuestArgs): DesiredState {
    const clients = checkClients(subject, args.clients, { allowWholeInternet: args.allowWholeInternet ?? false });
    const layer = checkChoice(subject, "securityLayer", args.securityLayer ?? "tls", ["tls", "negotiate"]);
    const wanted: DesiredStateArgs = {
        firewallRemoteAddresses: clients.flatMap(halves),
        port: args.port ?? defaultPort,
        nla: args.nla ?? true,
        securityLayer: layer === "tls" ? 2 : 1,
        // UDP that only one side wants stalls sessions (rdp-domain §7.3).
        transport: args.udp === false ? "tcp" : "leave",
        ...(args.credSsp === undefined ? {} : { credSsp: args.credSsp }),
        ...(args.networkProfile === undefined ? {} : { networkProfile: args.networkProfile }),
        ...(args.sessionLimits === undefined ? {} : { sessionLimits: args.sessionLimits }),
        ...(args.keepAlive === undefined ? {} : { keepAliveMinutes: args.keepAlive }),
    };
    try {
        return desiredState(wanted);
    } catch (error) {
        if (!(error instanceof DesiredStateError)) {
            throw error;
        }
        const property = error.property === "keepAliveMinutes" ? "keepAlive" : error.property;
        return refuse(subject, property, error.message.slice(error.property.length + 1), "");
    }
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
