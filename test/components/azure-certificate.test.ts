import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { RdpCertificate, RdpCertificateArgs, RdpHost, RdpHostArgs } from "../../components/azure";
import { deploy, ofType, only } from "./mocks";

const subscription = "/subscriptions/00000000-1111-4222-8333-444444444444";
const vaultId = `${subscription}/resourceGroups/secrets/providers/Microsoft.KeyVault/vaults/Contoso-Certs`;
const dnsNames = ["desk.example.com"];
const existing = { resourceGroupName: "rg", vmName: "existing" };
const vault: RdpCertificateArgs = { ...existing, vaultId, certificateName: "rdp", dnsNames };

async function refusalOf(make: () => unknown): Promise<Error> {
    let thrown: unknown;
    const { resources } = await deploy(() => {
        try {
            make();
        } catch (error) {
            thrown = error;
        }
    });
    assert.ok(pulumi.InputPropertyError.isInstance(thrown), String(thrown));
    assert.deepEqual(resources.filter((r) => r.type.startsWith("azure-native:")), []);
    return thrown;
}

describe("azure RdpCertificate", () => {
    it("observes the unversioned secret, readable for the listener's account, and binds it by a script that fails the deployment", async () => {
        const { resources, outputs } = await deploy(() => ({ ...new RdpCertificate("rdp", vault) }));
        const { settings, forceUpdateTag, ...extension } = only(resources, "compute:VirtualMachineExtension").inputs;
        const other = await deploy(() => void new RdpCertificate("rdp", { ...vault, dnsNames: [...dnsNames, "beta.example.com"] }));
        assert.notEqual(only(other.resources, "compute:VirtualMachineExtension").inputs["forceUpdateTag"], forceUpdateTag, "other names are looked for at once");
        assert.deepEqual(extension, {
            ...existing,
            publisher: "Microsoft.Azure.KeyVault",
            type: "KeyVaultForWindows",
            typeHandlerVersion: "3.0",
            autoUpgradeMinorVersion: true,
            enableAutomaticUpgrade: false,
        });
        const url = "https://contoso-certs.vault.azure.net/secrets/rdp";
        assert.deepEqual(settings, {
            secretsManagementSettings: {
                pollingIntervalInS: "3600",
                linkOnRenewal: true,
                requireInitialSync: true,
                observedCertificates: [{ url, certificateStoreName: "MY", certificateStoreLocation: "LocalMachine", accounts: ["Network Service"], keyExportable: false }],
            },
        });
        const { source, ...command } = only(resources, "RunCommandByVirtualMachine").inputs;
        assert.deepEqual(command, { ...existing, asyncExecution: false, treatFailureAsDeploymentFailure: true, timeoutInSeconds: 1800 });
        assert.match(source.script, /@\('desk\.example\.com'\)/);
        assert.match(source.script, /AddSeconds\(1500\)/, "the script gives up before Azure does");
        assert.equal(outputs["certificateUrl"], url);
        assert.deepEqual(ofType(resources, "RoleAssignment"), []);
    });

    it("speaks the other schema to version 4", async () => {
        const { resources } = await deploy(() => void new RdpCertificate("rdp", { ...vault, extensionVersion: "4.0", identityClientId: "client-9" }));
        const extension = only(resources, "compute:VirtualMachineExtension").inputs;
        assert.deepEqual([extension["typeHandlerVersion"], extension["enableAutomaticUpgrade"]], ["4.0", true]);
        assert.deepEqual(Object.keys(extension["settings"].secretsManagementSettings), ["observedCertificates"]);
        assert.deepEqual(Object.keys(extension["settings"].secretsManagementSettings.observedCertificates[0]).sort(), ["accounts", "certificateStoreLocation", "certificateStoreName", "url"]);
        assert.equal(extension["settings"].authenticationSettings.msiClientId, "client-9");
    });

    it("grants one role on the one secret, before the extension needs it", async () => {
        const { resources } = await deploy(() => void new RdpCertificate("rdp", { ...vault, identityPrincipalId: "principal-9" }));
        const { description, ...role } = only(resources, "authorization:RoleAssignment").inputs;
        assert.ok(description);
        assert.deepEqual(role, {
            scope: `${vaultId}/secrets/rdp`,
            roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6`,
            principalId: "principal-9",
            principalType: "ServicePrincipal",
        });
        const order = resources.map((r) => r.type);
        assert.ok(order.findIndex((t) => t.endsWith("RoleAssignment")) < order.findIndex((t) => t.endsWith("VirtualMachineExtension")));
    });

    it("takes a URL instead of a name, of any cloud, and outputs", async () => {
        const url = "https://contoso.vault.usgovcloudapi.net/secrets/rdp";
        const { outputs } = await deploy(() => ({ ...new RdpCertificate("rdp", { ...existing, certificateUrl: pulumi.output(`${url}/`), dnsNames: pulumi.output(dnsNames) }) }));
        assert.equal(outputs["certificateUrl"], url);
    });

    it("makes it in the vault before anything may read it, by an identity that manages certificates and reads no key", async () => {
        const { resources } = await deploy(() => void new RdpCertificate("rdp", { ...vault, identityPrincipalId: "principal-9", issue: { issuer: "DigiCert" } }));
        const [making, reading] = ofType(resources, "RoleAssignment").map((r) => r.inputs);
        assert.equal(making!["scope"], vaultId);
        assert.match(making!["roleDefinitionId"], /\/a4417e6f-fecd-4de8-b567-7b0420556985$/);
        assert.equal(reading!["scope"], `${vaultId}/secrets/rdp`);
        const { environmentVariables, scriptContent, ...script } = only(resources, "resources:AzureCliScript").inputs;
        assert.match(scriptContent, /^#!\/bin\/bash\n/);
        assert.deepEqual(script, {
            resourceGroupName: "rg",
            kind: "AzureCLI",
            azCliVersion: "2.61.0",
            identity: { type: "UserAssigned", userAssignedIdentities: ["rdp-issue-id"] },
            timeout: "PT2H",
            cleanupPreference: "OnSuccess",
            retentionInterval: "P1D",
        });
        const variables = Object.fromEntries((environmentVariables as { name: string; value: string }[]).map((v) => [v.name, v.value]));
        assert.deepEqual([variables["VAULT"], variables["RESOURCE"], variables["CERTIFICATE"]], ["https://contoso-certs.vault.azure.net", "https://vault.azure.net", "rdp"]);
        const order = resources.map((r) => r.type.split(":").pop()).filter((t) => /RoleAssignment|CliScript|Extension/.test(t!));
        assert.deepEqual(order, ["RoleAssignment", "AzureCliScript", "RoleAssignment", "VirtualMachineExtension"]);
    });

    it("keeps Windows' own certificate healthy where nothing else is asked for", async () => {
        const { resources, outputs } = await deploy(() => ({ ...new RdpCertificate("rdp", existing) }));
        assert.deepEqual(resources.filter((r) => r.type.startsWith("azure-native:")).map((r) => r.type), ["azure-native:compute:VirtualMachineRunCommandByVirtualMachine"]);
        assert.match(only(resources, "RunCommandByVirtualMachine").inputs["source"].script, /Get-RdpOwnCertificate/);
        assert.deepEqual([outputs["extensionId"], outputs["certificateUrl"]], [undefined, undefined]);
    });

    const version = "0123456789abcdef0123456789abcdef";
    const refused: { trap: string; args: Partial<Record<keyof RdpCertificateArgs, unknown>>; says: RegExp }[] = [
        { trap: "vault-name-for-id", args: { vaultId: "contoso" }, says: /vaultId is "contoso", which is no id of a key vault\. Write \/subscriptions\// },
        { trap: "id-of-something-else", args: { vaultId: `${subscription}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/x` }, says: /no id of a key vault/ },
        { trap: "versioned-name", args: { certificateName: `rdp/${version}` }, says: /a version never renews.*Write "rdp"/ },
        { trap: "versioned-url", args: { certificateName: undefined, certificateUrl: `https://contoso-certs.vault.azure.net/secrets/rdp/${version}` }, says: /a version never renews: .* Write https:\/\/contoso-certs\.vault\.azure\.net\/secrets\/rdp\.$/ },
        { trap: "certificates-url", args: { certificateName: undefined, certificateUrl: "https://contoso-certs.vault.azure.net/certificates/rdp" }, says: /leads to certificates.*private key.*secrets\/rdp/ },
        { trap: "url-of-another-vault", args: { certificateName: undefined, certificateUrl: "https://other.vault.azure.net/secrets/rdp" }, says: /in the vault other, but vaultId is Contoso-Certs/ },
        { trap: "no-url-at-all", args: { certificateName: undefined, certificateUrl: "contoso/rdp" }, says: /no URL of a certificate/ },
        { trap: "name-and-url", args: { certificateUrl: "https://contoso-certs.vault.azure.net/secrets/rdp" }, says: /given beside certificateUrl/ },
        { trap: "name-without-vault", args: { vaultId: undefined }, says: /vaultId is missing/ },
        { trap: "neither-name-nor-url", args: { certificateName: undefined }, says: /certificateName is missing/ },
        { trap: "bad-name", args: { certificateName: "rdp cert" }, says: /no name of a certificate/ },
        { trap: "no-dns-names", args: { dnsNames: undefined }, says: /dnsNames is missing/ },
        { trap: "one-text", args: { dnsNames: "desk.example.com" }, says: /dnsNames is one text/ },
        { trap: "empty-list", args: { dnsNames: [] }, says: /dnsNames is empty/ },
        { trap: "empty-name", args: { dnsNames: [""] }, says: /dnsNames\[0\] is empty/ },
        { trap: "wildcard", args: { dnsNames: ["desk.example.com", "*.example.com"] }, says: /dnsNames\[1\] is "\*\.example\.com", a wildcard, which nobody types/ },
        { trap: "address", args: { dnsNames: ["203.0.113.7"] }, says: /an address/ },
        { trap: "no-host-name", args: { dnsNames: ["desk example"] }, says: /no host name/ },
        { trap: "extension-version", args: { extensionVersion: "2.0" }, says: /extensionVersion is "2\.0"\. Write one of: "3\.0", "4\.0"/ },
        { trap: "mode", args: { mode: "acme" }, says: /mode is "acme"/ },
        { trap: "vault-in-the-other-mode", args: { mode: "windowsOwn" }, says: /vaultId means nothing in mode "windowsOwn"/ },
        { trap: "no-issuer", args: { issue: {} }, says: /issue\.issuer is missing\. .*az keyvault certificate issuer list/ },
        { trap: "self-signed", args: { issue: { issuer: "self" } }, says: /issue\.issuer is "Self": clients are warned/ },
        { trap: "issuer-that-cannot-renew", args: { issue: { issuer: "Unknown" } }, says: /issue\.issuer is "Unknown", from which the vault cannot renew/ },
        { trap: "weak-key", args: { issue: { issuer: "DigiCert", keySize: 1024 } }, says: /issue\.keySize is 1024\. Write 2048, 3072 or 4096/ },
        { trap: "ten-years", args: { issue: { issuer: "DigiCert", validityMonths: 120 } }, says: /issue\.validityMonths is 120\. Write whole months from 2 to 12/ },
        { trap: "renewal-before-issue", args: { issue: { issuer: "DigiCert", renewDaysBefore: 90 } }, says: /issue\.renewDaysBefore is 90\. Write whole days from 7 to 81/ },
        { trap: "names-too-long-for-a-subject", args: { issue: { issuer: "DigiCert" }, dnsNames: [`${"d".repeat(60)}.example.com`] }, says: /dnsNames hold no name of at most 64 characters/ },
        { trap: "label-alone", args: { issue: { issuer: "DigiCert" }, dnsNames: ["desk.example.com", "desk"] }, says: /'rdp': dnsNames\[1\] is "desk", and public authorities issue for no such name/ },
        { trap: "name-that-nobody-can-own", args: { issue: { issuer: "DigiCert" }, dnsNames: ["desk.corp.local"] }, says: /dnsNames\[0\] is "desk\.corp\.local"/ },
        { trap: "key-size-as-text", args: { issue: { issuer: "DigiCert", keySize: "2048" } }, says: /issue\.keySize is "2048"\. Write 2048/ },
        { trap: "issue-in-the-other-mode", args: { mode: "windowsOwn", vaultId: undefined, certificateName: undefined, dnsNames: undefined, issue: { issuer: "DigiCert" } }, says: /issue means nothing in mode "windowsOwn"/ },
        { trap: "hasty", args: { timeoutSeconds: 30 }, says: /timeoutSeconds is 30\. Write whole seconds from 600 to 5400/ },
    ];
    for (const { trap, args, says } of refused) {
        it(`refuses ${trap} before it makes anything`, async () => {
            const { message } = await refusalOf(() => new RdpCertificate("rdp", { ...vault, ...args } as RdpCertificateArgs));
            assert.match(message, says);
            assert.match(message, /^RdpCertificate 'rdp': |: RdpCertificate 'rdp': /);
        });
    }

    it("refuses a role without a vault to give it on", async () => {
        const args = { ...existing, certificateUrl: "https://contoso-certs.vault.azure.net/secrets/rdp", dnsNames, identityPrincipalId: "principal-9" };
        assert.match((await refusalOf(() => new RdpCertificate("rdp", args))).message, /vaultId is missing beside identityPrincipalId/);
        const { identityPrincipalId: _, ...rest } = args;
        assert.match((await refusalOf(() => new RdpCertificate("rdp", { ...rest, issue: { issuer: "DigiCert" } }))).message, /vaultId is missing beside issue/);
    });
});

describe("azure RdpHost with a certificate", () => {
    const host: RdpHostArgs = {
        clients: ["203.0.113.0/24"],
        resourceGroupName: "rg",
        adminUsername: "rdpadmin",
        adminPassword: pulumi.secret("from-the-caller"),
        certificate: { vaultId, certificateName: "rdp", dnsNames },
    };
    const versionFor = async (image: NonNullable<RdpHostArgs["image"]> | undefined) => {
        const { resources } = await deploy(() => void new RdpHost("web", image === undefined ? host : { ...host, image }));
        return only(resources, "compute:VirtualMachineExtension").inputs["typeHandlerVersion"] as string;
    };

    it("has an identity of its own that may read the secret, before the machine exists, and tells the extension which", async () => {
        const { resources } = await deploy(() => void new RdpHost("web", host));
        assert.deepEqual(only(resources, "compute:VirtualMachine").inputs["identity"], { type: "UserAssigned", userAssignedIdentities: ["web-id"] });
        assert.equal(only(resources, "authorization:RoleAssignment").inputs["principalId"], "principal-1");
        assert.equal(only(resources, "compute:VirtualMachineExtension").inputs["settings"].authenticationSettings.msiClientId, "client-1");
        assert.equal(ofType(resources, "RunCommandByVirtualMachine").length, 2, "RdpGuest's and the certificate's");
    });

    it("has its certificate made before its identity may read it, once", async () => {
        const { resources } = await deploy(() => void new RdpHost("web", { ...host, certificate: { vaultId, certificateName: "rdp", dnsNames, issue: { issuer: "DigiCert", keySize: 3072 } } }));
        const policy = (only(resources, "resources:AzureCliScript").inputs["environmentVariables"] as { name: string; value: string }[]).find((v) => v.name === "POLICY")!.value;
        assert.equal((JSON.parse(policy) as { key_props: { key_size: number } }).key_props.key_size, 3072);
        assert.deepEqual(ofType(resources, "RoleAssignment").map((r) => r.inputs["scope"]), [vaultId, `${vaultId}/secrets/rdp`]);
        assert.deepEqual(only(resources, "compute:VirtualMachine").inputs["identity"].userAssignedIdentities, ["web-id"], "the machine itself may not make certificates");
    });

    it("picks the version of the extension that its image takes", async () => {
        assert.equal(await versionFor(undefined), "4.0");
        assert.equal(await versionFor({ sku: "2025-datacenter-azure-edition" }), "4.0");
        assert.equal(await versionFor({ sku: "2019-datacenter-gensecond" }), "3.0");
        assert.equal(await versionFor({ publisher: "MicrosoftWindowsDesktop", offer: "windows-11", sku: "win11-24h2-pro" }), "3.0");
        assert.equal(await versionFor({ id: "/images/mine" }), "3.0");
    });

    it("has no identity without one", async () => {
        const { certificate: _, ...plain } = host;
        const { resources } = await deploy(() => void new RdpHost("web", plain));
        assert.equal(only(resources, "compute:VirtualMachine").inputs["identity"], undefined);
        assert.deepEqual(ofType(resources, "UserAssignedIdentity"), []);
    });

    for (const [trap, certificate, says] of [
        ["wildcard", { vaultId, certificateName: "rdp", dnsNames: ["*.example.com"] }, /RdpHost 'web': certificate\.dnsNames\[0\] is "\*\.example\.com"/],
        ["no-vault", { certificateName: "rdp", dnsNames }, /RdpHost 'web': certificate\.vaultId is missing/],
        ["label-alone", { vaultId, certificateName: "rdp", dnsNames: ["desk"], issue: { issuer: "DigiCert" } }, /RdpHost 'web': certificate\.dnsNames\[0\] is "desk"/],
        ["self-signed", { vaultId, certificateName: "rdp", dnsNames, issue: { issuer: "Self" } }, /RdpHost 'web': certificate\.issue\.issuer is "Self"/],
        ["versioned", { vaultId, certificateName: "rdp/0123456789abcdef0123456789abcdef", dnsNames }, /certificate\.certificateName .*never renews/],
    ] as const) {
        it(`refuses ${trap} before it makes anything`, async () => {
            assert.match((await refusalOf(() => new RdpHost("web", { ...host, certificate } as unknown as RdpHostArgs))).message, says);
        });
    }
});
