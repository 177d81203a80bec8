import { SettingValue } from "../model";
import { Setting } from "../setting";
import { breaks, keys, numeric, undocumented, weakens } from "./values";

/** Schannel, which carries TLS for the listener (rdp-domain §2.9). Changes take effect after a restart of Windows. */
export const tlsSettings: readonly Setting[] = [
    ...tls12("Server"),
    ...tls12("Client"),
    {
        id: "cipher-suite-order",
        title: "TLS cipher suites by policy (Functions)",
        place: {
            kind: "registry",
            key: "HKLM\\SOFTWARE\\Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002",
            value: "Functions",
            type: "SZ",
        },
        default: undefined,
        safe: undefined,
        judge: (value) => {
            const suites = cipherSuites(value);
            if (suites.length === 0) {
                return breaks("0x904", "no cipher suite is left and every TLS handshake fails");
            }
            return suites.some((suite) => /^TLS_(ECDHE_RSA|DHE_RSA|RSA)_WITH_AES_/i.test(suite))
                ? undefined
                : breaks("0x904", "no suite in it fits an RSA certificate, which the listener has by default, and the TLS 1.2 handshake fails");
        },
        meaning: "A comma-separated list that replaces Windows' own order of TLS cipher suites. Best left absent; if present it must hold TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 or another AES suite for RSA certificates.",
        causes: ["credssp-tls-mismatch"],
        source: "§2.9 Microsoft, An internal error has occurred when connecting (cipher suite order); CipherSuiteOrder.admx",
    },
    {
        id: "fips",
        title: "FIPS mode (FIPSAlgorithmPolicy\\Enabled)",
        place: { kind: "registry", key: `${keys.lsa}\\FIPSAlgorithmPolicy`, value: "Enabled", type: "DWORD" },
        default: 0,
        safe: undefined,
        judge: (value) => {
            const mode = numeric(value);
            return mode === 0 || mode === 1 ? undefined : undocumented("0 or 1");
        },
        unjudged: "Either value is a choice: current clients have FIPS algorithms, and one that has none is told so by a code of its own (8).",
        meaning: "1 restricts Windows to FIPS-validated algorithms. Clients without them are denied with extended code 8; current clients have them.",
        causes: ["credssp-tls-mismatch"],
        source: "§2.9 Microsoft, ExtendedDisconnectReasonCode",
    },
];

/** The names in a `Functions` value, which is one comma-separated string or, in some scripts, a list. */
export function cipherSuites(value: SettingValue): string[] {
    const text = Array.isArray(value) ? value.join(",") : String(value);
    return text.split(/[\s,]+/).filter((suite) => suite !== "");
}

function tls12(side: "Server" | "Client"): Setting[] {
    const key = `${keys.schannel}\\TLS 1.2\\${side}`;
    const off = (text: string) =>
        side === "Server" ? breaks("0x904", text) : weakens(`${text} for what the host itself calls, such as the cloud's agent and a certificate store`);
    const common = {
        default: undefined,
        causes: ["credssp-tls-mismatch"],
        source: "§2.9 Microsoft, TLS registry settings",
    } as const;
    const id = `tls12-${side.toLowerCase()}`;
    return [
        {
            ...common,
            id: `${id}-enabled`,
            title: `TLS 1.2 ${side.toLowerCase()} is on (Enabled)`,
            place: { kind: "registry", key, value: "Enabled", type: "DWORD" },
            safe: 1,
            judge: (value) => (numeric(value) === 0 ? off("TLS 1.2 is off") : undefined),
            meaning: `Any number but 0 turns TLS 1.2 on for the ${side.toLowerCase()} side, 0 turns it off; without the value Windows decides (on since Windows 8 and Server 2012).`,
        },
        {
            ...common,
            id: `${id}-disabled-by-default`,
            title: `TLS 1.2 ${side.toLowerCase()} is not disabled by default (DisabledByDefault)`,
            place: { kind: "registry", key, value: "DisabledByDefault", type: "DWORD" },
            safe: 0,
            judge: (value) => (numeric(value) === 0 ? undefined : off("TLS 1.2 is not offered")),
            meaning: `1 keeps TLS 1.2 away from programs that do not ask for it by name on the ${side.toLowerCase()} side, and the RDP listener does not.`,
        },
    ];
}
