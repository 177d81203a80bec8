import { CertificateDelivery, ListenerCertificate } from "../host";
import { Carrier } from "../guest/model";
import { isKnown } from "../known";
import { Origin } from "../origin";
import { bindingsIn, grantsKey, hiddenScript } from "./scripts";

/** Whether something holds of a certificate on a host; `text` completes "it …" where it does not, or says what is not known. */
export interface Answer {
    readonly holds: boolean | "unknown";
    readonly origin: Origin;
    readonly text: string;
}

const fine = (origin: Origin): Answer => ({ holds: true, origin, text: "" });

/** Whether the listener takes a renewed certificate (rdp-domain §4.3): neither a vault nor an extension binds it. */
export function isRebound(certificate: ListenerCertificate, carriers: readonly Carrier[]): Answer {
    const { delivery, origin } = certificate;
    const bindings = bindingsIn(carriers);
    const hidden = hiddenScript(carriers);
    const [first] = bindings;
    if (first === undefined) {
        return { holds: hidden === undefined ? false : "unknown", origin, text: hidden ?? "is bound to the listener by no script of these stacks" };
    }
    // What a script brings it also binds: whether it runs again is a matter of renewal.
    const brings = delivery.kind === "script" && delivery.source !== "store" && delivery.source !== "enrolment";
    if (brings || delivery.kind === "vm-profile" || bindings.some((b) => b.again === "scheduled" || b.again === "at-start")) {
        return fine(origin);
    }
    const at: Origin = { urn: first.carrier.urn, property: first.carrier.property, text: `line ${first.line}` };
    if (bindings.some((b) => b.again === "on-replacement")) {
        const linked = delivery.kind === "key-vault-extension" ? delivery.linked : ({ state: "known", value: true } as const);
        return !isKnown(linked)
            ? { holds: "unknown", origin: at, text: `whether the extension links a renewed certificate to the one before is not known: ${linked.reason}` }
            : linked.value
              ? fine(origin)
              : { holds: false, origin: at, text: "is bound again when Windows notes a replacement, and without linkOnRenewal the extension leaves no trace of one" };
    }
    return { holds: hidden === undefined ? false : "unknown", origin: at, text: hidden ?? `is bound once, in line ${first.line} of a script that nothing runs again` };
}

/** Whether NETWORK SERVICE, the listener's account, may read the private key (rdp-domain §4.2). */
export function isKeyReadable({ delivery, origin }: ListenerCertificate, carriers: readonly Carrier[]): Answer {
    if (grantsKey(carriers) || (delivery.kind === "script" && (delivery.source === "store" || delivery.source === "enrolment"))) {
        return fine(origin);
    }
    const hidden = hiddenScript(carriers);
    if (delivery.kind === "key-vault-extension") {
        const { accounts } = delivery;
        if (!isKnown(accounts)) {
            return { holds: "unknown", origin, text: `the accounts of the extension are not known: ${accounts.reason}` };
        }
        if (accounts.value.some((a) => /^(?:NT AUTHORITY\\)?NETWORK\s*SERVICE$|^S-1-5-20$/i.test(a.trim()))) {
            return fine(origin);
        }
    }
    return { holds: hidden === undefined ? false : "unknown", origin, text: hidden ?? (delivery.kind === "key-vault-extension" ? "is handed over without accounts that may read its key, and no script grants that" : "is imported without a right to read its key") };
}

/** What of a Key Vault extension does not go with the host or with its own version (rdp-domain §4.4); undefined: nothing. */
export function extensionMisfit(delivery: CertificateDelivery): { readonly holds: false | "unknown"; readonly text: string } | undefined {
    if (delivery.kind !== "key-vault-extension" || !isKnown(delivery.version) || delivery.version.value < 4) {
        return undefined;
    }
    if (delivery.removed.length > 0) {
        return { holds: false, text: `version 4.0 has no ${delivery.removed.join(" and no ")} any more` };
    }
    const { release } = delivery;
    return !isKnown(release)
        ? { holds: "unknown", text: `version 4.0 installs on Windows Server 2022 and 2025 only, and which Windows the host has is not known: ${release.reason}` }
        : release.value !== "client" && release.value < 2022
          ? { holds: false, text: `version 4.0 does not install on Windows Server ${release.value}` }
          : undefined;
}
