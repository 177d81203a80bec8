import ipaddr from "ipaddr.js";

/**
 * Whether a name in a certificate stands for a name that a client dials (RFC 6125 §6.4): without regard to case and to a
 * dot at the end; `*` for the whole of the first label, and for that label only; addresses by their value.
 */
export function nameMatches(inCertificate: string, dialled: string): boolean {
    const [own, other] = [plain(inCertificate), plain(dialled)];
    if (isAddress(own) || isAddress(other)) {
        return isAddress(own) && isAddress(other) && ipaddr.parse(own).toNormalizedString() === ipaddr.parse(other).toNormalizedString();
    }
    if (own === "" || other === "" || own === other) {
        return own !== "" && own === other;
    }
    const rest = own.startsWith("*.") ? own.slice(1) : undefined;
    return rest !== undefined && rest.indexOf(".", 1) > 0 && other.endsWith(rest) && other.length > rest.length && !other.slice(0, -rest.length).includes(".");
}

function plain(name: string): string {
    return name.trim().toLowerCase().replace(/\.$/, "");
}

function isAddress(name: string): boolean {
    return ipaddr.IPv4.isValidFourPartDecimal(name) || ipaddr.IPv6.isValid(name);
}
