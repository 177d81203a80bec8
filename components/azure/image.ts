import * as pulumi from "@pulumi/pulumi";

/** An image of Windows: from the marketplace, or one of your own by its id. What is left out is taken from the default image. */
export interface Image {
    /** Publisher in the marketplace. Default: `MicrosoftWindowsServer`. */
    publisher?: pulumi.Input<string>;
    /** Offer of the publisher. Default: `WindowsServer`. */
    offer?: pulumi.Input<string>;
    /** SKU of the offer. Default: `2022-datacenter-azure-edition`; Windows Server 2025 is `2025-datacenter-azure-edition`. */
    sku?: pulumi.Input<string>;
    /** Version of the SKU. Default: `latest`, as of the host's creation. */
    version?: pulumi.Input<string>;
    /** Id of an image or gallery image of your own, instead of the marketplace. */
    id?: pulumi.Input<string>;
}

const windowsServer2022 = {
    publisher: "MicrosoftWindowsServer",
    offer: "WindowsServer",
    sku: "2022-datacenter-azure-edition",
    version: "latest",
};

export function imageReference(image: pulumi.Unwrap<Image> | undefined): { id: string } | typeof windowsServer2022 {
    if (image?.id) {
        return { id: image.id };
    }
    const { publisher, offer, sku, version } = { ...windowsServer2022, ...defined(image ?? {}) };
    return { publisher, offer, sku, version };
}

/** Version of the Key Vault extension for an image: 4.0 installs on Windows Server 2022 and 2025 only, and 3.0 on all (rdp-domain §4.4). */
export function extensionVersionFor(image: pulumi.Unwrap<Image> | undefined): string {
    const reference = imageReference(image);
    const newServer = "sku" in reference && /^MicrosoftWindowsServer$/i.test(reference.publisher) && /^(2022|2025)-/.test(reference.sku);
    return newServer ? "4.0" : "3.0";
}

function defined<T extends object>(value: T): { [K in keyof T]?: NonNullable<T[K]> } {
    return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as { [K in keyof T]?: NonNullable<T[K]> };
}
