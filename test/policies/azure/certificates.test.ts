import assert from "node:assert";
import { Host, ListenerCertificate } from "../../../core/host";
import { isKnown } from "../../../core/known";
import { pkcs12 } from "../../../policies/rules/shared/example-certificates";
import { Spec, ref } from "../fixture";
import { allow, eachHost, publicVm } from "./model";

type Props = Record<string, unknown>;

const url = "https://kv-desk.vault.azure.net/secrets/desk";
const cim = "Set-CimInstance -InputObject $s -Property @{ SSLCertificateSHA1Hash = $c.Thumbprint }";

function web(change: Props = {}): Spec[] {
    return publicVm(allow()).map((s) => (s.name === "web" ? { ...s, inputs: { ...s.inputs, ...change } } : s));
}

function extension(settings: unknown, typeHandlerVersion = "4.0", more: Props = {}): Spec {
    return {
        type: "azure-native:compute:VirtualMachineExtension",
        name: "kv",
        inputs: { resourceGroupName: "rg", vmName: ref("web", "vmName"), publisher: "Microsoft.Azure.KeyVault", type: "KeyVaultForWindows", typeHandlerVersion, settings, ...more },
    };
}

const observing = (...observedCertificates: unknown[]): Props => ({ secretsManagementSettings: { observedCertificates } });
const run = (script: string): Spec => ({ type: "azure-native:compute:VirtualMachineRunCommandByVirtualMachine", name: "run", inputs: { resourceGroupName: "rg", vmName: ref("web", "vmName"), source: { script } } });

/** The certificates of the one host, in both forms. */
function certificates(specs: readonly Spec[], judge: (found: readonly ListenerCertificate[], host: Host) => void): void {
    eachHost(specs, (host) => judge(host.certificates, host));
}

function theOne(specs: readonly Spec[], judge: (c: ListenerCertificate) => void): void {
    certificates(specs, (found) => {
        assert.strictEqual(found.length, 1, found.map((c) => c.name).join(", "));
        judge(found[0]!);
    });
}

function texts(specs: readonly Spec[], what: "stale" | "barred", expected: readonly RegExp[]): void {
    theOne(specs, (c) => {
        const got = c[what].map((o) => o.text);
        assert.strictEqual(got.length, expected.length, got.join("; "));
        expected.forEach((e, i) => assert.match(got[i]!, e));
    });
}

const identity = { identity: { type: "SystemAssigned" } };

describe("azure: certificates of the listener", () => {
    it("none without a sign of one", () => certificates(web(), (found) => assert.deepStrictEqual(found, [])));

    it("one of a web server is none", () => {
        certificates([...web(), extension(observing(url))], (found) => assert.deepStrictEqual(found, []));
        certificates([...web(), extension(observing(url)), run("Install-WindowsFeature Web-Server")], (found) => assert.deepStrictEqual(found, []));
    });

    it("settings of version 1: bare URLs", () => {
        theOne([...web(identity), extension({ secretsManagementSettings: { pollingIntervalInS: "3600", certificateStoreName: "MY", observedCertificates: [url] } }, "1.0"), run(cim)], (c) => {
            assert.strictEqual(c.name, "certificate desk of vault kv-desk");
            assert.strictEqual(c.origin.property, "settings.secretsManagementSettings.observedCertificates[0]");
            assert.ok(c.delivery.kind === "key-vault-extension" && isKnown(c.delivery.linked) && !c.delivery.linked.value);
            assert.deepStrictEqual(c.stale, []);
        });
    });

    it("settings of version 3 and 4: objects; and as JSON", () => {
        const observed = observing({ url, certificateStoreName: "MY", accounts: ["Network Service"] });
        for (const settings of [observed, JSON.stringify(observed)]) {
            theOne([...web(identity), extension(settings), run(cim)], (c) => {
                assert.ok(c.delivery.kind === "key-vault-extension");
                assert.deepStrictEqual(c.delivery.accounts, { state: "known", value: ["Network Service"] });
                assert.deepStrictEqual(c.delivery.version, { state: "known", value: 4 });
                assert.strictEqual(c.origin.property, typeof settings === "string" ? "settings" : "settings.secretsManagementSettings.observedCertificates[0].url");
            });
        }
    });

    it("which of several: by its name, by the script that names it, by its store", () => {
        const shop = "https://kv-desk.vault.azure.net/secrets/shop";
        const name = (specs: readonly Spec[], expected: string): void => theOne(specs, (c) => assert.strictEqual(c.name, `certificate ${expected} of vault kv-desk`));
        name([...web(identity), extension(observing(shop, "https://kv-desk.vault.azure.net/secrets/rdp-cert"))], "rdp-cert");
        name([...web(identity), extension(observing(shop, url)), run(`# binds\n$c = Get-DeskCertificate -Name desk\n${cim}`)], "desk");
        name([...web(identity), extension(observing(shop, { url, certificateStoreName: "Remote Desktop" }))], "desk");
    });

    it("a script that makes its own leaves the extension's to others", () => {
        theOne([...web(identity), extension(observing(url)), run(`$c = New-SelfSignedCertificate -DnsName x\n${cim}`)], (c) => assert.deepStrictEqual(c.delivery, { kind: "script", source: "self-signed" }));
    });

    it("extensions inside the VM's own template, in a scale set", () => {
        const scaleSet: Spec[] = [
            {
                type: "azure-native:compute:VirtualMachineScaleSet",
                name: "farm",
                inputs: {
                    resourceGroupName: "rg",
                    tags: { "rdp-ready:clients": "203.0.113.0/24" },
                    virtualMachineProfile: {
                        osProfile: { windowsConfiguration: {} },
                        extensionProfile: { extensions: [{ name: "kv", publisher: "Microsoft.Azure.KeyVault", type: "KeyVaultForWindows", typeHandlerVersion: "3.0", settings: observing(`https://kv-desk.vault.azure.net/secrets/rdp/0123456789abcdef0123456789abcdef`) }] },
                    },
                },
            },
        ];
        theOne(scaleSet, (c) => {
            assert.strictEqual(c.origin.property, "virtualMachineProfile.extensionProfile.extensions[0].settings.secretsManagementSettings.observedCertificates[0]");
            assert.match(c.stale[0]!.text, /pinned to version/);
        });
    });

    it("versions", () => {
        texts([...web(identity), extension(observing(`${url}/0123456789abcdef0123456789abcdef`)), run(cim)], "stale", [/pinned to version 0123/]);
        const profile = { osProfile: { windowsConfiguration: {}, secrets: [{ vaultCertificates: [{ certificateUrl: `${url}/0123456789abcdef0123456789abcdef`, certificateStore: "My" }] }] } };
        texts([...web(profile), run(cim)], "stale", [/when the VM is deployed/]);
        texts([...web(profile), run(cim)], "barred", []);
    });

    it("the URL of the certificate rather than of its secret", () => texts([...web(identity), extension(observing("https://kv-desk.vault.azure.net/certificates/desk")), run(cim)], "barred", [/no private key/]));
});

describe("azure: certificates that Key Vault makes", () => {
    const made = (inputs: Props): Spec => ({ type: "azure:keyvault/certificate:Certificate", name: "made", inputs: { name: "desk", keyVaultId: "/subscriptions/x/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-desk", ...inputs } });
    const policy = (change: Props = {}): Props => ({ certificatePolicy: { issuerParameters: { name: "Self" }, lifetimeActions: [{ action: { actionType: "AutoRenew" }, trigger: { daysBeforeExpiry: 30 } }], x509CertificateProperties: { subject: "CN=Desk.example.com, O=Example" }, ...change } });
    const stack = (inputs: Props): Spec[] => [...web(identity), made(inputs), extension(observing(url)), run(cim)];

    it("renewed, or not", () => {
        texts(stack(policy()), "stale", []);
        texts(stack(policy({ lifetimeActions: [] })), "stale", [/no lifetime action/]);
        texts(stack(policy({ issuerParameters: { name: "Unknown" } })), "stale", [/issuer Unknown/]);
        texts(stack({ certificate: { contents: pkcs12.good } }), "stale", [/imported/]);
        texts(stack(policy({ lifetimeActions: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" })), "stale", [/not known/]);
    });

    it("names and key by its policy", () => {
        theOne(stack(policy({ keyProperties: { exportable: false, keyType: "RSA", keySize: 1024 } })), ({ facts }) => {
            assert.ok(facts !== undefined && isKnown(facts));
            assert.deepStrictEqual(facts.value.names, { state: "known", value: ["desk.example.com"] });
            assert.deepStrictEqual(facts.value.key, { state: "known", value: { type: "rsa", bits: 1024 } });
            assert.deepStrictEqual(facts.value.privateKey, { state: "known", value: "absent" });
            assert.ok(!isKnown(facts.value.validity));
        });
    });

    it("one of that name in another vault is another", () => theOne(stack({ ...policy({ lifetimeActions: [] }), keyVaultId: "/subscriptions/x/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-shop" }), (c) => assert.deepStrictEqual([c.stale, c.facts], [[], undefined])));

    it("a URL that comes from it", () => {
        const specs = [...web(identity), made(policy({ lifetimeActions: [] })), { ...extension(observing({ url: "${made.versionlessSecretId}" })) }, run(cim)].map((s) => (s.name === "made" ? { ...s, outputs: { versionlessSecretId: url } } : s));
        theOne(specs, (c) => assert.ok(c.stale.some((o) => /no lifetime action/.test(o.text)), c.stale.map((o) => o.text).join("; ")));
    });
});

describe("azure: certificates that a program writes as a secret", () => {
    const written = (value: unknown, vaultName = "kv-desk"): Spec => ({ type: "azure-native:keyvault:Secret", name: "written", inputs: { resourceGroupName: "rg", vaultName, secretName: "desk", properties: { contentType: "application/x-pkcs12", value } } });
    const stack = (secret: Spec): Spec[] => [...web(identity), secret, extension(observing(url)), run(cim)];

    it("are read, and not renewed", () =>
        theOne(stack(written(pkcs12.old)), ({ facts, factsOrigin, stale }) => {
            assert.ok(facts !== undefined && isKnown(facts) && isKnown(facts.value.validity));
            assert.strictEqual(new Date(facts.value.validity.value.notAfter).toISOString(), "2020-01-01T00:00:00.000Z");
            assert.match(factsOrigin.urn, /::written$/);
            assert.deepStrictEqual(stale.map((o) => o.text), ["is a secret that a deployment writes, and no vault renews"]);
        }));
    it("a secret tells nothing of itself", () => theOne(stack(written("[secret]")), (c) => assert.deepStrictEqual([c.facts, c.stale.length], [undefined, 1])));
    it("one of that name in another vault is another", () => theOne(stack(written(pkcs12.old, "kv-shop")), (c) => assert.deepStrictEqual([c.facts, c.stale], [undefined, []])));
});

describe("azure: who may read the vault", () => {
    const vault = (properties: Props, more: Partial<Spec> = {}): Spec => ({ type: "azure-native:keyvault:Vault", name: "vault", inputs: { resourceGroupName: "rg", vaultName: "kv-desk", properties }, ...more });
    const rbac = { enableRbacAuthorization: true };
    const secretsUser = "/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6";
    const role = (principalId: string, scope = ref("vault"), more: Props = {}): Spec => ({ type: "azure-native:authorization:RoleAssignment", name: "role", inputs: { principalId, scope, roleDefinitionId: secretsUser, ...more } });
    const own = ref("web", "identity.principalId");
    const reads = (parts: readonly Spec[], expected: readonly RegExp[], vm: Props = identity, settings: Props = {}): void => texts([...web(vm), extension({ ...observing(url), ...settings }), run(cim), ...parts], "barred", expected);

    it("no identity", () => {
        reads([], [/no managed identity/], {});
        reads([], [/no managed identity/], { identity: { type: "None" } });
        reads([], []);
    });

    it("a role on the vault, on its group, on something else", () => {
        reads([vault(rbac)], [/no role lets the identity of web/]);
        reads([vault(rbac), role(own)], []);
        reads([vault(rbac), role(own, "/subscriptions/0d2c1a5e-1111-4222-8333-94f9d1b6a001/resourceGroups/rg")], []);
        reads([vault(rbac), role(own, "/subscriptions/0d2c1a5e-1111-4222-8333-94f9d1b6a001/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/files")], [/no role/]);
    });

    it("a role of somebody else", () => {
        const other: Spec = { type: "azure-native:managedidentity:UserAssignedIdentity", name: "other", inputs: { resourceGroupName: "rg" } };
        reads([vault(rbac), other, role(ref("other", "principalId"))], [/no role/]);
    });

    it("a role of a group may be the host's", () => reads([vault(rbac), role("0f2c1a5e-1111-4222-8333-94f9d1b6a001", ref("vault"), { principalType: "Group" })], [/not known/]));

    it("an identity of its own, and one of another stack", () => {
        const user: Spec = { type: "azure-native:managedidentity:UserAssignedIdentity", name: "user", inputs: { resourceGroupName: "rg" } };
        const assigned = { identity: { type: "UserAssigned", userAssignedIdentities: [ref("user")] } };
        reads([user, vault(rbac), role(ref("user", "principalId"))], [], assigned);
        reads([user, vault(rbac)], [/identity user/], assigned);
        const foreign = "/subscriptions/0d2c1a5e-1111-4222-8333-94f9d1b6a001/resourceGroups/hub/providers/Microsoft.ManagedIdentity/userAssignedIdentities/hub";
        reads([vault(rbac)], [], { identity: { type: "UserAssigned", userAssignedIdentities: [foreign] } });
    });

    it("several identities, and none chosen", () => {
        const [a, b] = ["a", "b"].map((n) => `/subscriptions/0d2c1a5e-1111-4222-8333-94f9d1b6a001/resourceGroups/hub/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${n}`);
        const two = { identity: { type: "UserAssigned", userAssignedIdentities: [a, b] } };
        reads([], [/2 user-assigned identities/], two);
        reads([], [], two, { authenticationSettings: { msiClientId: "0f2c1a5e-1111-4222-8333-94f9d1b6a001" } });
    });

    it("access policies count only without roles", () => {
        const entry = (secrets: readonly string[]): Props => ({ accessPolicies: [{ tenantId: "t", objectId: own, permissions: { secrets } }] });
        reads([vault({ enableRbacAuthorization: false, ...entry(["Get", "List"]) })], []);
        reads([vault({ enableRbacAuthorization: false, ...entry(["list"]) })], [/no access policy/]);
        reads([vault({ ...rbac, ...entry(["get"]) })], [/no role/]);
        reads([vault(entry(["get"]))], []);
        reads([vault({ enableRbacAuthorization: false }), role(own)], [/no access policy/]);
    });

    it("the vault's firewall", () => {
        const closed = { ...rbac, networkAcls: { bypass: "AzureServices", defaultAction: "Deny" } };
        reads([vault(closed), role(own)], [/admits no network/]);
        reads([vault({ ...closed, networkAcls: { ...closed.networkAcls, virtualNetworkRules: [{ id: ref("subnet") }] } }), role(own)], []);
        reads([vault({ ...rbac, publicNetworkAccess: "Disabled" }), role(own)], [/private endpoints only/]);
        const endpoint: Spec = { type: "azure-native:network:PrivateEndpoint", name: "endpoint", inputs: { resourceGroupName: "rg", privateLinkServiceConnections: [{ name: "vault", privateLinkServiceId: ref("vault"), groupIds: ["vault"] }] } };
        reads([vault(closed), role(own), endpoint], []);
    });

    it("a vault of another stack is taken to admit it", () => reads([vault(rbac, { external: true })], []));
});
