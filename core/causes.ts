/** A reason for 0x904-class failures that people name, and what guards against it. */
export interface Cause {
    readonly id: string;
    readonly title: string;
    /** What the client shows when this is the reason; "—" where it is seen after the session exists. */
    readonly symptom: string;
    /** What really happens. */
    readonly what: string;
    /** How to tell it from the others. */
    readonly tell: string;
    /** What guards it apart from the rules that name the cause: a component and its argument in backticks, or what to do on the client's side. */
    readonly guard: string;
    /** Advice that circulates and should not be followed: why not, and what instead. */
    readonly unsafe?: string;
}

/** Every cause that circulates for "0x904, extended 0x7" (rdp-domain §1, §2). Several belong to another code, and say so. */
export const causes: readonly Cause[] = [
    {
        id: "firewall-or-port-blocked",
        title: "A firewall blocks the port",
        symptom: "0x204, or 0x108 after a time-out",
        what: "An NSG, security group, network ACL or the Windows firewall drops the packets, so that no TCP connection comes up. That is not 0x904, which means that a connection was accepted and then closed; and 0x204 is no matter of credentials, as some say.",
        tell: "Test-NetConnection HOST -Port 3389 fails.",
        guard: "`RdpAccess` opens the port for its `clients` only; `RdpGuest` enables the built-in rules for every profile. Where the client's own firewall filters outbound connections, mstsc.exe has to be allowed there.",
        unsafe: "Turning the firewall off opens every other port too. Enable the rules RemoteDesktop-UserMode-In-TCP and -UDP and narrow them to the clients.",
    },
    {
        id: "custom-port",
        title: "The listener is on another port",
        symptom: "0x204",
        what: "PortNumber, the firewall rule, the cloud's filters, forwarders and the client have to name one port. A change of one leaves the others behind.",
        tell: "Compare PortNumber under RDP-Tcp with the port that is dialled.",
        guard: "One `RdpHost.port` sets all of them.",
    },
    {
        id: "nat-forwarding",
        title: "NAT or a balancer does not forward the port",
        symptom: "0x204 or 0x108; 0x904 behind something that terminates the connection",
        what: "The forwarder's back-end port, attachment or health probe is wrong, or it ends the connection itself, as a TLS listener does.",
        tell: "The private address answers, the public one does not.",
        guard: "`RdpHost.access` builds the path as a whole: static address, load balancer, Bastion host or tunnel.",
    },
    {
        id: "security-groups",
        title: "The cloud's security group does not admit the client",
        symptom: "0x204 or 0x108",
        what: "The group or NSG admits another address than the client's, is attached to nothing, or a rule with a lower number denies first.",
        tell: "`rdp-ready check` names the rule that decides.",
        guard: "`RdpAccess.clients` is one list for every filter.",
    },
    {
        id: "routing-or-isp",
        title: "No route, or the provider blocks the port",
        symptom: "0x108 or 0x204",
        what: "The subnet has no way to the client, replies leave another way, or the client's provider filters 3389.",
        tell: "tracert ends at the same hop for every port; another network gets through.",
        guard: "`RdpHost` makes the route together with the address. A provider's filter is on the client's side, and `RdpHost.access` has ways that use port 443.",
    },
    {
        id: "stuck-session",
        title: "A stuck or forgotten session",
        symptom: "0x904 when it fills a cap; else none",
        what: "A disconnected session lives for ever by default. Where sessions are capped it takes the place that the next client needs.",
        tell: "quser lists a session in state Disc; logoff ID frees it.",
        guard: "`RdpGuest.sessionLimits` ends disconnected sessions; `RdpGuest.staleSessions` logs them off where group policy owns the limits.",
    },
    {
        id: "public-network-profile",
        title: "The network profile is Public",
        symptom: "0x204, and only if the firewall rule is limited to another profile",
        what: "Cloud networks start as Public, and the built-in rules are for every profile: Public alone blocks nothing. A rule limited to Private or Domain does.",
        tell: "Get-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP shows Profile Any or not.",
        guard: "`RdpGuest` sets the rule for every profile; `RdpGuest.networkProfile` keeps Private across a new NIC.",
    },
    {
        id: "service-stopped",
        title: "Remote Desktop Services is stopped or disabled",
        symptom: "0x204",
        what: "TermService does not run, or connections are denied (fDenyTSConnections 1): nothing listens.",
        tell: "Get-Service TermService; netstat -ano shows no listener on the port.",
        guard: "`RdpGuest` sets the start types, and `RdpGuest.recovery` the restart after a failure.",
        unsafe: "The service is TermService; `restart-service termserv` fails. A restart drops live sessions.",
    },
    {
        id: "dns-wrong-host",
        title: "The name leads to another host",
        symptom: "0x104 or 0x208 without a host; 0x904 or a certificate warning at a wrong one",
        what: "A record points at an address that was given away. Somebody else's machine answers, or something that is not RDP.",
        tell: "Resolve-DnsName, then compare the address with the host's.",
        guard: "The address of `RdpHost` is static; make the record from that output.",
    },
    {
        id: "credssp-tls-mismatch",
        title: "CredSSP or TLS versions do not fit",
        symptom: "0x904 for TLS; a CredSSP message of its own for the encryption oracle",
        what: "No common TLS version or cipher suite, or one side lacks the CredSSP update of 2018.",
        tell: "Schannel events 36871 or 36874; the message names CredSSP encryption oracle remediation.",
        guard: "`RdpGuest` leaves TLS 1.2 on; `RdpGuest.credSsp` takes safe values only.",
        unsafe: "AllowEncryptionOracle 2 accepts an attack that has been public since 2018. Update the side that lacks the fix.",
    },
    {
        id: "unpatched",
        title: "Client or host lacks updates",
        symptom: "0x904, or the CredSSP message",
        what: "TLS and CredSSP fixes come with updates; a host that never patches falls behind its clients.",
        tell: "The version of TSpkg.dll; the date of the last update.",
        guard: "`RdpHost` leaves Windows Update on and asks for the newest version of the image. Clients are updated on their own side.",
    },
    {
        id: "nla",
        title: "Network Level Authentication",
        symptom: "a log-on message or 0x1807; not 0x904",
        what: "With NLA the log-on happens before the session. On a domain host it needs a reachable domain controller.",
        tell: "The message names NLA or the domain controller.",
        guard: "`RdpGuest.nla` is on, and refuses to be off.",
        unsafe: "Switching NLA off lets anybody who reaches the port open a log-on screen, and cures no 0x904. Mend the domain controller's reachability or the account.",
    },
    {
        id: "security-layer",
        title: "RDP security layer instead of TLS",
        symptom: "none at first; old or strict clients are refused",
        what: "SecurityLayer 0 drops TLS: no server identity, no NLA.",
        tell: "The server's negotiation answers SSL_NOT_ALLOWED_BY_SERVER.",
        guard: "`RdpGuest.securityLayer` takes `tls` or `negotiate`.",
        unsafe: "\"RDP Security Layer only\" for old clients weakens every session. Update the client; TLS 1.2 works from Windows 7 with updates.",
    },
    {
        id: "licensing",
        title: "Remote Desktop licences",
        symptom: "0x808 or 0x908; not 0x904",
        what: "With the Session Host role a licence server is needed after 120 days; per-user licences do not work in a workgroup.",
        tell: "The message names licences.",
        guard: "`RdpGuest.licensing` sets mode and servers together.",
    },
    {
        id: "session-cap",
        title: "The number of sessions is capped",
        symptom: "0x904, or a message that the server is busy",
        what: "MaxInstanceCount, or two administrative sessions without the Session Host role, refuse the next client.",
        tell: "quser shows as many sessions as the cap.",
        guard: "`RdpGuest.maxSessions` refuses a cap below two; `RdpGuest.singleSession` brings people back into the session that they left.",
    },
    {
        id: "antivirus",
        title: "Antivirus or a security agent",
        symptom: "0x904 when an agent accepts and drops; 0x204 when it blocks",
        what: "An agent filters the port or breaks into TLS. RDP starts in clear and then turns to TLS, which plain TLS inspection cannot follow.",
        tell: "The agent's own log.",
        guard: "No component configures agents: add an exception to the agent's policy.",
        unsafe: "Switching the agent off to test leaves the host unprotected while its port is open. Add the rule to the agent's policy.",
    },
    {
        id: "vpn",
        title: "The VPN is down or its client outdated",
        symptom: "0x108 or 0x204; 0x904 when the tunnel breaks in mid-session",
        what: "Private addresses are reached through the tunnel only.",
        tell: "Other private addresses fail too.",
        guard: "Client side: reconnect, and update the VPN client; a report names the VPN as an assumption of the path private-network. `RdpHost.access` has ways that need none.",
    },
    {
        id: "machinekeys",
        title: "The key of the RDP certificate cannot be read",
        symptom: "0x904",
        what: "Rights on MachineKeys or on the listener's key file keep Windows from replacing or reading its key: the listener accepts and drops.",
        tell: "System log, TerminalServices-RemoteConnectionManager 1057 or 1058; Schannel 36870.",
        guard: "`RdpGuest` restores the rights on the folder and on the one key file.",
        unsafe: "Renaming MachineKeys makes every machine key unreachable: IIS, SQL Server, WinRM, the VM agent's own. Restore the rights; at most remove the single key file f686aace…, after a snapshot.",
    },
    {
        id: "expired-certificate",
        title: "The listener's certificate has expired",
        symptom: "a warning; 0x904 when Windows cannot make a new one",
        what: "Windows renews its own certificate before the end of six months. When it cannot, sessions stop.",
        tell: "Cert:\\LocalMachine\\Remote Desktop, NotAfter.",
        guard: "`RdpCertificate` renews the certificate and binds the new one; `RdpGuest` keeps what Windows' own renewal needs. By hand: delete the certificate and restart SessionEnv, then TermService.",
    },
    {
        id: "corrupt-profile",
        title: "The user profile is damaged",
        symptom: "— (a message or a temporary profile after the session exists; not 0x904)",
        what: "NTUSER.DAT or ProfileList is damaged, and the log-on falls back to a temporary profile.",
        tell: "Application log, events 1511 or 1515.",
        guard: "In the guest, not in the stack: repair the profile of the user.",
    },
    {
        id: "rd-gateway",
        title: "RD Gateway cannot reach the host",
        symptom: "0x904",
        what: "The gateway accepts the client and fails towards the host: its resource policy, port 3389 from the gateway, or its certificate's name.",
        tell: "The gateway's TerminalServices-Gateway log.",
        guard: "Declare the gateway's addresses as `RdpAccess.clients`.",
    },
    {
        id: "certificate-names",
        title: "The certificate's name does not match",
        symptom: "a warning; a refusal at a gateway or with strict clients",
        what: "The name that is dialled is not in the certificate.",
        tell: "The warning shows the certificate's name.",
        guard: "`RdpCertificate.dnsNames` are the names that clients dial.",
    },
    {
        id: "tls-passthrough",
        title: "Something ends TLS on the way",
        symptom: "0x904",
        what: "RDP negotiates in clear before TLS. A TLS listener, an application balancer or an inspecting firewall waits for TLS first and drops the connection.",
        tell: "The balancer's listener protocol is TLS or HTTP.",
        guard: "`RdpHost.access` makes plain TCP listeners, which leave TLS to the host.",
    },
    {
        id: "client-cache",
        title: "The client's cache or .rdp file",
        symptom: "0x904 or a log-on error",
        what: "Saved credentials or an old .rdp file point at another gateway, port or account.",
        tell: "A fresh mstsc /v:HOST works.",
        guard: "Client side: delete the saved credentials (cmdkey /list, cmdkey /delete), update the client; `RdpHost` gives a fresh .rdp file.",
    },
    {
        id: "restricted-admin",
        title: "mstsc /restrictedAdmin as a bypass",
        symptom: "refused, unless the host allows it",
        what: "Restricted Admin is a log-on over CredSSP without sending the password. It does not bypass CredSSP, and the host refuses it by default.",
        tell: "DisableRestrictedAdmin under Control\\Lsa.",
        guard: "`RdpGuest` leaves it off.",
        unsafe: "Allowing Restricted Admin permits log-on with a stolen password hash. Use Remote Credential Guard.",
    },
    {
        id: "packet-loss",
        title: "Packet loss, UDP or MTU",
        symptom: "0x904 or a freeze in mid-session",
        what: "Idle time-outs of balancers, lost UDP or a smaller MTU on the way break an established session.",
        tell: "It works on another network, or with UDP switched off.",
        guard: "`RdpGuest.keepAlive` stays below every idle time-out; `RdpAccess.udp` opens UDP together with TCP.",
    },
    {
        id: "reboot",
        title: "The host is rebooting, stopped or out of memory",
        symptom: "0x108 or 0x204; 0x904 at the instant it goes",
        what: "An update, a shutdown schedule, an eviction or exhausted memory takes the host away.",
        tell: "The cloud's activity log; event 1074.",
        guard: "`RdpHost` makes no shutdown schedule, and its default size has enough memory.",
        unsafe: "Rebooting until it works hides the reason and drops every session. Read event 1074 and the memory counters first.",
    },
    {
        id: "pam-credentials",
        title: "A jump host holds a wrong password",
        symptom: "0x904 through the jump host; 0x807 directly",
        what: "The jump host accepts the client and closes when its own log-on at the target fails.",
        tell: "A direct connection shows a log-on error.",
        guard: "No component writes a password: take it from the vault that rotates it.",
    },
];

export function causeById(id: string): Cause | undefined {
    return causes.find((c) => c.id === id);
}
