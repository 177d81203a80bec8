import { Setting } from "../setting";
import { breaks, keys, undocumented, weakens } from "./values";

/** Name of the folder that holds the machine's RSA keys, the listener's among them. */
export const machineKeysFolder = "%ProgramData%\\Microsoft\\Crypto\\RSA\\MachineKeys";

/** Begins the name of the listener's key file; the machine's GUID follows. */
export const listenerKeyFilePrefix = "f686aace6942fb7f7ceb231212eef4a4_";

/** What the listener's certificate is made from, bound by and protected with (rdp-domain §2.10, §4). */
export const certificateSettings: readonly Setting[] = [
    {
        id: "certificate-thumbprint",
        title: "Certificate bound to the listener (SSLCertificateSHA1Hash)",
        place: { kind: "certificate-binding" },
        default: undefined,
        safe: undefined,
        judge: (value) => {
            const thumbprint = String(value).replace(/[\s:,-]/g, "");
            return /^[0-9a-f]{40}$/i.test(thumbprint) && !/^0+$/.test(thumbprint)
                ? undefined
                : weakens("it is not a SHA-1 thumbprint (40 hexadecimal digits), and Windows falls back to its self-signed certificate");
        },
        meaning: "Thumbprint of a certificate in LocalMachine\\My whose key NETWORK SERVICE can read. Absent: the self-signed certificate that Windows renews by itself.",
        causes: ["expired-certificate", "certificate-names"],
        source: "§4.2 Microsoft, Remote Desktop listener certificate configurations (KB3042780)",
    },
    {
        id: "certificate-template",
        title: "Certificate template by policy (CertTemplateName)",
        place: { kind: "registry", key: keys.policy, value: "CertTemplateName", type: "SZ" },
        default: undefined,
        safe: undefined,
        judge: () => undefined,
        unjudged: "Every name may be that of a template: only the domain's certification authority knows which exist.",
        meaning: "Name of an AD CS template from which a domain member enrols the listener's certificate and renews it. Its name must equal its display name, or Windows enrols twice a day.",
        causes: ["expired-certificate", "certificate-names"],
        source: "§4.3 TerminalServer.admx; KB2531138",
    },
    {
        id: "self-signed-cert-store",
        title: "Store of the self-signed certificate (SelfSignedCertStore)",
        place: { kind: "registry", key: keys.winStations, value: "SelfSignedCertStore", type: "SZ" },
        default: "Remote Desktop",
        safe: "Remote Desktop",
        judge: (value) => (/^remote desktop$/i.test(String(value)) ? undefined : breaks("0x904", "Windows cannot make the listener's certificate anew and drops clients once the present one has expired")),
        meaning: "Name of the certificate store in which Windows makes the listener's self-signed certificate.",
        causes: ["expired-certificate", "machinekeys"],
        source: "§4.1 Microsoft, An internal error has occurred when connecting",
    },
    {
        id: "profile-list-programdata",
        title: "Where ProgramData lies (ProfileList\\ProgramData)",
        place: { kind: "registry", key: "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList", value: "ProgramData", type: "EXPAND_SZ" },
        default: "%SystemDrive%\\ProgramData",
        safe: undefined,
        judge: (value) =>
            /^(%SystemDrive%|C:)\\ProgramData\\?$/i.test(String(value))
                ? undefined
                : breaks("0x904", "Windows looks for its key files elsewhere and cannot make the listener's certificate"),
        meaning: "The folder under which Windows keeps machine keys, as an expandable string. rdp-ready never writes it: a wrong value moves far more than keys.",
        causes: ["machinekeys", "expired-certificate", "corrupt-profile"],
        source: "§2.13, §4.1 Microsoft, Prepare a Windows VHD to upload to Azure",
    },
    {
        id: "machinekeys-acl",
        title: "Permissions of the MachineKeys folder",
        place: { kind: "acl", path: machineKeysFolder },
        default: "default",
        safe: "default",
        judge: (value) => {
            switch (value) {
                case "default":
                    return undefined;
                case "recursive":
                    return weakens("the permissions are handed to every file in the folder, and whoever is named can use all private keys of the machine");
                default:
                    return undocumented("default or recursive");
            }
        },
        meaning: "`default`: Administrators have full control and Everyone may list and create, for the folder only. `recursive`: something was granted on every key in it.",
        causes: ["machinekeys"],
        source: "§2.10 Microsoft, Default permissions for the MachineKeys folders (KB278381)",
    },
    {
        id: "rdp-key-file-acl",
        title: "Permissions of the listener's key file",
        place: { kind: "acl", path: `${machineKeysFolder}\\${listenerKeyFilePrefix}*` },
        default: "default",
        safe: "default",
        judge: (value) => (value === "default" ? undefined : undocumented("default")),
        unjudged: "What a script grants on this one file is the repair that Microsoft describes, and is taken for that.",
        meaning: "`default`: SYSTEM has full control and NETWORK SERVICE, the listener's account, may read.",
        causes: ["machinekeys", "expired-certificate"],
        source: "§2.10 Microsoft, An internal error has occurred when connecting",
    },
];
