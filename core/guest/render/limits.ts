/** What carries a script into a guest, and how much of it fits (rdp-domain §5). */
export type SizeLimitedCarrier = "user-data" | "ssm-document" | "run-command" | "command-line" | "custom-data";

export interface CarrierLimit {
    readonly most: number;
    readonly unit: "bytes" | "characters";
    readonly name: string;
    readonly advice: string;
    readonly source: string;
}

export const carrierLimits: Readonly<Record<SizeLimitedCarrier, CarrierLimit>> = {
    "user-data": {
        most: 16 * 1024,
        unit: "bytes",
        name: "EC2 user data",
        advice: "deliver it with an SSM association instead",
        source: "§5.2 AWS, Run commands on your Windows instance at launch: 16 KB before base64",
    },
    "ssm-document": {
        most: 64 * 1024,
        unit: "bytes",
        name: "an SSM document",
        advice: "shorten the list of client addresses",
        source: "§5.2 AWS, Systems Manager documents: 64 KB",
    },
    "run-command": {
        most: 64 * 1024,
        unit: "bytes",
        name: "the script of an Azure run command",
        advice: "shorten the list of client addresses, or put the script in a blob and pass its scriptUri",
        source: "rdp-ready's own bound: Azure documents none for source.script, and 64 KB is what its neighbours (custom data, user data) take",
    },
    "command-line": {
        most: 8191,
        unit: "characters",
        name: "a command line of cmd.exe",
        advice: "use a run command, or fileUris with a script",
        source: "§5.1 Microsoft, Command prompt line string limitation (KB830473)",
    },
    "custom-data": {
        most: 65535,
        unit: "bytes",
        name: "Azure custom data",
        advice: "use a run command: Windows never executes custom data in any case",
        source: "§5.1 Microsoft, Custom data on Azure virtual machines: 65535 bytes before base64",
    },
};

/** Something that does not fit into its carrier. */
export class TooLargeError extends Error {
    override readonly name = "TooLargeError";
    constructor(
        readonly carrier: SizeLimitedCarrier,
        readonly size: number,
    ) {
        const limit = carrierLimits[carrier];
        super(
            `${limit.name} holds at most ${limit.most} ${limit.unit}: this is ${size}, ${size - limit.most} too many; ${limit.advice}`,
        );
    }
}

/** Returns the text. @throws TooLargeError when the carrier does not hold it. */
export function fitting(carrier: SizeLimitedCarrier, text: string): string {
    const size = carrierLimits[carrier].unit === "bytes" ? new TextEncoder().encode(text).length : text.length;
    if (size > carrierLimits[carrier].most) {
        throw new TooLargeError(carrier, size);
    }
    return text;
}
