import { CertificateFacts } from "../../core/certificate/facts";
import { readCertificate } from "../../core/certificate/read";
import { SecretUrl } from "../../core/certificate/secret-url";
import { Obstacle } from "../../core/host";
import { Known, isKnown } from "../../core/known";
import { Resource } from "../resource";
import { at, readString } from "../value";
import { Estate, propsOf } from "./estate";

/** The secret of a key vault that these stacks write themselves, a PKCS#12 file mostly, and that a URL leads to. */
export function writtenSecret(estate: Estate, url: SecretUrl | undefined): Resource | undefined {
    const inVault = (r: Resource): boolean => {
        const vault = readString(propsOf(r)["vaultName"]);
        return !isKnown(vault) || vault.value.toLowerCase() === url?.vault;
    };
    const found = url === undefined ? [] : estate.named("keyvault:Secret", url.name).filter((r) => r.external !== true && inVault(r));
    return found.length === 1 ? found[0] : undefined;
}

/** What its value tells of the certificate; a value that is a secret tells nothing, as it should. */
export function writtenFacts(secret: Resource): Known<CertificateFacts> | undefined {
    const value = readString(at(propsOf(secret), "properties.value"));
    const facts = isKnown(value) ? readCertificate(value.value) : undefined;
    return facts !== undefined && isKnown(facts) ? facts : undefined;
}

export function writtenStale({ urn, name }: Resource): Obstacle[] {
    const origin = { urn, property: "properties.value", text: `secret ${name}` };
    return [{ origin, text: "is a secret that a deployment writes, and no vault renews", certain: true, fix: "a certificate of the key vault, with an issuer and a lifetime action that renews it" }];
}
