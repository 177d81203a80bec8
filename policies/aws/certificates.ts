import { ScriptSource, bindingsIn, sourceOf } from "../../core/certificate/scripts";
import { Carrier } from "../../core/guest/model";
import { ListenerCertificate, Obstacle } from "../../core/host";
import { scriptCertificate } from "../certificates";
import { Launch } from "./launch";
import { Links } from "./links";
import { Need, Permissions } from "./permissions";

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
    return binding === undefined ? [] : [scriptCertificate(links.world, binding, barred(permissions, binding.carrier, launch))];
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
