import { Fault, faultsOf } from "../../core/certificate/judge";
import { nameMatches } from "../../core/certificate/names";
import { Host, ListenerCertificate } from "../../core/host";
import { Known, isKnown } from "../../core/known";
import { Finding, HostRule, Options } from "../rule";
import { azureWithVaultCertificate, bindNewest, importAndBind, keyVaultCertificate, pkcs12, renewingPolicy } from "./shared/example-certificates";
import { azureVmWithScript, ec2WithUserData, storedRdpFile } from "./shared/example-stacks";
import { certificatesFor, fallsBack, warns } from "./shared/certificate";
import { asOf, nowOf } from "./shared/date";
import { placed } from "./shared/reach";
import { judgeSetting } from "./shared/setting";

const defaultDays = 30;

const rule: HostRule = {
    id: "RDP304",
    name: "certificate-usable",
    title: "The listener can use its certificate, and clients trust its name and dates",
    severity: "medium",
    effect: "weakens",
    symptom: "none",
    causes: ["expired-certificate", "certificate-names"],
    why:
        "The listener takes a certificate with its private key, for Server Authentication or Remote Desktop Authentication. Clients compare the name that they dial, or that their connection file (.rdp) has them dial, with those in it, and look at its dates: they warn, or refuse with 0x1B07 where they insist on a trusted one. " +
        "One that the listener cannot use at all leaves Windows with its self-signed certificate (Microsoft: Remote Desktop listener certificate configurations; custom server authentication certificate for TLS).",
    remedy: "Bring a PKCS#12 file with its key, an RSA key of 2048 bits or more, Server Authentication, and every name that clients dial among its alternative names.",
    defaultLevel: "advisory",
    options: { days: { type: "integer", minimum: 0, default: defaultDays, description: "Days before its end from which a certificate that nothing renews is reported." }, asOf },
    scope: "host",
    check: (host, options) => [...certificatesFor(host).flatMap((c) => judge(host, c, options)), ...thumbprints(host)],
    examples: [
        { name: "policy-for-server-authentication", expect: "compliant", resources: azureWithVaultCertificate({ more: [keyVaultCertificate({ certificatePolicy: renewingPolicy() })] }) },
        {
            name: "policy-for-client-authentication",
            expect: "violation",
            says: "Server Authentication",
            resources: azureWithVaultCertificate({ more: [keyVaultCertificate({ certificatePolicy: renewingPolicy({ x509CertificateProperties: { subject: "CN=desk.example.com", extendedKeyUsages: ["1.3.6.1.5.5.7.3.2"], keyUsages: ["digitalSignature"], validityInMonths: 12 } }) })] }),
        },
        {
            name: "key-that-stays-in-the-vault",
            expect: "violation",
            says: "private key",
            resources: azureWithVaultCertificate({ more: [keyVaultCertificate({ certificatePolicy: renewingPolicy({ keyProperties: { exportable: false, keySize: 2048, keyType: "RSA-HSM", reuseKey: false } }) })] }),
        },
        { name: "expired-when-imported", expect: "violation", says: "2020-01-01", resources: azureWithVaultCertificate({ more: [keyVaultCertificate({ certificate: { contents: pkcs12.old, password: "" } })] }) },
        { name: "last-month-of-one-that-nothing-renews", expect: "violation", says: "ends on 2020-01-01", resources: azureWithVaultCertificate({ more: [keyVaultCertificate({ certificate: { contents: pkcs12.old, password: "" } })] }), options: { asOf: "2019-12-15" } },
        { name: "months-before-its-end", expect: "compliant", resources: azureWithVaultCertificate({ more: [keyVaultCertificate({ certificate: { contents: pkcs12.old, password: "" } })] }), options: { asOf: "2019-06-01" } },
        { name: "not-valid-yet", expect: "violation", says: "not valid before 2018-01-01", resources: ec2WithUserData(importAndBind(pkcs12.old)), options: { asOf: "2017-12-31" } },
        {
            name: "expired-when-written-as-a-secret",
            expect: "violation",
            says: "2020-01-01",
            resources: azureWithVaultCertificate({ more: [{ type: "azure-native:keyvault:Secret", name: "pfx", inputs: { resourceGroupName: "rg", vaultName: "kv-desk", secretName: "desk", properties: { contentType: "application/x-pkcs12", value: pkcs12.old } } }] }),
        },
        { name: "imported-and-good", expect: "compliant", resources: azureWithVaultCertificate({ more: [keyVaultCertificate({ certificate: { contents: pkcs12.good, password: "" } })] }) },
        { name: "contents-that-are-a-secret", expect: "unknown", says: "secret", resources: azureWithVaultCertificate({ more: [keyVaultCertificate({ certificate: { contents: "[secret]" } })] }) },
        {
            name: "name-that-nobody-dials",
            expect: "violation",
            says: "vm.corp.example",
            resources: azureWithVaultCertificate({
                more: [
                    keyVaultCertificate({ certificatePolicy: renewingPolicy() }),
                    { type: "azure-native:dns:RecordSet", name: "record", inputs: { resourceGroupName: "rg", zoneName: "corp.example", relativeRecordSetName: "vm", recordType: "A", ttl: 300, targetResource: { id: "${ip.id}" } } },
                ],
            }),
        },
        {
            name: "name-in-a-wildcard",
            expect: "compliant",
            resources: azureWithVaultCertificate({
                more: [
                    keyVaultCertificate({ certificatePolicy: renewingPolicy({ x509CertificateProperties: { subject: "CN=corp.example", keyUsages: ["digitalSignature"], subjectAlternativeNames: { dnsNames: ["*.corp.example"] }, validityInMonths: 12 } }) }),
                    { type: "azure-native:dns:RecordSet", name: "record", inputs: { resourceGroupName: "rg", zoneName: "corp.example", relativeRecordSetName: "vm", recordType: "A", ttl: 300, targetResource: { id: "${ip.id}" } } },
                ],
            }),
        },
        { name: "pfx-in-user-data", expect: "compliant", resources: ec2WithUserData(importAndBind(pkcs12.good)) },
        { name: "stored-rdp-file-dials-another-name", expect: "violation", says: "connection file file dials desk.corp.example", resources: [...ec2WithUserData(importAndBind(pkcs12.good)), storedRdpFile("full address:s:desk.corp.example:3389\r\n")] },
        { name: "stored-rdp-file-goes-through-a-gateway", expect: "compliant", resources: [...ec2WithUserData(importAndBind(pkcs12.good)), storedRdpFile("full address:s:desk.corp.example\r\ngatewayhostname:s:gw.corp.example\r\n")] },
        { name: "stored-rdp-file-dials-the-address", expect: "compliant", resources: [...ec2WithUserData(importAndBind(pkcs12.good)), storedRdpFile("full address:s:203.0.113.7\r\n")] },
        { name: "pfx-for-clients", expect: "violation", says: "Remote Desktop Authentication", resources: ec2WithUserData(importAndBind(pkcs12.client)) },
        { name: "thumbprint-with-a-digit-too-few", expect: "violation", says: "40 hexadecimal digits", resources: azureVmWithScript(bindNewest.replace("$certificate.Thumbprint", "'9F2C1A5E11114222833394F9D1B6A001AAAAAAA'")) },
        { name: "windows-own-certificate", expect: "compliant", resources: azureVmWithScript("Get-Date") },
    ],
};

/** What to write, and whether the listener itself refuses it: else clients do. */
const cures: Readonly<Record<Fault["kind"], { readonly fix: string; readonly refused?: true }>> = {
    expired: { fix: "a certificate that is valid, renewed by itself" },
    "not-yet-valid": { fix: "a certificate that is valid now" },
    "expires-soon": { fix: "a new certificate, renewed by itself" },
    use: { fix: "Server Authentication (1.3.6.1.5.5.7.3.1) among its extended key usages", refused: true },
    name: { fix: "the names that clients dial among its alternative names" },
    key: { fix: "an RSA key of 2048 bits or more" },
    "no-private-key": { fix: "a PKCS#12 file with the private key (exportable: true in a key vault's policy)", refused: true },
    "foreign-key": { fix: "the key that the certificate was made for", refused: true },
};

function judge(host: Host, c: ListenerCertificate, options: Options): Finding[] {
    if (c.facts === undefined) {
        return [];
    }
    const must = `The ${c.name} must be one that the listener can use and clients trust`;
    if (!isKnown(c.facts)) {
        return [{ ...placed(host, c.factsOrigin), outcome: "unknown", message: `${must}: its contents are not known: ${c.facts.reason}.` }];
    }
    const days = typeof options["days"] === "number" ? options["days"] : defaultDays;
    // A label alone may be any name below a zone that is not known yet.
    const dialled = host.names.filter((n) => (n.points === "static" || n.points === "dynamic") && n.name.includes(".")).map((n) => n.name);
    const faults = faultsOf(c.facts.value, { now: nowOf(options), days, dialled }).filter((f) => f.kind !== "expires-soon" || c.stale.length > 0);
    const found = faults.map(({ kind, text }): Finding => {
        const { fix, refused } = cures[kind];
        return { ...placed(host, c.factsOrigin), outcome: "violation", message: `${must}: it ${text}, so ${refused === true ? fallsBack : warns}.`, fix };
    });
    return [...found, ...misledBy(host, c.facts.value.names, must)];
}

/** Names are alternatives of each other; what a connection file dials is the name that its users dial. */
function misledBy({ urn, rdpFiles = [] }: Host, held: Known<readonly string[]>, must: string): Finding[] {
    const files = !isKnown(held) ? [] : rdpFiles.filter((f) => f.kind === "host" && !held.value.some((n) => nameMatches(n, f.name)));
    return files.map(({ name, origin }) => ({
        urn: origin.urn ?? urn,
        ...(origin.property === undefined ? {} : { property: origin.property }),
        outcome: "violation",
        atMost: "advisory",
        message: `${must}: the ${origin.text} dials ${name}, which it does not hold, so ${warns}.`,
        fix: `${name} among its alternative names, or a name that it holds in the file`,
    }));
}

/** A thumbprint that no certificate can have. One that is computed is not ours to judge. */
function thumbprints(host: Host): Finding[] {
    return host.intent.kind === "none"
        ? []
        : host.carriers.flatMap((carrier) =>
              judgeSetting(carrier, "certificate-thumbprint", { must: "bind a certificate that exists", fix: () => "the thumbprint of the newest matching certificate, read when the script runs" }).filter((f) => f.outcome === "violation"),
          );
}

export default rule;
