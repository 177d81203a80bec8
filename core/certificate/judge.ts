import { isKnown } from "../known";
import { CertificateFacts, anyUse, remoteDesktopAuthentication, serverAuthentication } from "./facts";
import { nameMatches } from "./names";

export interface Demands {
    /** Milliseconds since 1970. */
    readonly now: number;
    /** A certificate that ends within so many days counts as ending. */
    readonly days: number;
    /** Names that clients dial; the certificate must be for one of them at least. None: any name will do. */
    readonly dialled: readonly string[];
}

export interface Fault {
    readonly kind: "expired" | "not-yet-valid" | "expires-soon" | "use" | "name" | "key" | "no-private-key" | "foreign-key";
    /** Completes "it …". */
    readonly text: string;
}

const day = 24 * 60 * 60 * 1000;

/** What keeps the listener from using a certificate, or clients from trusting it (rdp-domain §4.2). Facts that are not known are not judged. */
export function faultsOf(facts: CertificateFacts, { now, days, dialled }: Demands): Fault[] {
    const faults: Fault[] = [];
    const add = (kind: Fault["kind"], text: string): void => void faults.push({ kind, text });
    if (isKnown(facts.validity)) {
        const { notBefore, notAfter } = facts.validity.value;
        if (notAfter < now) {
            add("expired", `ended on ${dateOf(notAfter)}`);
        } else if (notBefore > now) {
            add("not-yet-valid", `is not valid before ${dateOf(notBefore)}`);
        } else if (notAfter - now < days * day) {
            add("expires-soon", `ends on ${dateOf(notAfter)}, in ${Math.floor((notAfter - now) / day)} days`);
        }
    }
    if (isKnown(facts.uses) && facts.uses.value.length > 0 && !facts.uses.value.some((u) => u === serverAuthentication || u === remoteDesktopAuthentication || u === anyUse)) {
        add("use", "is for neither Server Authentication nor Remote Desktop Authentication");
    }
    if (isKnown(facts.key) && facts.key.value.type === "rsa" && facts.key.value.bits !== undefined && facts.key.value.bits < 2048) {
        add("key", `has an RSA key of ${facts.key.value.bits} bits`);
    }
    if (isKnown(facts.privateKey) && facts.privateKey.value !== "present") {
        add(facts.privateKey.value === "absent" ? "no-private-key" : "foreign-key", facts.privateKey.value === "absent" ? "comes without its private key" : "comes with the private key of another certificate");
    }
    if (isKnown(facts.names) && dialled.length > 0) {
        const names = facts.names.value;
        if (!dialled.some((d) => names.some((n) => nameMatches(n, d)))) {
            add("name", names.length === 0 ? `has no name, and clients dial ${dialled.join(" or ")}` : `is for ${shortened(names)}, and clients dial ${dialled.join(" or ")}`);
        }
    }
    return faults;
}

function dateOf(time: number): string {
    return new Date(time).toISOString().slice(0, 10);
}

function shortened(names: readonly string[]): string {
    return names.length <= 3 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
}
