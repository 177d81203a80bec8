import { SettingValue } from "../model";
import { Setting, ValueEffect } from "../setting";
import { breaks, weakens } from "./values";

/** Groups that matter to the right to log on, by SID, with the English names that scripts use for them. */
const wellKnown: Readonly<Record<string, readonly string[]>> = {
    "S-1-1-0": ["everyone"],
    "S-1-5-4": ["interactive"],
    "S-1-5-7": ["anonymous logon"],
    "S-1-5-11": ["authenticated users"],
    "S-1-5-14": ["remote interactive logon"],
    "S-1-5-113": ["local account"],
    "S-1-5-114": ["local account and member of administrators group"],
    "S-1-5-32-544": ["administrators"],
    "S-1-5-32-545": ["users"],
    "S-1-5-32-546": ["guests"],
    "S-1-5-32-551": ["backup operators"],
    "S-1-5-32-555": ["remote desktop users"],
};

const byName = new Map(Object.entries(wellKnown).flatMap(([sid, names]) => names.map((name): [string, string] => [name, sid])));

export const administrators = "S-1-5-32-544";
export const remoteDesktopUsers = "S-1-5-32-555";
/** Every account of the host itself, and those among them that are administrators. */
const localAccounts = ["S-1-5-113", "S-1-5-114"];
/** Whoever logs on is a member. */
const everybody = ["S-1-1-0", "S-1-5-4", "S-1-5-11", "S-1-5-14", "S-1-5-32-545"];

/** An account as scripts and security templates write it (`*S-1-5-32-544`, `BUILTIN\Administrators`, `CORP\admins`): the SID of a well-known group, else the name in lower case. */
export function accountOf(text: string): string {
    const name = text.trim().replace(/^["'*]+|["']+$/g, "");
    if (/^s-1-[\d-]+$/i.test(name)) {
        return name.toUpperCase();
    }
    const plain = name.toLowerCase().replace(/^(builtin|nt authority|nt-autorität)\\/, "");
    return byName.get(plain) ?? name.toLowerCase();
}

/** The accounts of a right's value. */
export function accountsOf(value: SettingValue): string[] {
    const list = Array.isArray(value) ? value : String(value).split(",");
    return list.map((account) => accountOf(String(account))).filter((account) => account !== "");
}

/** Denied are accounts of the host itself: on a host outside a domain that is everybody, on a member nobody whom it matters to. */
export function deniesLocalAccounts(value: SettingValue): boolean {
    const accounts = accountsOf(value);
    return accounts.some((a) => localAccounts.includes(a)) && !accounts.some((a) => a === administrators || everybody.includes(a));
}

const source = "§2.20 Microsoft, Prepare a Windows VHD to upload to Azure; Allow log on through Remote Desktop Services";

function allowed(value: SettingValue, what: string): ValueEffect | undefined {
    const accounts = accountsOf(value);
    if (accounts.length === 0) {
        return breaks("other", `nobody has the right to ${what}`);
    }
    if (accounts.some((a) => a === administrators || everybody.includes(a) || localAccounts.includes(a))) {
        return undefined;
    }
    return weakens(
        accounts.includes(remoteDesktopUsers)
            ? `administrators may not ${what} unless they are members of Remote Desktop Users`
            : `neither administrators nor members of Remote Desktop Users may ${what}, only the accounts that it names`,
    );
}

function denied(value: SettingValue, what: string): ValueEffect | undefined {
    const accounts = accountsOf(value);
    if (accounts.some((a) => everybody.includes(a))) {
        return breaks("other", `everybody is denied the right to ${what}`);
    }
    if (accounts.includes(administrators)) {
        return breaks("other", `administrators, among them the account that the host is made with, are denied the right to ${what}`);
    }
    if (accounts.some((a) => localAccounts.includes(a))) {
        return weakens(`local accounts are denied the right to ${what}; outside a domain there are no others, and nobody gets in`);
    }
    return accounts.includes(remoteDesktopUsers) ? weakens(`members of Remote Desktop Users are denied the right to ${what}, and only other administrators get in`) : undefined;
}

const viaRdp = "log on through Remote Desktop";
const network = "log on over the network, which Network Level Authentication does first";

/**
 * User rights that Remote Desktop asks for (rdp-domain §2.20). Values are lists of accounts: SIDs of well-known groups, other accounts by name.
 * A denial wins over the right. What the client sees is a log-on error by name, not 0x904.
 */
export const rightSettings: readonly Setting[] = [
    {
        id: "right-rdp-logon",
        title: "Who may log on through Remote Desktop (SeRemoteInteractiveLogonRight)",
        place: { kind: "user-right", right: "SeRemoteInteractiveLogonRight" },
        default: [administrators, remoteDesktopUsers],
        safe: undefined,
        judge: (value) => allowed(value, viaRdp),
        meaning: "A list of accounts that replaces the one before. Administrators (S-1-5-32-544) and Remote Desktop Users (S-1-5-32-555) by default.",
        causes: ["nla"],
        source,
    },
    {
        id: "right-deny-rdp-logon",
        title: "Who may not log on through Remote Desktop (SeDenyRemoteInteractiveLogonRight)",
        place: { kind: "user-right", right: "SeDenyRemoteInteractiveLogonRight" },
        default: [],
        safe: undefined,
        judge: (value) => denied(value, viaRdp),
        meaning: "Wins over the right. Security baselines deny Guests, and on domain members local accounts (S-1-5-113), which locks everybody out of a host that is in no domain.",
        causes: ["nla"],
        source,
    },
    {
        id: "right-network-logon",
        title: "Who may log on over the network (SeNetworkLogonRight)",
        place: { kind: "user-right", right: "SeNetworkLogonRight" },
        default: ["S-1-1-0", administrators, "S-1-5-32-545", "S-1-5-32-551"],
        safe: undefined,
        judge: (value) => allowed(value, network),
        meaning: "With Network Level Authentication the log-on starts as one over the network. Administrators, Backup Operators, Everyone and Users by default.",
        causes: ["nla"],
        source,
    },
    {
        id: "right-deny-network-logon",
        title: "Who may not log on over the network (SeDenyNetworkLogonRight)",
        place: { kind: "user-right", right: "SeDenyNetworkLogonRight" },
        default: [],
        safe: undefined,
        judge: (value) => denied(value, network),
        meaning: "Wins over the right, and counts for Remote Desktop while Network Level Authentication is required. Guests by default on a server that is hardened.",
        causes: ["nla"],
        source,
    },
];
