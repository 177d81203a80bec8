import { Known, isKnown, known, knownOr } from "../../core/known";
import { unionBounds, unknownAddresses } from "../../core/net/bounds";
import { FilterRule } from "../../core/net/filter-model";
import { Hop } from "../../core/net/path-model";
import { PortSet } from "../../core/net/port-set";
import { VnetSpace } from "../../core/net/tags";
import { Origin } from "../../core/origin";
import { Resource } from "../resource";
import { at, elementsOf, isPresent, readInteger, readString } from "../value";
import { Estate, propsOf } from "./estate";
import { fixedHop } from "./hops";
import { resolve } from "./links";
import { prefixBounds } from "./security-rules";

/** Just-in-time access to a host's RDP port: closed by intention until a request is granted (rdp-domain §7.1). */
export interface JustInTime {
    /** The rule that a granted request puts before all others of the NSG. */
    rule(space: VnetSpace): FilterRule;
    readonly hop: Hop;
}

export function justInTime(estate: Estate, host: Resource, port: Known<number>): JustInTime | undefined {
    for (const policy of estate.of("security:JitNetworkAccessPolicy")) {
        const machines = elementsOf(propsOf(policy)["virtualMachines"]);
        for (const [i, machine] of (isKnown(machines) ? machines.value : []).entries()) {
            const reference = resolve(estate, policy, `virtualMachines[${i}].id`, at(machine, "id"), { kind: "compute:VirtualMachine" });
            const ports = knownOr(elementsOf(at(machine, "ports")), []);
            const j = ports.findIndex((p) => knownOr(readInteger(at(p, "number")), knownOr(port, 3389)) === knownOr(port, 3389));
            if (j >= 0 && reference.candidates.some((t) => t.resource.urn === host.urn)) {
                return granted(policy, `virtualMachines[${i}].ports[${j}]`, ports[j], port);
            }
        }
    }
    return undefined;
}

function granted(policy: Resource, property: string, value: unknown, port: Known<number>): JustInTime {
    const texts = [at(value, "allowedSourceAddressPrefix"), ...knownOr(elementsOf(at(value, "allowedSourceAddressPrefixes")), [])].filter(isPresent).map(readString);
    const shown = texts.length === 0 ? "the address of whoever asks" : texts.map((t) => knownOr(t, "(not known)")).join(", ");
    const origin: Origin = { urn: policy.urn, property, text: `just-in-time access ${policy.name}: a request opens the port to ${shown}` };
    return {
        hop: fixedHop("access", `just-in-time access ${policy.name}`, "assumed", { ...origin, text: `the client has asked for just-in-time access (${policy.name}) and got it` }),
        rule: (space) => ({
            allow: known(true),
            protocol: known("tcp"),
            sources:
                texts.length === 0
                    ? prefixBounds("*", space)
                    : unionBounds(texts.map((t) => (isKnown(t) ? prefixBounds(t.value, space) : unknownAddresses(`a source of the just-in-time policy is not known: ${t.reason}`)))),
            sourcePorts: known(PortSet.all),
            ports: isKnown(port) ? known(PortSet.of(port.value)) : port,
            coversHost: known(true),
            origin,
        }),
    };
}
