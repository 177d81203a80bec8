/** What mstsc shows when a connection ends (rdp-domain §1.1, §1.2; Microsoft: ITSMsgs disconnect reasons, ExtendedDisconnectReasonCode). */
export interface Code {
    readonly code: number;
    readonly name: string;
    readonly text: string;
    /** Ids of the causes to look at, in core/causes.ts. */
    readonly causes: readonly string[];
}

const network = ["firewall-or-port-blocked", "security-groups", "nat-forwarding", "routing-or-isp", "service-stopped", "custom-port"];

export const primaryCodes: readonly Code[] = [
    { code: 0x104, name: "DNSLookupFailed", text: "The name of the host could not be looked up.", causes: ["dns-wrong-host"] },
    { code: 0x108, name: "ConnectionTimedOut", text: "No answer: packets are dropped on the way, or the host is off.", causes: network },
    { code: 0x204, name: "SocketConnectFailed", text: "No TCP connection came up: a blocked or closed port, or a listener that is stopped. Credentials and certificates play no part yet.", causes: network },
    { code: 0x208, name: "HostNotFound", text: "The name of the host is not known.", causes: ["dns-wrong-host"] },
    { code: 0x304, name: "SocketSendFailed", text: "Sending failed: the connection broke off.", causes: ["packet-loss", "vpn"] },
    { code: 0x404, name: "SocketRecvFailed", text: "Receiving failed: the connection broke off.", causes: ["packet-loss", "vpn"] },
    { code: 0x508, name: "DNSLookupFailed2", text: "The name of the host could not be looked up.", causes: ["dns-wrong-host"] },
    { code: 0x704, name: "TimeoutOccurred", text: "The connection came up, and then took too long.", causes: ["packet-loss", "vpn"] },
    { code: 0x807, name: "SslErrLogonFailure", text: "Wrong user name or password.", causes: ["pam-credentials", "client-cache"] },
    { code: 0x808, name: "LicensingFailed", text: "Remote Desktop licensing failed.", causes: ["licensing"] },
    { code: 0x908, name: "LicensingTimeout", text: "Remote Desktop licensing took too long.", causes: ["licensing"] },
    {
        code: 0x904,
        name: "AtClientWinsockFDCLOSE",
        text: "The connection was accepted and then closed before a session existed. So something answers on the port: the network path is open at least up to whatever accepted it, and what fails comes after.",
        causes: ["expired-certificate", "machinekeys", "credssp-tls-mismatch", "security-layer", "session-cap", "tls-passthrough", "rd-gateway", "antivirus", "unpatched", "vpn"],
    },
    { code: 0x1607, name: "SslErrDelegationPolicy", text: "Policy forbids to delegate the credentials to this host.", causes: ["nla", "restricted-admin"] },
    { code: 0x1807, name: "SslErrNoAuthenticatingAuthority", text: "No domain controller could be reached to check the log-on.", causes: ["nla"] },
    { code: 0x1b07, name: "SslErrCertExpired", text: "The host's certificate has expired, and the client insists on a valid one.", causes: ["expired-certificate"] },
];

export const extendedCodes: readonly Code[] = [
    { code: 0, name: "NoInfo", text: "The host gave no further reason.", causes: [] },
    { code: 3, name: "ServerIdleTimeout", text: "The session was idle for too long.", causes: ["session-cap"] },
    { code: 4, name: "ServerLogonTimeout", text: "The log-on took too long.", causes: [] },
    { code: 5, name: "ReplacedByOtherConnection", text: "Another connection took the session over.", causes: ["session-cap"] },
    {
        code: 7,
        name: "ServerDeniedConnection",
        text: "The host denied the connection, or dropped it so early that the client shows the same. It does not prove that Windows itself sent a refusal: a forwarder or another program on the port looks alike.",
        causes: [],
    },
    { code: 8, name: "ServerDeniedConnectionFips", text: "The host refused: it demands FIPS-compliant encryption.", causes: ["credssp-tls-mismatch"] },
    { code: 9, name: "ServerInsufficientPrivileges", text: "The user may not log on through Remote Desktop.", causes: [] },
    { code: 10, name: "ServerFreshCredsRequired", text: "The host wants the credentials to be entered anew.", causes: ["client-cache"] },
];
