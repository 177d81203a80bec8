import { CertificateFacts } from "../../core/certificate/facts";
import { readCertificate } from "../../core/certificate/read";
import { ScriptSource, bindingsIn, sourceOf } from "../../core/certificate/scripts";
import { Carrier } from "../../core/guest/model";
import { ListenerCertificate, Obstacle } from "../../core/host";
import { Known, isKnown, knownOr } from "../../core/known";
import { scriptCertificate } from "../certificates";
import { Launch } from "./launch";
import { Resource } from "../resource";
import { isPresent } from "../value";
import { Links } from "./links";
import { Need, Permissions } from "./permissions";
import { textOf } from "./properties";

/** What the host's role must be allowed to do so that a script gets the certificate (AWS: actions, resources and condition keys). */
const needs: Partial<Record<ScriptSource, Need & { readonly action: string; readonly of: string }>> = {
    "secrets-manager": {
        action: "secretsmanager:GetSecretValue",
        of: "the secret",
        managed: /\/(SecretsManagerReadWrite|AWSSecretsManagerClientReadOnlyAccess|AdministratorAccess|PowerUserAccess)$/,
        actions: /"(secretsmanager:(\*|Get\*|GetSecret\*|GetSecretValue)|\*|\*:\*)"/i,
    },
    "private-ca": {
        action: "acm-pca:GetCertificate",
        of: "the private CA",
        managed: /\/(AWSPrivateCA\w*|AWSCertificateManagerPrivateCA\w*|AdministratorAccess|PowerUserAccess)$/,
        actions: /"(acm-pca:(\*|Get\*|GetCertificate)|\*|\*:\*)"/i,
    },
    acm: {
        action: "acm:ExportCertificate",
        of: "the certificate",
        managed: /\/(AWSCertificateManagerFullAccess|AdministratorAccess|PowerUserAccess)$/,
        actions: /"(acm:(\*|Export\*|ExportCertificate)|\*|\*:\*)"/i,
    },
};

/** AWS brings no certificate into a guest by itself: scripts do (rdp-domain §4.3). */
export function certificatesOf(links: Links, permissions: Permissions, carriers: readonly Carrier[], launch: Launch): ListenerCertificate[] {
    const [binding] = bindingsIn(carriers);
    if (binding === undefined) {
        return [];
    }
    const certificate = scriptCertificate(links.world, binding, barred(permissions, binding.carrier, launch));
    const version = certificate.facts === undefined && sourceOf(binding.carrier) === "secrets-manager" ? versionRead(links, binding.carrier) : undefined;
    const property = version !== undefined && isPresent(version.inputs["secretBinary"]) ? "secretBinary" : "secretString";
    const facts = version === undefined ? undefined : factsIn(version.inputs[property]);
    return version === undefined || facts === undefined ? [certificate] : [{ ...certificate, facts, factsOrigin: { urn: version.urn, property, text: `secret version ${version.name}` } }];
}

/** The one version of a secret that these stacks write and that a script reads: it names the secret, or is computed from it. */
function versionRead(links: Links, { urn, script }: Carrier): Resource | undefined {
    const sources = Object.values(links.world.urn(urn)?.propertyDependencies ?? {}).flat();
    const text = knownOr(script, "");
    const found = links.ofKind("SecretVersion").filter((v) => {
        const id = textOf(v.inputs["secretId"]) ?? "";
        const named = [id, /:secret:(.+)-\w{6}$/.exec(id)?.[1] ?? ""].some((n) => n !== "" && text.includes(n));
        return v.external !== true && (named || [v.urn, ...(v.propertyDependencies["secretId"] ?? [])].some((u) => sources.includes(u)));
    });
    return found.length === 1 ? found[0] : undefined;
}

/** What a PKCS#12 file or PEM text in a secret tells, bare or as JSON with its password; a value that is a secret to Pulumi tells nothing. */
function factsIn(secret: unknown): Known<CertificateFacts> | undefined {
    const text = textOf(secret);
    const facts = text === undefined ? undefined : readCertificate(...unpacked(text));
    return facts !== undefined && isKnown(facts) ? facts : undefined;
}

function unpacked(text: string): [string, string[]] {
    try {
        const parts = Object.values(JSON.parse(text) as object).filter((v): v is string => typeof v === "string");
        const [file] = [...parts].sort((a, b) => b.length - a.length);
        return [file ?? "", parts.filter((p) => p !== file)];
    } catch {
        return [text, []];
    }
}

function barred(permissions: Permissions, carrier: Carrier, launch: Launch): Obstacle[] {
    const need = needs[sourceOf(carrier)];
    const found = need === undefined ? undefined : permissions.role(launch, need);
    if (need === undefined || found === undefined || found.allowed !== "no") {
        // A policy that is computed, or another account's, is taken to be there for this.
        return [];
    }
    const { role } = found;
    const origin = role === undefined ? { urn: launch.host.urn, property: "iamInstanceProfile", text: `${launch.host.name} has no instance profile` } : { urn: role.urn, text: `role ${role.name}` };
    const text = role === undefined ? `${launch.host.name} has no instance profile, and the script reads ${need.of}` : `no policy of role ${role.name} allows ${need.action}, and the script reads ${need.of}`;
    return [{ origin, text, certain: true, fix: `a policy that allows ${need.action} on ${need.of}, in the role of the host's instance profile` }];
}
