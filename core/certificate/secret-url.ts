/** A certificate in an Azure key vault, as its URL names it. */
export interface SecretUrl {
    readonly vault: string;
    readonly name: string;
    /** Only that version: what the vault renews has another. */
    readonly version?: string;
    /** `secrets` brings certificate and key, `certificates` the certificate alone (rdp-domain §4.4). */
    readonly collection: "secrets" | "certificates" | "keys";
    /** The same without its version, as a secret. */
    readonly unversioned: string;
}

const pattern = /^https:\/\/([a-z0-9-]+)(\.vault\.(?:azure\.net|azure\.cn|usgovcloudapi\.net|microsoftazure\.de))(?::443)?\/(secrets|certificates|keys)\/([a-z0-9-]+)(?:\/([a-z0-9]+))?\/?$/i;

/** @returns undefined where the text is no address of anything in a key vault */
export function parseSecretUrl(text: string): SecretUrl | undefined {
    const [, vault, domain, collection, name, version] = pattern.exec(text.trim()) ?? [];
    if (vault === undefined || name === undefined) {
        return undefined;
    }
    return {
        vault: vault.toLowerCase(),
        name,
        collection: collection!.toLowerCase() as SecretUrl["collection"],
        ...(version === undefined ? {} : { version }),
        unversioned: `https://${vault}${domain}/secrets/${name}`,
    };
}
