import { CertificateFacts, noFacts } from "../core/certificate/facts";
import { readCertificate } from "../core/certificate/read";
import { Binding, ScriptSource, inlineCertificates, renewsBySchedule, sourceOf } from "../core/certificate/scripts";
import { CertificateDelivery, ListenerCertificate, Obstacle } from "../core/host";
import { isKnown, known } from "../core/known";
import { Origin } from "../core/origin";
import { Resource } from "./resource";
import { at, elementsOf, isPresent, readInteger, readString } from "./value";
import { World } from "./world";

/** Certificates that scripts bring into a guest, in either cloud: what readers share. */

const tlsCertificates = new Set(["tls:index/selfSignedCert:SelfSignedCert", "tls:index/locallySignedCert:LocallySignedCert"]);

export function isCertificateType(type: string): boolean {
    return tlsCertificates.has(type);
}

/** What messages call it, by where a script takes it from. */
const sourceNames: Readonly<Record<ScriptSource, string>> = {
    "self-signed": "self-signed certificate",
    "secrets-manager": "certificate from Secrets Manager",
    "private-ca": "certificate from the private CA",
    acm: "certificate from Certificate Manager",
    "key-vault": "certificate from the key vault",
    enrolment: "enrolled certificate",
    file: "certificate from a file",
    store: "certificate from the machine's store",
};

/** The certificate that a script binds to the listener, where it brings it along itself. */
export function scriptCertificate(world: World, binding: Binding, barred: readonly Obstacle[]): ListenerCertificate {
    const { carrier, line } = binding;
    const source = sourceOf(carrier);
    const name = sourceNames[source];
    const origin: Origin = { urn: carrier.urn, property: carrier.property, text: `the ${name}, bound in line ${line}` };
    const delivery: CertificateDelivery = { kind: "script", source };
    const made = world.urn(carrier.urn);
    const tls = made === undefined ? [] : tlsBehind(world, made, 3);
    const inline = inlineCertificates(carrier)[0];
    const found = inline === undefined ? undefined : readCertificate(inline.text, inline.passwords);
    // One without its key is an authority's, for a store of its own.
    const read = found === undefined || (isKnown(found) && isKnown(found.value.privateKey) && found.value.privateKey.value === "absent") ? undefined : found;
    const [first] = tls;
    const facts = read ?? (tls.length === 1 ? known(tlsFacts(first!)) : undefined);
    const factsOrigin = read === undefined && tls.length === 1 ? { urn: first!.urn, text: `certificate ${first!.name}` } : { ...origin, text: inline === undefined ? origin.text : `the certificate in line ${inline.line}` };
    return { name, origin, delivery, ...(facts === undefined ? {} : { facts }), factsOrigin, stale: [...onceOnly(binding, source), ...tls.flatMap(tlsStale)], barred };
}

function onceOnly({ carrier, again }: Binding, source: ScriptSource): Obstacle[] {
    if (source === "store" || source === "enrolment" || again !== "once" || renewsBySchedule(carrier)) {
        return [];
    }
    const origin = { urn: carrier.urn, property: carrier.property, text: "the script" };
    const when = carrier.runs === "once" ? "runs at the first start only" : "runs when it is deployed or changed only";
    return [{ origin, text: `comes by a script that ${when}`, certain: true, fix: "a script on a schedule (a State Manager association with scheduleExpression, a scheduled task) that fetches and binds the newest certificate" }];
}

/** Certificates of the tls provider that a resource's properties are computed from, through secrets and parameters too. */
function tlsBehind(world: World, from: Resource, depth: number): Resource[] {
    const found = new Map<string, Resource>();
    const visit = (r: Resource, left: number): void => {
        for (const urn of Object.values(r.propertyDependencies).flat()) {
            const source = world.urn(urn);
            if (source === undefined || found.has(urn)) {
                continue;
            }
            if (isCertificateType(source.type)) {
                found.set(urn, source);
            } else if (left > 0) {
                visit(source, left - 1);
            }
        }
    };
    visit(from, depth);
    return [...found.values()];
}

/** Uses as the tls provider names them. */
const tlsUses: Readonly<Record<string, string>> = {
    any_extended: "2.5.29.37.0",
    server_auth: "1.3.6.1.5.5.7.3.1",
    client_auth: "1.3.6.1.5.5.7.3.2",
    code_signing: "1.3.6.1.5.5.7.3.3",
    email_protection: "1.3.6.1.5.5.7.3.4",
    timestamping: "1.3.6.1.5.5.7.3.8",
    ocsp_signing: "1.3.6.1.5.5.7.3.9",
};

/** The certificate itself, once it is made, else what it is to be. */
function tlsFacts(r: Resource): CertificateFacts {
    const pem = readString(r.outputs["certPem"]);
    const read = isKnown(pem) ? readCertificate(pem.value) : pem;
    const rest = noFacts("the tls provider makes it");
    if (isKnown(read)) {
        // The key is a property of its own.
        return { ...read.value, privateKey: rest.privateKey };
    }
    const uses = elementsOf(r.inputs["allowedUses"]);
    const words = isKnown(uses) ? uses.value.map(readString) : [uses];
    const names = ["dnsNames", "ipAddresses"].map((p) => elementsOf(r.inputs[p]));
    const texts = names.flatMap((list) => (isKnown(list) ? list.value.map(readString) : [list]));
    const common = at(r.inputs, "subject.commonName");
    const all = texts.length === 0 && isPresent(common) ? [readString(common)] : texts;
    return {
        ...rest,
        ...(words.every(isKnown) ? { uses: known(words.flatMap((w) => (isKnown(w) && tlsUses[w.value] !== undefined ? [tlsUses[w.value]!] : []))) } : {}),
        ...(all.every(isKnown) && r.type.includes("SelfSigned") ? { names: known(all.map((n) => (isKnown(n) ? n.value.toLowerCase() : ""))) } : {}),
    };
}

/** The provider makes a certificate anew in a deployment within the hours before its end that the author names: none, without (tls: early_renewal_hours). */
function tlsStale(r: Resource): Obstacle[] {
    const early = isPresent(r.inputs["earlyRenewalHours"]) ? readInteger(r.inputs["earlyRenewalHours"]) : known(0);
    if (isKnown(early) && early.value > 0) {
        return [];
    }
    const origin = { urn: r.urn, property: "earlyRenewalHours", text: `certificate ${r.name}` };
    const text = isKnown(early) ? "is made anew only by a deployment after its end" : `may be made anew only after its end: earlyRenewalHours is not known: ${early.reason}`;
    return [{ origin, text, certain: isKnown(early), fix: "earlyRenewalHours of some weeks, and a deployment on a schedule" }];
}
