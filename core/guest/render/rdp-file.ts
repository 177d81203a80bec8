export interface RdpFileOptions {
    /** Host name or address; IPv6 with or without brackets. */
    readonly address: string;
    /** Default 3389. */
    readonly port?: number;
    /** Name that is offered at log-on. Default: none; a password is never part of the file. */
    readonly username?: string;
    /** Host name of an RD Gateway that clients go through. Default: none. */
    readonly gateway?: string;
}

/**
 * An .rdp file that checks the server (`authentication level` 2: warn), uses NLA and asks for credentials
 * (rdp-domain §2.15). Lines end with CRLF.
 *
 * @throws Error for an address, port, user name or gateway that the file cannot hold.
 */
export function renderRdpFile(options: RdpFileOptions): string {
    const port = options.port ?? 3389;
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
        throw new Error(`port must be a TCP port from 1 to 65535: it is ${String(port)}`);
    }
    const lines = [
        `full address:s:${host("address", options.address)}:${port}`,
        "authentication level:i:2",
        "enablecredsspsupport:i:1",
        "negotiate security layer:i:1",
        "prompt for credentials:i:1",
        "autoreconnection enabled:i:1",
    ];
    if (options.username !== undefined) {
        lines.push(`username:s:${singleLine("username", options.username)}`);
    }
    if (options.gateway !== undefined) {
        // 1: always through the gateway, by the settings of this file, whose log-on method the gateway decides (4: ask).
        lines.push(
            `gatewayhostname:s:${host("gateway", options.gateway)}`,
            "gatewayusagemethod:i:1",
            "gatewayprofileusagemethod:i:1",
            "gatewaycredentialssource:i:4",
        );
    }
    return lines.map((line) => `${line}\r\n`).join("");
}

function host(property: string, text: string): string {
    const bare = text.replace(/^\[(.*)\]$/, "$1");
    if (/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(bare) && bare.split(":").length > 2) {
        return `[${bare}]`;
    }
    if (!/^[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9])?\.?$/.test(text)) {
        throw new Error(`${property} must be a host name or an address without a port, such as vm1.example.com or 203.0.113.10: it is "${text}"`);
    }
    return text;
}

function singleLine(property: string, text: string): string {
    if (!/^[^\p{Cc}]+$/u.test(text)) {
        throw new Error(`${property} must be one line of text`);
    }
    return text;
}
