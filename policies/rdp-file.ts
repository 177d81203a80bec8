import { Host, RdpFileName } from "../core/host";
import { Origin } from "../core/origin";

/** Connection files are a few kilobytes; what is longer is something else under their name. */
const longestFile = 64 * 1024;
const patterns: readonly (readonly [RdpFileName["kind"], RegExp])[] = [
    ["host", /^full address:s:([\w-]+(?:\.[\w-]+)+)\.?(?::\d+)?[ \t]*\r?$/im],
    ["gateway", /^gatewayhostname:s:([\w-]+(?:\.[\w-]+)+)\.?[ \t]*\r?$/im],
];

/** Usage methods of a gateway with which clients do not go through it (Microsoft: supported RDP properties: 0 and 4). */
const withoutGateway = /^gatewayusagemethod:i:[04][ \t]*\r?$/im;

/** The names, not the addresses, in a connection file's text (rdp-domain §2.15). What lies behind a gateway is dialled from there. */
export function namesInRdpFile(text: string, origin: Origin): RdpFileName[] {
    if (text.length > longestFile) {
        return [];
    }
    const found = patterns.flatMap(([kind, pattern]): RdpFileName[] => {
        const name = pattern.exec(text)?.[1]?.toLowerCase();
        return name === undefined || name.length > 253 || /^[\d.]+$/.test(name) ? [] : [{ kind, name, origin }];
    });
    const used = withoutGateway.test(text) ? "host" : /^gatewayhostname:s:[^\s]/im.test(text) ? "gateway" : "host";
    return found.filter((f) => f.kind === used);
}

/** The text of a file's bytes: mstsc saves UTF-16 with a byte order mark, others UTF-8. */
export function rdpFileText(base64: string): string {
    const bytes = Buffer.from(base64.slice(0, longestFile * 3), "base64");
    return bytes[0] === 0xff && bytes[1] === 0xfe ? bytes.subarray(2).toString("utf16le") : bytes.toString("utf8").replace(/^\uFEFF/, "");
}

/**
 * Gives the names to the host that they are for: the only machine there is, or the only RD Gateway. Nothing else in the
 * stack tells which of several machines a name is for.
 */
export function withRdpFiles(hosts: readonly Host[], names: readonly RdpFileName[], machines: number): Host[] {
    const isGateway = ({ carriers }: Host): boolean => carriers.some((c) => c.reading.state.actions.some((a) => a.id === "rd-gateway-installed"));
    const gateways = names.length === 0 ? [] : hosts.filter(isGateway);
    return hosts.map((host) => {
        const mine = names.filter(({ kind }) => (kind === "gateway" ? gateways.length === 1 && gateways[0] === host : machines === 1 && gateways.length === 0));
        return mine.length === 0 ? host : { ...host, rdpFiles: mine };
    });
}
