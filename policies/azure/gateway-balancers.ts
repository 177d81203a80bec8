import { isKnown } from "../../core/known";
import { Hop } from "../../core/net/path-model";
import { Resource } from "../resource";
import { at, isPresent, readString } from "../value";
import { Estate } from "./estate";
import { fixedHop, outsideHop, shortId } from "./hops";
import { Named, resolve } from "./links";

const frontendNamed: Named = { kind: "", inline: { kind: "network:LoadBalancer", list: "frontendIPConfigurations" } };

/**
 * A gateway load balancer sends whatever comes to an address or frontend through appliances first; what these let through is
 * set up inside them. One of another stack is taken to pass RDP on, as everything outside is.
 * @param property of the reference: `….gatewayLoadBalancer`
 */
export function gatewayBalancerHops(estate: Estate, from: Resource, property: string, value: unknown): Hop[] {
    if (!isPresent(value)) {
        return [];
    }
    const found = resolve(estate, from, property, value, frontendNamed).candidates[0];
    const id = readString(at(value, "id"));
    const name = `gateway load balancer ${found?.resource.name ?? (isKnown(id) ? shortId(id.value.replace(/\/frontendIPConfigurations\/.*$/i, "")) : "(not known)")}`;
    const origin = { urn: from.urn, property, text: `the appliances behind ${name} let Remote Desktop through` };
    return [found === undefined ? outsideHop(estate, "forwarder", name, origin) : fixedHop("forwarder", name, "unknown", { ...origin, text: `whether ${origin.text} is set up inside them` })];
}
