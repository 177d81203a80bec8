import { Carrier } from "../guest/model";

/** A script that binds a certificate to the listener (rdp-domain §4.2). */
export interface Binding {
    readonly carrier: Carrier;
    /** From 1. */
    readonly line: number;
    /**
     * When it is done again: `once` with the carrier only, `at-start` at each boot, `scheduled` by State Manager, machine
     * configuration or a scheduled task, `on-replacement` when Windows notes that a certificate has been replaced.
     */
    readonly again: "once" | "at-start" | "scheduled" | "on-replacement";
}

// A script may write the script that binds, for a task to run: so the text is searched, strings and all. Gaps are bounded: a line of a
// megabyte that begins like this again and again would take minutes.
const binds =
    /SSLCertificateSHA1Hash['"]?\s*=(?!=)|(?:Set|New)-ItemProperty\b[^\n;|]{0,400}SSLCertificateSHA1Hash|\breg(?:\.exe)?\s+add\b[^\n]{0,400}SSLCertificateSHA1Hash|SetSSLCertificateSHA1Hash|-Property\w*\s+['"]?SSLCertificateSHA1Hash/i;
const schedules = /\b(?:Register-ScheduledTask|Register-ScheduledJob|schtasks(?:\.exe)?['"]?\s[^\n]{0,400}\/create)\b/i;
const notifies = /\bNew-CertificateNotificationTask\b/i;
/** ACME clients that renew by a task of their own, and run a script of the author's then. */
const renewsItself = /\b(?:wacs(?:\.exe)?|win-acme|Posh-ACME|Submit-Renewal|certify(?:theweb)?|certbot)\b/i;
const grants = /\b(?:icacls|Set-Acl|SetAccessRule|AddAccessRule|FileSystemAccessRule|CryptoKeyAccessRule|SetAccessControl|winhttpcertcfg|--acl-(?:read|fullcontrol))\b|--acl-/i;
const listenerAccount = /NETWORK\s*SERVICE|S-1-5-20\b/i;

/** Scripts that the guest runs, without the lines that are comments. */
function texts(carriers: readonly Carrier[]): { readonly carrier: Carrier; readonly text: string }[] {
    return carriers.flatMap((carrier) =>
        carrier.runs === "never" || carrier.script.state !== "known" ? [] : [{ carrier, text: carrier.script.value.replace(/^[ \t]*(?:#|::|rem\b).*$/gim, "") }],
    );
}

/** Every script of a host that binds a certificate to the listener. */
export function bindingsIn(carriers: readonly Carrier[]): Binding[] {
    const all = texts(carriers);
    return all.flatMap(({ carrier, text }): Binding[] => {
        const found = binds.exec(text);
        if (found === null) {
            return [];
        }
        // A task may be registered by another script, which then names the file that this one writes.
        const files = new Set([...text.matchAll(/[\w-]+\.(?:ps1|cmd|bat)\b/gi)].map(([file]) => file.toLowerCase()));
        const related = all.filter((t) => t.carrier === carrier || [...files].some((file) => t.text.toLowerCase().includes(file))).map((t) => t.text);
        const any = (pattern: RegExp): boolean => related.some((t) => pattern.test(t));
        const again =
            carrier.runs === "scheduled" || any(schedules) || any(renewsItself) ? "scheduled" : any(notifies) ? "on-replacement" : carrier.runs === "every-boot" ? "at-start" : "once";
        return [{ carrier, line: text.slice(0, found.index).split("\n").length, again }];
    });
}

/** Whether a script lets the listener's account, NETWORK SERVICE, read a private key. */
export function grantsKey(carriers: readonly Carrier[]): boolean {
    return texts(carriers).some(({ text }) => listenerAccount.test(text) && grants.test(text));
}

/** Whether a script gets certificates by itself and renews them. */
export function renewsBySchedule(carrier: Carrier): boolean {
    return carrier.runs === "scheduled" || texts([carrier]).some(({ text }) => schedules.test(text) || renewsItself.test(text));
}

/** Why a script of a host may do something that its texts do not show. */
export function hiddenScript(carriers: readonly Carrier[]): string | undefined {
    for (const carrier of carriers.filter((c) => c.runs !== "never")) {
        const name = carrier.urn.slice(carrier.urn.lastIndexOf("::") + 2);
        if (carrier.script.state !== "known") {
            return `what ${name} does in the guest is not known: ${carrier.script.reason}`;
        }
        const [part] = carrier.reading.notAnalysed;
        if (part !== undefined) {
            return `a part of what ${name} does in the guest is not known (line ${part.line}: ${part.reason})`;
        }
    }
    return undefined;
}

const sources: readonly (readonly [RegExp, ScriptSource])[] = [
    [/\b(?:New-SelfSignedCertificate|makecert|New-SelfSignedCertificateEx)\b/i, "self-signed"],
    [/\b(?:Get-SECSecretValue|secretsmanager\s+get-secret-value)\b/i, "secrets-manager"],
    [/\b(?:Get-PCACertificate|acm-pca\s+(?:get|issue)-certificate|New-PCACertificate)\b/i, "private-ca"],
    [/\b(?:Export-ACMCertificate|acm\s+export-certificate)\b/i, "acm"],
    [/\b(?:Get-AzKeyVaultSecret|Get-AzureKeyVaultSecret|keyvault\s+(?:secret|certificate)\s+\w+|vault\.azure\.net\/secrets)\b/i, "key-vault"],
    [/\b(?:Get-Certificate\s[^\n]{0,400}-Template|certreq(?:\.exe)?\s)/i, "enrolment"],
    [/\b(?:Import-PfxCertificate|certutil(?:\.exe)?\s[^\n]{0,400}-importpfx|X509Certificate2Collection)\b|\$\w+\.Import\(/i, "file"],
];

/** Where a script takes the certificate from. */
export type ScriptSource = "self-signed" | "secrets-manager" | "private-ca" | "acm" | "key-vault" | "enrolment" | "file" | "store";

/** By what a script says; `store`: it brings none, and binds one that is there. */
export function sourceOf(carrier: Carrier): ScriptSource {
    const [own] = texts([carrier]);
    return sources.find(([pattern]) => own !== undefined && pattern.test(own.text))?.[1] ?? "store";
}

/** Certificates that stand in a script, and the literals that may be their password. Never print either. */
export function inlineCertificates(carrier: Carrier): { readonly text: string; readonly line: number; readonly passwords: readonly string[] }[] {
    const [own] = texts([carrier]);
    if (own === undefined || !/-----BEGIN CERTIFICATE-----|\bMII[A-Za-z0-9+/]/.test(own.text)) {
        return [];
    }
    const passwords = [...own.text.matchAll(/ConvertTo-SecureString\s+(?:-\w+\s+)*?["']([^"'\n]{0,200})["']/gi)].map(([, password = ""]) => password).slice(0, 4);
    const at = (index: number): number => own.text.slice(0, index).split("\n").length;
    const pem = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]{100,20000}-----END CERTIFICATE-----/.exec(own.text);
    if (pem !== null) {
        return [{ text: own.text, line: at(pem.index), passwords }];
    }
    return [...own.text.matchAll(/["']\s*(MII[A-Za-z0-9+/\s]{300,}={0,2})\s*["']/g)].slice(0, 4).map((m) => ({ text: m[1]!, line: at(m.index), passwords }));
}
