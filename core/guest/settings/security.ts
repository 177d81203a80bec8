import { Setting } from "../setting";
import { keys, numeric, terminalServicesPolicy, undocumented, weakens } from "./values";

/** How the listener and its clients prove who they are (rdp-domain §2.2, §2.7, §2.8). */
export const securitySettings: readonly Setting[] = [
    {
        id: "nla",
        title: "Network Level Authentication is required (UserAuthentication)",
        place: { kind: "registry", key: keys.listener, value: "UserAuthentication", type: "DWORD" },
        policy: terminalServicesPolicy("UserAuthentication"),
        default: 1,
        safe: 1,
        judge: (value) => {
            switch (numeric(value)) {
                case 1:
                    return undefined;
                case 0:
                    return weakens("whoever reaches the port gets a session and its log-on screen before proving who they are");
                default:
                    return undocumented("1 to require NLA, 0 not to");
            }
        },
        meaning: "1 requires the client to prove who it is (CredSSP inside TLS) before a session is made. Turning it off does not cure 0x904: it only opens the host to unauthenticated sessions.",
        causes: ["nla"],
        source: "§2.2, §2.7 Microsoft, Win32_TSGeneralSetting; TerminalServer.admx",
    },
    {
        id: "security-layer",
        title: "Security layer of the listener (SecurityLayer)",
        place: { kind: "registry", key: keys.listener, value: "SecurityLayer", type: "DWORD" },
        policy: terminalServicesPolicy("SecurityLayer"),
        default: 2,
        safe: 2,
        judge: (value) => {
            switch (numeric(value)) {
                case 1:
                case 2:
                    return undefined;
                case 0:
                    return weakens("sessions use RDP's own encryption without TLS, which proves no server identity and cannot carry NLA");
                default:
                    return undocumented("0, 1 or 2");
            }
        },
        meaning: "2 uses TLS. 1 negotiates and is as good while NLA is required, because NLA needs TLS. 0 is RDP's legacy security: it cannot carry NLA, so a host that requires NLA turns such clients away.",
        causes: ["security-layer", "nla", "credssp-tls-mismatch"],
        source: "§2.2 Microsoft, Win32_TSGeneralSetting; MS-RDPBCGR 5.4",
    },
    {
        id: "allow-sec-protocol-negotiation",
        title: "Negotiation of the security protocol (fAllowSecProtocolNegotiation)",
        place: { kind: "registry", key: keys.listener, value: "fAllowSecProtocolNegotiation", type: "DWORD" },
        default: 1,
        safe: 1,
        judge: (value) => (numeric(value) === 0 ? weakens("the listener does not negotiate its security protocol, and clients that expect TLS or NLA may be dropped") : undefined),
        meaning: "1 lets client and host agree on TLS and NLA.",
        causes: ["security-layer", "credssp-tls-mismatch"],
        source: "§2.2 Microsoft, azure-support-scripts RDPSettings.ps1",
    },
    {
        id: "min-encryption-level",
        title: "Lowest encryption level (MinEncryptionLevel)",
        place: { kind: "registry", key: keys.listener, value: "MinEncryptionLevel", type: "DWORD" },
        policy: terminalServicesPolicy("MinEncryptionLevel"),
        default: 2,
        safe: 3,
        judge: (value) => {
            switch (numeric(value)) {
                case 2:
                case 3:
                case 4:
                    return undefined;
                case 1:
                    return weakens("it permits RDP's low encryption, which protects one direction only and is not valid together with TLS");
                default:
                    return undocumented("1 to 4");
            }
        },
        meaning: "Encryption of RDP's legacy security layer: 1 low, 2 what the client can, 3 high, 4 FIPS. TLS does not use it, but Windows rejects 1 together with TLS.",
        causes: ["security-layer", "credssp-tls-mismatch"],
        source: "§2.2 Microsoft, Win32_TSGeneralSetting.SetEncryptionLevel",
    },
    {
        id: "credssp-oracle",
        title: "CredSSP encryption oracle remediation (AllowEncryptionOracle)",
        place: {
            kind: "registry",
            key: "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters",
            value: "AllowEncryptionOracle",
            type: "DWORD",
        },
        default: undefined,
        safe: 1,
        judge: (value) => {
            switch (numeric(value)) {
                case 0:
                case 1:
                    return undefined;
                case 2:
                    return weakens("the host falls back to the CredSSP that CVE-2018-0886 breaks; the cure for a mismatch is the update, not this value");
                default:
                    return undocumented("0, 1 or 2");
            }
        },
        meaning: "0 accepts updated clients only, 1 (mitigated, what an updated Windows does by itself) forbids falling back, 2 is vulnerable. A mismatch shows its own message about CredSSP, not 0x904.",
        causes: ["credssp-tls-mismatch", "unpatched"],
        source: "§2.7 Microsoft, CredSSP encryption oracle remediation (KB4295591)",
    },
    {
        id: "restricted-admin",
        title: "Restricted Admin mode (DisableRestrictedAdmin)",
        place: { kind: "registry", key: keys.lsa, value: "DisableRestrictedAdmin", type: "DWORD" },
        default: undefined,
        safe: undefined,
        judge: (value) => (numeric(value) === 0 ? weakens("Restricted Admin log-ons are allowed, and a stolen password hash is then enough for a session") : undefined),
        meaning: "A disabling value: absent or 1 keeps Restricted Admin mode off, 0 turns it on. It runs over CredSSP and so bypasses nothing; Remote Credential Guard is the better choice.",
        causes: ["restricted-admin"],
        source: "§2.8 MS-RDPBCGR 2.2.1.1.1; CredSsp.admx",
    },
    {
        id: "disabledomaincreds",
        title: "No stored credentials for network log-on (disabledomaincreds)",
        place: { kind: "registry", key: keys.lsa, value: "disabledomaincreds", type: "DWORD" },
        default: 0,
        safe: undefined,
        judge: (value) => (numeric(value) === 1 ? weakens("domain accounts may be refused when NLA logs them on over the network") : undefined),
        unjudged: "Security baselines ask for 1, and whether a domain account is refused on that ground depends on the domain, which no stack shows.",
        meaning: "1 forbids Windows to keep credentials for network authentication. Microsoft's check list for domain hosts with NLA asks for 0; some security baselines ask for 1.",
        causes: ["nla"],
        source: "§2.7 Microsoft, Cannot connect to an Azure VM with RDP",
    },
];
