import { Edition, WindowsImage, WindowsRelease, releaseOf } from "./windows";

/** An Azure `imageReference` from the marketplace. */
export interface MarketplaceImage {
    readonly publisher: string;
    readonly offer: string;
    readonly sku: string;
}

/** Publishers whose images are Windows with nobody's accounts in it. */
const microsoft = /^microsoft(?:windowsserver|windowsdesktop|sqlserver|sharepoint|visualstudio|dynamicsax|rserver)$|^microsoft-(?:dsvm|ads)$/i;
const serverPublisher = /^microsoftwindowsserver$/i;
const desktopPublisher = /^microsoftwindowsdesktop$/i;

/** Images with Docker's engine, which Microsoft had to remove (Azure SDK, KnownWindowsVirtualMachineImage). */
const withContainers = /-with-containers(?:$|-)/i;

/** A year of Windows Server, with its R2, where the text says that it is one: `WS2022`, `win-server-2019`, `windows2016`. */
const namedServer = /(?:\bws|win(?:dows)?[-_ ]?(?:server)?[-_ ]?|server[-_ ]?)(20(?:08|12|16|19|22|25)(?:[-_ ]?r2)?)(?!\d)/i;
const namedDesktop = /\bwin(?:dows)?[-_ ]?(7|10|11)(?![\d.])/i;

/**
 * What a marketplace image holds (rdp-domain §6.1): `2022-datacenter-azure-edition-core-smalldisk-g2` of WindowsServer,
 * `win11-24h2-pro` of windows-11, `SQL2019-WS2022`, …
 */
export function azureImage({ publisher, offer, sku }: MarketplaceImage): WindowsImage {
    const text = [publisher, offer, sku].filter((t) => t !== "").join(":");
    const release = azureRelease(publisher, offer, sku);
    const stock = microsoft.test(publisher);
    const edition: Edition | undefined = /(?:^|[-_])(?:core|nano)(?:$|[-_])/i.test(sku) ? "core" : stock ? "desktop" : undefined;
    const withdrawn = serverPublisher.test(publisher) && withContainers.test(sku) ? { withdrawn: "2023-05-23" } : {};
    return { ...(release === undefined ? {} : { release }), ...(edition === undefined ? {} : { edition }), ...withdrawn, stock, text };
}

function azureRelease(publisher: string, offer: string, sku: string): WindowsRelease | undefined {
    if (serverPublisher.test(publisher)) {
        const year = /^(20(?:08|12|16|19|22|25)(?:-r2)?)(?:$|-)/i.exec(sku)?.[1] ?? /(?:^|-)(1709|1803|1809|1903|1909|2004|20h2)(?:$|-)/i.exec(sku)?.[1];
        return year === undefined ? undefined : releaseOf(year);
    }
    const both = `${offer} ${sku}`;
    const desktop = namedDesktop.exec(both)?.[1];
    const server = namedServer.exec(both)?.[1];
    // Developer images name the tool's year as well, but the system by one of these words.
    return desktop !== undefined && (desktopPublisher.test(publisher) || server === undefined) ? releaseOf(desktop) : server === undefined ? undefined : releaseOf(server);
}

const withLaunchV1 = new Set(["server-2008", "server-2008-r2", "server-2012", "server-2012-r2", "server-2016", "server-2019", "server-semi-annual"]);

/** Whether Amazon's image has a launch agent from before EC2Launch v2, which comes with Windows Server 2022 and with images called after it (rdp-domain §5.2). */
export function hasOldLaunchAgent({ stock, release, text }: WindowsImage): boolean {
    return stock && release !== undefined && withLaunchV1.has(release.id) && !/EC2LaunchV2/i.test(text);
}

/** `Windows_Server-2022-English-Full-Base-2024.05.15` and its relatives, with what Amazon puts before and after (rdp-domain §6.3). */
const amazonName = /(?:^|\/)(?:[A-Z0-9]+-)*Windows_Server-(?<version>20H2|\d{4})(?<r2>-R2)?[-_](?<rest>[\w.*?-]+)$/i;

/**
 * What an AMI holds, by its name, the path of its public parameter (`/aws/service/ami-windows-latest/…`, `resolve:ssm:…`)
 * or a pattern for its name. Undefined where the text is no such name: an id tells nothing.
 */
export function amazonImage(text: string): WindowsImage | undefined {
    const found = amazonName.exec(text.trim())?.groups;
    if (found === undefined) {
        return undefined;
    }
    const rest = found["rest"]!;
    const release = releaseOf(`${found["version"]!}${found["r2"] ?? ""}`);
    const edition: Edition | undefined = /(?:^|-)(?:Core|Nano)(?:-|$)/i.test(rest) ? "core" : /(?:^|-)(?:Full|64Bit)(?:-|$)/i.test(rest) ? "desktop" : undefined;
    // A copy that somebody made is called after the original, and then something.
    const stock = text.includes("/aws/service/ami-windows-latest/") || /-(?:Base|HyperV|ContainersLatest|ECS_Optimized|EKS_Optimized-[\d.]+|SQL_20\d\d\w*)(?:-(?:\d{4}\.\d\d\.\d\d|\*))?$/i.test(rest);
    return { ...(release === undefined ? {} : { release }), ...(edition === undefined ? {} : { edition }), stock, text: text.trim() };
}
