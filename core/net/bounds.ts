import { AddressSet } from "./address-set";

/**
 * An address set whose membership is partly uncertain: `least` ⊆ the real set ⊆ `most`.
 * A service tag, a prefix list of another stack or a value that is unknown at preview gives such a set.
 */
export interface AddressBounds {
    readonly least: AddressSet;
    readonly most: AddressSet;
    /** Why `least` and `most` differ; completes "it is not known whether …, because <why>". */
    readonly why?: string;
}

export function exactly(set: AddressSet): AddressBounds {
    return { least: set, most: set };
}

export function unknownAddresses(why: string, most: AddressSet = AddressSet.all): AddressBounds {
    return { least: AddressSet.none, most, why };
}

export function unionBounds(all: readonly AddressBounds[]): AddressBounds {
    const why = [...new Set(all.map((b) => b.why).filter((w) => w !== undefined))].join("; ");
    return {
        least: all.reduce((acc, b) => acc.union(b.least), AddressSet.none),
        most: all.reduce((acc, b) => acc.union(b.most), AddressSet.none),
        ...(why === "" ? {} : { why }),
    };
}
