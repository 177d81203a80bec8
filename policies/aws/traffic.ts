import { Known, isKnown, known, unknown, unsupported } from "../../core/known";
import { AddressSet } from "../../core/net/address-set";
import { AddressBounds, exactly, unionBounds, unknownAddresses } from "../../core/net/bounds";
import { Protocol } from "../../core/net/filter-model";
import { PortSet } from "../../core/net/port-set";
import { elementsOf, isPresent, readInteger, readString } from "../value";

/** Reads protocols, port ranges and CIDRs in every form in which rules of AWS hold them. */

/** `tcp`, `6`, `udp`, `17`, `-1`, `all`, in any case; anything else carries no RDP. */
export function readProtocol(value: unknown): Known<Protocol> {
    const k = readString(value);
    if (!isKnown(k)) {
        return k;
    }
    const names: Readonly<Record<string, Protocol>> = { tcp: "tcp", "6": "tcp", udp: "udp", "17": "udp", "-1": "any", all: "any" };
    return known(names[k.value.trim().toLowerCase()] ?? "other");
}

/** With the protocol `-1` the ports do not count (rdp-domain §7.2). */
export function readPorts(protocol: Known<Protocol>, from: unknown, to: unknown): Known<PortSet> {
    if (isKnown(protocol) && protocol.value === "any") {
        return known(PortSet.all);
    }
    if (isKnown(protocol) && protocol.value === "other") {
        return known(PortSet.none);
    }
    if (!isPresent(from) && !isPresent(to)) {
        return known(PortSet.all);
    }
    const [first, last] = [readInteger(from ?? to), readInteger(to ?? from)];
    if (!isKnown(first)) {
        return first;
    }
    if (!isKnown(last)) {
        return last;
    }
    if (first.value === -1) {
        return known(PortSet.all);
    }
    try {
        return known(PortSet.range(first.value, last.value));
    } catch (error) {
        return unsupported(error instanceof Error ? error.message : String(error));
    }
}

/** CIDRs of a list, or of a single value. */
export function readCidrs(...values: readonly unknown[]): AddressBounds {
    return unionBounds(
        values.flatMap((value) => {
            if (!isPresent(value) || value === "") {
                return [];
            }
            const elements = elementsOf(value);
            if (isKnown(elements)) {
                return elements.value.map(readCidr);
            }
            return [readCidr(value)];
        }),
    );
}

function readCidr(value: unknown): AddressBounds {
    const k = readString(value);
    const set = isKnown(k) ? parseCidr(k.value) : unknown(`a CIDR is not known: ${k.reason}`);
    return isKnown(set) ? exactly(set.value) : unknownAddresses(set.reason);
}

export function parseCidr(text: string): Known<AddressSet> {
    try {
        return known(AddressSet.parse(text));
    } catch (error) {
        return unsupported(error instanceof Error ? error.message : String(error));
    }
}

/** `tcp 3389`, `all traffic`. */
export function describeTraffic(protocol: Known<Protocol>, ports: Known<PortSet>): string {
    if (isKnown(protocol) && protocol.value === "any") {
        return "all traffic";
    }
    const name = isKnown(protocol) ? (protocol.value === "other" ? "another protocol" : protocol.value) : "a protocol that is not known";
    if (name === "another protocol") {
        return name;
    }
    return isKnown(ports) ? `${name} ${ports.value.isAll ? "on every port" : ports.value.toString()}` : `${name} on ports that are not known`;
}

export function describeAddresses(bounds: AddressBounds): string {
    if (bounds.most.isEmpty) {
        return "nobody";
    }
    if (bounds.least.equals(bounds.most)) {
        return bounds.most.equals(AddressSet.all) ? "anywhere" : bounds.most.describe(3);
    }
    return bounds.least.isEmpty ? "addresses that are not known" : `${bounds.least.describe(3)} and addresses that are not known`;
}
