/** Releases of Windows that clouds run, and what each means for Remote Desktop (rdp-domain §2.9, §6.2, §6.4). */
export interface WindowsRelease {
    readonly id: string;
    readonly title: string;
    /** Last day of the (extended) support that comes with the product, as `YYYY-MM-DD`; absent where it depends on the version within the release. */
    readonly supportEnds?: string;
    /** Last day of the extended security updates that are bought beyond that, and free on Azure. */
    readonly extendedUpdatesEnd?: string;
    /** Whether the listener offers TLS 1.2 without anybody's doing. */
    readonly tls12: boolean;
    /** Least memory with the desktop, in GiB; Server Core does with a quarter of it. */
    readonly desktopMemory: number;
}

/** When somebody last compared the dates below with Microsoft's lifecycle pages. */
export const reviewed = "2026-11-21";

const old = { tls12: false, desktopMemory: 1 };
const current = { tls12: true, desktopMemory: 2 };

/** By the words that `releaseIn` finds. TLS: "TLS protocol version support" (Schannel); memory: "Hardware requirements for Windows Server", "Windows 11 requirements". */
export const releases: Readonly<Record<string, WindowsRelease>> = {
    "2008": { id: "server-2008", title: "Windows Server 2008", supportEnds: "2020-01-14", ...old },
    "2008r2": { id: "server-2008-r2", title: "Windows Server 2008 R2", supportEnds: "2020-01-14", ...old },
    "2012": { id: "server-2012", title: "Windows Server 2012", supportEnds: "2023-10-10", extendedUpdatesEnd: "2026-10-13", ...current },
    "2012r2": { id: "server-2012-r2", title: "Windows Server 2012 R2", supportEnds: "2023-10-10", extendedUpdatesEnd: "2026-10-13", ...current },
    "2016": { id: "server-2016", title: "Windows Server 2016", supportEnds: "2027-01-12", ...current },
    "2019": { id: "server-2019", title: "Windows Server 2019", supportEnds: "2029-01-09", ...current },
    "2022": { id: "server-2022", title: "Windows Server 2022", supportEnds: "2031-10-14", ...current },
    // §6.2 names the month only; Microsoft's patch day of it is the 14th.
    "2025": { id: "server-2025", title: "Windows Server 2025", supportEnds: "2034-11-14", ...current },
    "semi-annual": { id: "server-semi-annual", title: "Windows Server of the semi-annual channel", supportEnds: "2022-08-09", ...current },
    "7": { id: "windows-7", title: "Windows 7", supportEnds: "2020-01-14", ...old },
    "10": { id: "windows-10", title: "Windows 10", supportEnds: "2025-10-14", extendedUpdatesEnd: "2028-10-10", ...current },
    "11": { id: "windows-11", title: "Windows 11", tls12: true, desktopMemory: 4 },
};

export type Edition = "desktop" | "core";

/** What an image holds, as far as its name tells. */
export interface WindowsImage {
    readonly release?: WindowsRelease;
    readonly edition?: Edition;
    /** The cloud's or Microsoft's own, with no account but the first administrator; false for an image that somebody made. */
    readonly stock: boolean;
    /** The day on which the cloud removed it, as `YYYY-MM-DD`: nothing is made of it since. */
    readonly withdrawn?: string;
    /** Its name, for messages. */
    readonly text: string;
}

/** Least memory in GiB that an edition of a release needs (rdp-domain §6.4). */
export function memoryFloor({ desktopMemory }: WindowsRelease, edition: Edition): number {
    return edition === "core" ? 0.5 : desktopMemory;
}

/**
 * The release that a year or number names: `2012`, `2012-R2`, `2012r2`, `20H2`, `1903`. Undefined for anything else,
 * a version that will be published later among it.
 */
export function releaseOf(version: string): WindowsRelease | undefined {
    const plain = version.toLowerCase().replace(/[-_. ]/g, "");
    return /^(?:1709|1803|1809|1903|1909|2004|20h2)$/.test(plain) ? releases["semi-annual"] : Object.hasOwn(releases, plain) ? releases[plain] : undefined;
}
