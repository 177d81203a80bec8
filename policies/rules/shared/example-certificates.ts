import { ExampleResource } from "../../rule";
import { allowRdp, azurePublicVm, ec2WithUserData } from "./example-stacks";

/** Small stacks with a certificate for the listener, as people write them. */

/** PKCS#12 files in base64, without a password, made for the examples: for desk.example.com, with an EC key. */
export const pkcs12 = {
    /** Server Authentication, 2020 to 2120. */
    good:
        "MIIEHAIBAzCCA9IGCSqGSIb3DQEHAaCCA8MEggO/MIIDuzCCAnIGCSqGSIb3DQEHBqCCAmMwggJfAgEAMIICWAYJKoZIhvcNAQcBMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAidfpOj5t" +
        "cBqwICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEEdwJrukn3lpsr/CZet4oyiAggHwmZp0RrtqYIXXsDmZxwPC8P/kVL0dW11C/Ku9c7ueHjL6l2hjomMghemyEuaSEb7w31Yasc9RyNUP" +
        "D+IYZAkR9xLvWht0JWEt9z0DR1FdNnYzQYJIY3OHeRgj9ETWFuYR+f7z6QJpa7/JcDVfTMFglqDy2dtwFm5KwxS/gL5NcuJKVCIx+MoZk1tGfi43oi3fGbxxRHnaJVbQSRBZfuE+GmFJkeePAsoAEE" +
        "GpoiwBAgV+Gboo2jFMhll7ip4sGCeduf58mfrVpYBWSDtmTK4rnie9+Z2iiMFFlGM5bebPDkTLEWeJ/ghmIjmz00BiJ0gnYog6Xzx4A9YUzblcP8juOmJIUA1hQSHoxkRI3eGeSHua62B1u5DrJmkF" +
        "Cn0smfDk8mjnqHr/kHPWR4j1lOUSENkdZ8RioFoSHmQZyPCWBMROgDC5ppLeFUsrE8d/2oA0CIjgfWSdA8+3hivI5xrr7zmpqOn5WWRldlf1FiOcecWqDKabBqdJ2iwA3B4YshMBDNOpMfHeSO+TcS" +
        "1ZqmIrEm7H7leN1zLKyAfR0SXEBgxumMo50BSJDFzAly4vmiIDhUuVT8PxqAlBX54GcE52oD3M8vmngtAp+tc3d4LUD7BwrN1QvHIiNgWnIDawRiPXVRXQK3fTXGx1WGAZb0JNszCCAUEGCSqGSIb3" +
        "DQEHAaCCATIEggEuMIIBKjCCASYGCyqGSIb3DQEMCgECoIHvMIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgyjc53euNc1gICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEF" +
        "tnshwU+J1P3BhZxFdI4pUEgZD37sSylSzs1qNZPAoEjJyO7yUM6U6oBcKhCRMguPKtx6IdXU//bqPl7sp3XR/qzl8YPnqNz/AsN+JjfH/h8SCo8sJlGMbBwBF6vj08Ohfo5EXdYofV0u3MEohBQvje" +
        "fM2ri/Ohf/4et/0bPRYKZtEiDpl8CTEmnUQ00A3xzUhnTT22tmz0WFiAer6fFanhRGkxJTAjBgkqhkiG9w0BCRUxFgQUwVeu6wM8/ZOrHiEaDps4JVLG/dYwQTAxMA0GCWCGSAFlAwQCAQUABCA0Np" +
        "M7h9aBm/jeLbgDOE6AaQRVqLWiGTLK0OnSjq3czwQIRHB23VLMZx4CAggA",
    /** Server Authentication, 2018 to 2020. */
    old:
        "MIIEHAIBAzCCA9IGCSqGSIb3DQEHAaCCA8MEggO/MIIDuzCCAnIGCSqGSIb3DQEHBqCCAmMwggJfAgEAMIICWAYJKoZIhvcNAQcBMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhUY2p3IM" +
        "YIdAICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEHMrnNiOpe71OQiP/6T9J9mAggHwJ+0HJ9YFf7/UeqPLYs5J6hcgcfn5S9qCH3vSzU0pDv7MP3KEL/xV4ozdGRxTCOXXOQgr/O2RHS4G" +
        "h+IuqhD8OYMvijXfQL+pNkb+G8c5bvBRz4MvH1fY7SwqZNJ4FK4oBY4Du7cAXC+YSnDZ3ETGywOmiKKR1AOxbVlkbLxBbtZLYvk3NEWnDCi+IT6XgfgMN0Fp+aP9UmuQ5WPMFOp3SUQJnAuxYaTrv8" +
        "DymgSifddo2QkDkXgr+8uIGxC6pKCSagzBnHVIFi0psjxBzUUR3KncVtvm/a/FfCbyz8EZiSbnL6453Micyf9b5YG2/qMRkhWmCC5Ud8RKN7lTOrA2aTR4HHZrihNxjddONUFx6gLmy4BRtlp5VFgN" +
        "khNWPOradh5qHZ/Ub4VVQ6nWkMVqu1RYWYs1iEVmXQUW3kT62b1TyC3DhkJZhMJtcrPNgNserIPCC8+n7T2XlrlKabcPEMGYjTSQVDTBcbWsGDaVpL7Jl3UWm4ujSUXSF3s+mXHntM5aaAFSAqc5BK" +
        "sCYAgXPzMaHkoExblRQ8aW0NNewwasKQWWe9qWgDAs/oHUoedP4TtKGA0K1Eyx0IVbY8LSJA4Fdw2J82GC1QOwib9RuOOMzazPkItmKSs9YdjHGtd/RijoJcyTz7BgLdYSNZvyWzCCAUEGCSqGSIb3" +
        "DQEHAaCCATIEggEuMIIBKjCCASYGCyqGSIb3DQEMCgECoIHvMIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhW5H3sb2zyYwICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEJ" +
        "J/GpvEjSSO0DNlClXhCGYEgZBQ5o8ImPFhC7PcEATBXGi8woyIv+Mu5xmsyYuL7IYWASV1Af/V7NQFIsrrql3X7DklP6AFL4KifRWhegiX73zXMBuIMaIppM1NnpQUPcf+wHkUwR8gnj5Z78vM9rth" +
        "Gmk4W4vOPyxEqHpozbKKCu3r3tL5rMVfF2e6AEVQ9xScb65JNVjqLNRgxJ0rqz3gz24xJTAjBgkqhkiG9w0BCRUxFgQUv1odxrvoTkQJlYXz3KWmmB2VBgYwQTAxMA0GCWCGSAFlAwQCAQUABCBO1n" +
        "pNn4HuZipOdQxlFS4OT6CwWYk2bX9YVVizqhYh6gQIIa6HAECL0YwCAggA",
    /** Client Authentication only, 2020 to 2120. */
    client:
        "MIIEHAIBAzCCA9IGCSqGSIb3DQEHAaCCA8MEggO/MIIDuzCCAnIGCSqGSIb3DQEHBqCCAmMwggJfAgEAMIICWAYJKoZIhvcNAQcBMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgfzGoM1S" +
        "3e8AICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEL7EPgKdUk8BpUY62lgzmDaAggHwXJ4Tkm/PasyNaNEEdhiDPLCq2fpNc7SSo7mW6HRNtK+fCQEkuPjQSGoGlTgX9RiCQ6xD3DPGWFHg" +
        "0zFd3TgQjhwtUfZcsaBLqsbM4HTriEahwo0M8g8yu2BeoHGgkASOqlHNDutq0GEWxOsx7nbSPZSBGopp1N15xq5f/IJ5eCVXc2ArW3RHyZxHLTtS6FOFvJpaV8DKtrUW9idGIHhYOjkQCfkK3zqH0A" +
        "7owYIksuYKdQX3FDP9o8mRO4diLBl9nWo524KUjCtjOBAfRDkmgOTFeUm+/nh68aA7lzEhIV7Sv1uExV35iiLUgIGOjDS0BH9kHNCHwfPQfOMQG+keju0MqkmHF3YiNmksIMkxDRiToIGuRzmbVM4Q" +
        "0f5lvlRTesuRFXLSUwyN55e+nOcRM6uTtIJ0GVpPyTDNgjSAEgn/DSQCSDESW8ECAVc9Ms+i51D++QaYX/9YruEJrmGoONKTV9r7EVz17Jo1DDGTBCUQL+lfacljivJKAl2bDpVFkxlbjjfRxjVr7O" +
        "6Z7OH+jlQdnwIuv6jW41oYy6noU/QUW9aHEIoVcQ6olG/ugVO8bsxHZTmMSQUre7J/1LRbw1YK2Mi//qNiCKWjyvmnAmqTDM8kG0T/8Thf5QA0WPzwznDfvYuPGfsfTBFZhjZgrTCCAUEGCSqGSIb3" +
        "DQEHAaCCATIEggEuMIIBKjCCASYGCyqGSIb3DQEMCgECoIHvMIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhACBFr3R6vFAICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEB" +
        "ZOeO/pUxZIVDI8u6EkoFAEgZDLFKFbhayVaPMlxXIQIXBbDxnkUvMqAoZTo69e0NoZIPIGdClBFzyP0dCf4KGCUVY7XeKEzgBmbFJ65dAd3pPbtZgVcD04qZp9xW8Y6uLyTSQdl5LnhOJwBp2GTGJF" +
        "vM9TOzG1/9KOCOs/khzlA/4nzmQuD8LMsyCAf6Ql9xcYkXIK2JSPgqKqmtBKoHxrrUMxJTAjBgkqhkiG9w0BCRUxFgQUBFPlcYyIf0tim3x3imcg4powCKwwQTAxMA0GCWCGSAFlAwQCAQUABCChBp" +
        "qN4z8LqAAWzfD5IZwIQqKIe3vIQhCN5+DftwUhEgQI7P9XGEVpxJYCAggA",
};

export const secretUrl = "https://kv-desk.vault.azure.net/secrets/desk";

const newest = "Get-ChildItem Cert:\\LocalMachine\\My | Where-Object { $_.Subject -eq 'CN=desk.example.com' } | Sort-Object NotAfter | Select-Object -Last 1";

/** Binds the newest certificate to the listener, once. */
export const bindNewest = [
    `$certificate = ${newest}`,
    "$listener = Get-CimInstance -Namespace root/cimv2/TerminalServices -ClassName Win32_TSGeneralSetting -Filter \"TerminalName='RDP-tcp'\"",
    "Set-CimInstance -InputObject $listener -Property @{ SSLCertificateSHA1Hash = $certificate.Thumbprint }",
].join("\n");

/** Lets NETWORK SERVICE read the key of `$certificate`. */
export const grantKey = [
    "$key = [System.Security.Cryptography.X509Certificates.RSACertificateExtensions]::GetRSAPrivateKey($certificate).Key.UniqueName",
    "icacls \"$env:ProgramData\\Microsoft\\Crypto\\Keys\\$key\" /grant '*S-1-5-20:(R)'",
].join("\n");

/** The same every day, by a scheduled task. */
export const bindDaily = [
    "$script = @'",
    bindNewest,
    "'@",
    "Set-Content -Path C:\\rdp\\rebind.ps1 -Value $script",
    "$action = New-ScheduledTaskAction -Execute powershell.exe -Argument '-NoProfile -File C:\\rdp\\rebind.ps1'",
    "Register-ScheduledTask -TaskName rebind-rdp -User SYSTEM -RunLevel Highest -Action $action -Trigger (New-ScheduledTaskTrigger -Daily -At 4am) -Force",
].join("\n");

/** The same when Windows notes that a certificate has been replaced. */
export const bindOnReplacement = [
    "$script = @'",
    bindNewest,
    "'@",
    "Set-Content -Path C:\\rdp\\rebind.ps1 -Value $script",
    "New-CertificateNotificationTask -Type Replace -PSScript C:\\rdp\\rebind.ps1 -Name rebind-rdp -Channel System",
].join("\n");

export interface VaultCertificate {
    readonly url?: string;
    /** Adds to the observed certificate, or overrides it. */
    readonly observed?: Record<string, unknown>;
    /** Adds to secretsManagementSettings. */
    readonly management?: Record<string, unknown>;
    readonly version?: string;
    /** What the guest runs. Default: `bindDaily`. */
    readonly script?: string;
    /** Of the VM. Default: system-assigned. */
    readonly identity?: Record<string, unknown> | null;
    readonly sku?: string;
    /** Adds to the VM's properties. */
    readonly vm?: Record<string, unknown>;
    /** What else the stack has. */
    readonly more?: readonly ExampleResource[];
}

/** A Windows VM with a key vault's certificate for Remote Desktop. */
export function azureWithVaultCertificate({ url = secretUrl, observed = {}, management = {}, version = "4.0", script = bindDaily, identity = { type: "SystemAssigned" }, sku, vm = {}, more = [] }: VaultCertificate = {}): ExampleResource[] {
    const certificate = { url, certificateStoreName: "MY", certificateStoreLocation: "LocalMachine", accounts: ["Network Service"], ...observed };
    return [
        ...azureBinding(script, { ...(identity === null ? {} : { identity }), ...vm }, sku),
        {
            type: "azure-native:compute:VirtualMachineExtension",
            name: "certificates",
            inputs: {
                resourceGroupName: "rg",
                vmName: "${vm.name}",
                publisher: "Microsoft.Azure.KeyVault",
                type: "KeyVaultForWindows",
                typeHandlerVersion: version,
                autoUpgradeMinorVersion: true,
                settings: { secretsManagementSettings: { observedCertificates: [certificate], ...management } },
            },
        },
        ...more,
    ];
}

/** A reachable Windows VM with a run command; `change` adds to the VM's properties. */
export function azureBinding(script: string, change: Record<string, unknown> = {}, sku?: string): ExampleResource[] {
    const image = { publisher: "MicrosoftWindowsServer", offer: "WindowsServer", sku, version: "latest" };
    return [
        ...azurePublicVm({ nicRules: [allowRdp()] }).map((r) => (r.name === "vm" ? { ...r, inputs: { ...r.inputs, ...(sku === undefined ? {} : { storageProfile: { imageReference: image } }), ...change } } : r)),
        { type: "azure-native:compute:VirtualMachineRunCommandByVirtualMachine", name: "bind", inputs: { resourceGroupName: "rg", vmName: "${vm.name}", source: { script } } },
    ];
}

/** A certificate that Key Vault makes or takes, by the classic provider: azure-native has none. */
export function keyVaultCertificate(change: Record<string, unknown>): ExampleResource {
    return { type: "azure:keyvault/certificate:Certificate", name: "desk", inputs: { name: "desk", keyVaultId: "/subscriptions/0d2c1a5e-1111-4222-8333-94f9d1b6a001/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-desk", ...change } };
}

/** A policy of Key Vault by which it renews a certificate; `change` overrides any part. */
export function renewingPolicy(change: Record<string, unknown> = {}): Record<string, unknown> {
    return {
        issuerParameters: { name: "Self" },
        keyProperties: { exportable: true, keySize: 2048, keyType: "RSA", reuseKey: false },
        lifetimeActions: [{ action: { actionType: "AutoRenew" }, trigger: { daysBeforeExpiry: 30 } }],
        secretProperties: { contentType: "application/x-pkcs12" },
        x509CertificateProperties: { subject: "CN=desk.example.com", extendedKeyUsages: ["1.3.6.1.5.5.7.3.1"], keyUsages: ["digitalSignature", "keyEncipherment"], subjectAlternativeNames: { dnsNames: ["desk.example.com"] }, validityInMonths: 12 },
        ...change,
    };
}

/** A script that imports this PKCS#12 file and binds it. */
export function importAndBind(base64: string, grant = grantKey): string {
    return [
        `[IO.File]::WriteAllBytes('C:\\rdp\\desk.pfx', [Convert]::FromBase64String('${base64}'))`,
        "$certificate = Import-PfxCertificate -FilePath C:\\rdp\\desk.pfx -CertStoreLocation Cert:\\LocalMachine\\My",
        grant,
        bindNewest.split("\n").slice(1).join("\n"),
    ].join("\n");
}

/** A script that takes the certificate from Secrets Manager and binds it. */
export const fromSecretsManager = [
    "$secret = Get-SECSecretValue -SecretId desk-certificate -Region eu-central-1",
    "[IO.File]::WriteAllBytes('C:\\rdp\\desk.pfx', $secret.SecretBinary.ToArray())",
    "$certificate = Import-PfxCertificate -FilePath C:\\rdp\\desk.pfx -CertStoreLocation Cert:\\LocalMachine\\My",
    grantKey,
    bindNewest.split("\n").slice(1).join("\n"),
].join("\n");

/** A Windows instance on which State Manager runs a script; `allows`: an action that its role is allowed. */
export function ec2Associated(script: string, allows: string | undefined, scheduleExpression?: string): ExampleResource[] {
    const statement = (Action: string): string => JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: [Action], Resource: "*" }] });
    return [
        { type: "aws:iam/role:Role", name: "role", inputs: { name: "desk", assumeRolePolicy: "{}", managedPolicyArns: ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"] } },
        ...(allows === undefined ? [] : [{ type: "aws:iam/rolePolicy:RolePolicy", name: "read", inputs: { role: "${role.id}", policy: statement(allows) } }]),
        { type: "aws:iam/instanceProfile:InstanceProfile", name: "profile", inputs: { name: "desk", role: "${role.name}" } },
        ...ec2WithUserData("Get-Date").map((r) => (r.name === "server" ? { ...r, inputs: { ...r.inputs, iamInstanceProfile: "${profile.name}" } } : r)),
        {
            type: "aws:ssm/association:Association",
            name: "bind",
            inputs: { name: "AWS-RunPowerShellScript", targets: [{ key: "InstanceIds", values: ["${server.id}"] }], parameters: { commands: script }, ...(scheduleExpression === undefined ? {} : { scheduleExpression }) },
        },
    ];
}
