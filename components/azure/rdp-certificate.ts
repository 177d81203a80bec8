import { createHash } from "node:crypto";
import * as compute from "@pulumi/azure-native/compute";
import * as pulumi from "@pulumi/pulumi";
import { certificateRunCommand } from "../../core/guest/render/certificate";
import { checkDnsNames, checkWhole, refuseOthers } from "../shared/certificate";
import { settle } from "../shared/plain";
import { checkChoice, refuse, Subject } from "../shared/refusal";
import { CertificateIssue, checkedIssue, issueCertificate } from "./issued-certificate";
import { checkVaultCertificate, grantVault, VaultCertificate } from "./vault-certificate";

export interface RdpCertificateArgs {
    /** Resource group of the virtual machine. */
    resourceGroupName: pulumi.Input<string>;
    /** Name of the virtual machine, from any stack: Windows, running, with the VM agent. */
    vmName: pulumi.Input<string>;
    /** Azure region of the virtual machine. Default: that of the resource group. */
    location?: pulumi.Input<string>;
    /** `keyVaultCertificate`: a certificate of a key vault, which the vault renews and the host takes over. `windowsOwn`: the self-signed one that Windows makes and renews; clients are warned of it. Default: as the other arguments say. */
    mode?: string;
    /** Id of the key vault, from any stack. It must let the virtual machine in, and use Azure's roles for access (not access policies) where `issue` or `identityPrincipalId` is given. */
    vaultId?: pulumi.Input<string>;
    /** Name of the certificate in the vault, without a version. */
    certificateName?: pulumi.Input<string>;
    /** Secret URL of the certificate instead of its name: `https://<vault>.vault.azure.net/secrets/<name>`, for Azure's other clouds too. A URL with a version is refused: a version never renews. */
    certificateUrl?: pulumi.Input<string>;
    /** Makes the certificate in the vault, and has the vault renew it. Needs `vaultId`. Default: it is there already. */
    issue?: CertificateIssue;
    /** Names that clients type, e.g. `desk.example.com`. The certificate must cover all of them; a wildcard certificate does. Required with a key vault. */
    dnsNames?: pulumi.Input<pulumi.Input<string>[]>;
    /** Client id of a user-assigned identity that the virtual machine has. Default: its system-assigned identity. */
    identityClientId?: pulumi.Input<string>;
    /** Principal id of that identity, which is then given the role Key Vault Secrets User on this one certificate. Default: none is given, because the identity may read it already. */
    identityPrincipalId?: pulumi.Input<string>;
    /** Version of the Key Vault extension: `4.0`, which installs on Windows Server 2022 and 2025 only, or `3.0` for older ones. Default: `3.0`; RdpHost chooses by its image. */
    extensionVersion?: pulumi.Input<string>;
    /** Longest time in seconds for the certificate to arrive and be bound, before the deployment fails; 600 to 5400. Default: 1800. */
    timeoutSeconds?: pulumi.Input<number>;
    /** Tags of everything that is made and can have some. */
    tags?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

const vaultOnly = ["vaultId", "certificateName", "certificateUrl", "issue", "dnsNames", "identityClientId", "identityPrincipalId", "extensionVersion"] as const;

/**
 * A certificate for Remote Desktop that renews itself and stays bound to the listener, on any existing Windows virtual
 * machine. With a key vault, the Key Vault extension brings the certificate and its successors to the host, readable
 * for the listener's account, and a managed run command installs a scheduled task that binds the newest one: when the
 * extension replaces it, at each start and daily. The listener is not restarted, so nobody is logged off.
 * With `issue`, a deployment script makes the certificate in the vault. One that is there already is left alone where
 * issuer, key, purposes, validity and names are as declared, and gets a new version where they differ. It stays in the
 * vault when the component is removed. Without `issue`, make it beforehand: with an issuer,
 * content type `application/x-pkcs12`, an RSA key of at least 2048 bits, the clients' names as DNS names, the purpose
 * of server authentication, and a lifetime action that renews it. Version 4.0 of the extension installs it only where
 * the host trusts the authority's root.
 * Do not use it on members of a domain whose group policy names a certificate template: the policy owns the binding,
 * and the script leaves such a host alone. Costs the vault's cents for each read; with `issue` also what the authority
 * asks for, and a container and a storage account for minutes.
 */
export class RdpCertificate extends pulumi.ComponentResource {
    /** Id of the run command that installs the binding. */
    public readonly runCommandId: pulumi.Output<string>;
    /** Id of the Key Vault extension, with a key vault. */
    public readonly extensionId?: pulumi.Output<string>;
    /** Secret URL that the host observes, without a version, with a key vault. */
    public readonly certificateUrl?: pulumi.Output<string>;
    /** Id of the role assignment, where one was made. */
    public readonly roleAssignmentId?: pulumi.Output<string>;

    constructor(name: string, args: RdpCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
        super("rdp-ready-azure:index:RdpCertificate", name, args, opts);
        const subject = { component: "RdpCertificate", name };
        const { resourceGroupName, vmName, location, tags } = args;
        const mode = chosenMode(subject, args);
        const timeout = settle(args.timeoutSeconds ?? 1800, (t) => checkWhole(subject, "timeoutSeconds", t, 600, 5400, "seconds"));
        let script: pulumi.Input<string> | undefined;
        const ready: pulumi.Resource[] = [];

        if (mode === "keyVaultCertificate") {
            const names = settle(args.dnsNames, (n) => checkDnsNames(subject, n));
            const certificate = settle({ vaultId: args.vaultId, certificateName: args.certificateName, certificateUrl: args.certificateUrl }, (c) => checkVaultCertificate(subject, c));
            const settings = this.settings(subject, args, certificate);
            const needsVault = (["issue", "identityPrincipalId"] as const).find((property) => args[property] !== undefined);
            if (needsVault !== undefined && args.vaultId === undefined) {
                refuse(subject, "vaultId", `is missing beside ${needsVault}`, "Pass the id of the key vault, e.g. vault.id: roles are given there.");
            }
            if (args.issue !== undefined) {
                const policy = checkedIssue(subject, args.issue, args.dnsNames);
                ready.push(issueCertificate(name, certificate, policy, { resourceGroupName, location, tags }, { parent: this }));
            }
            if (args.identityPrincipalId !== undefined) {
                const role = grantVault(name, certificate, args.identityPrincipalId, { parent: this, dependsOn: [...ready] });
                this.roleAssignmentId = role.id;
                ready.push(role);
            }
            const extension = new compute.VirtualMachineExtension(
                name,
                {
                    resourceGroupName,
                    vmName,
                    location,
                    publisher: "Microsoft.Azure.KeyVault",
                    type: "KeyVaultForWindows",
                    // Other names are other certificates: the extension looks for them at once, and not at its next poll.
                    forceUpdateTag: names.apply((n) => createHash("sha256").update(n.join()).digest("hex").slice(0, 16)),
                    typeHandlerVersion: settings.apply((s) => s.version),
                    autoUpgradeMinorVersion: true,
                    // Documented with version 4 only.
                    enableAutomaticUpgrade: settings.apply((s) => s.version === "4.0"),
                    settings: settings.apply((s) => s.settings),
                    tags,
                },
                { parent: this, dependsOn: ready },
            );
            this.extensionId = extension.id;
            this.certificateUrl = certificate.url;
            ready.push(extension);
            // The script's own limit is the earlier one, because it says what is missing.
            script = pulumi.all([names, timeout]).apply(([n, t]) => certificateRunCommand({ kind: "store", names: n }, t - 300));
        }
        const command = new compute.VirtualMachineRunCommandByVirtualMachine(
            `${name}-certificate`,
            { resourceGroupName, vmName, location, source: { script: script ?? certificateRunCommand({ kind: "windows" }) }, asyncExecution: false, treatFailureAsDeploymentFailure: true, timeoutInSeconds: timeout, tags },
            { parent: this, dependsOn: ready },
        );
        this.runCommandId = command.id;
        this.registerOutputs({
            runCommandId: this.runCommandId,
            extensionId: this.extensionId,
            certificateUrl: this.certificateUrl,
            roleAssignmentId: this.roleAssignmentId,
        });
    }

    private settings(subject: Subject, args: RdpCertificateArgs, certificate: pulumi.Output<VaultCertificate>): pulumi.Output<{ version: string; settings: object }> {
        const version = settle(args.extensionVersion ?? "3.0", (v) => checkChoice(subject, "extensionVersion", v, ["3.0", "4.0"]));
        return pulumi.all([version, certificate, args.identityClientId]).apply(([v, c, clientId]) => ({ version: v, settings: extensionSettings(v, c.url, clientId) }));
    }
}

function chosenMode(subject: Subject, args: RdpCertificateArgs): "keyVaultCertificate" | "windowsOwn" {
    const vault = vaultOnly.some((property) => args[property] !== undefined);
    const mode = checkChoice(subject, "mode", args.mode ?? (vault ? "keyVaultCertificate" : "windowsOwn"), ["keyVaultCertificate", "windowsOwn"]);
    if (mode === "windowsOwn") {
        refuseOthers(subject, mode, args, vaultOnly);
    }
    return mode;
}

/**
 * Settings of the Key Vault extension. Version 4 polls hourly, always links renewals, reports success only once every
 * certificate is installed and never makes keys exportable; version 3 must be told so (rdp-domain §4.4).
 */
export function extensionSettings(version: string, url: string, clientId: string | undefined): object {
    const observed = { url, certificateStoreName: "MY", certificateStoreLocation: "LocalMachine", accounts: ["Network Service"] };
    const authenticationSettings = { msiEndpoint: "http://169.254.169.254/metadata/identity/oauth2/token", msiClientId: clientId };
    return {
        secretsManagementSettings:
            version === "4.0"
                ? { observedCertificates: [observed] }
                : { pollingIntervalInS: "3600", linkOnRenewal: true, requireInitialSync: true, observedCertificates: [{ ...observed, keyExportable: false }] },
        ...(clientId === undefined ? {} : { authenticationSettings }),
    };
}
