import { Known, known, unknown } from "../../core/known";
import { AddressSet } from "../../core/net/address-set";
import { addressesOf, admit } from "../../core/net/admit";
import { AddressBounds, exactly, unknownAddresses } from "../../core/net/bounds";
import { Filter } from "../../core/net/filter-model";
import { Hop } from "../../core/net/path-model";
import { VnetSpace } from "../../core/net/tags";
import { azureHostAddress, privateAddresses, publicInternet } from "../../core/net/well-known";
import { Origin } from "../../core/origin";
import { Resource } from "../resource";
import { Estate } from "./estate";
import { FilterContext, inboundFilter, nsgHop, outboundFilter } from "./filters";
import { fixedHop, outsideHop, shortId } from "./hops";
import { Reference, pathIn } from "./links";
import { spaceOf, subnetNsg } from "./subnets";

/** A Bastion host, as far as the NSG on its subnet goes. */
export interface Guarded {
    readonly host: Resource;
    readonly subnet: Reference;
    readonly vnet: Reference;
    /** Of its subnet. */
    readonly prefixes: AddressBounds;
}

/** What Bastion connects to. */
export interface Destination {
    readonly name: string;
    readonly addresses: AddressSet;
    readonly port: Known<number>;
}

export interface OwnFilter {
    /** What clients, and the service that runs Bastion, meet. */
    readonly entry: readonly Hop[];
    /** What Bastion's own connection to the host meets. */
    readonly exit: readonly Hop[];
}

/** One kind of traffic that Bastion does not work without. */
interface Need {
    /** Completes "must admit …" or "must let out …". */
    readonly text: string;
    readonly filter: Filter;
    /** The other side's addresses. */
    readonly others: AddressSet;
    /** `others` holds the addresses meant, and many that are not. */
    readonly someOf?: true;
    readonly port: Known<number>;
    readonly exit?: true;
}

/**
 * The NSG on the Bastion subnet. Bastion needs tcp 443 from its clients, GatewayManager and AzureLoadBalancer, 8080 and 5701 among its own
 * instances, and out to the hosts and to AzureCloud on 443 (rdp-domain §7.1; Microsoft: bastion-nsg). Azure refuses to deploy it otherwise.
 * Port 80 to the Internet is recommended only (shareable links, certificate checks), and is not asked for here.
 */
export function ownFilter(estate: Estate, bastion: Guarded, target: Destination): OwnFilter {
    const { host, subnet, vnet, prefixes } = bastion;
    if (subnet.outside !== undefined) {
        const name = shortId(subnet.outside);
        const text = `the NSG of subnet ${name}, which belongs to another stack, lets Bastion work`;
        return { entry: [outsideHop(estate, "filter", `subnet ${name}`, { urn: host.urn, property: "ipConfigurations[0].subnet", text })], exit: [] };
    }
    const one = subnet.certain ? subnet.candidates[0] : undefined;
    if (one === undefined) {
        return { entry: [], exit: [] };
    }
    const reference = subnetNsg(estate, one);
    const context: FilterContext = {
        vnet: spaceOf(estate, vnet),
        address: unknown("Azure assigns the addresses of the Bastion host"),
        within: prefixes,
        port: known(443),
        before: [],
        joined: () => known(false),
        members: () => unknownAddresses("the members of application security groups are not Bastion's clients", privateAddresses),
    };
    // Nobody sits at a client in the networks from which Azure itself runs gateways.
    const toClients: FilterContext = { ...context, vnet: { ...context.vnet, tags: new Map([["gatewaymanager", exactly(AddressSet.none)]]) } };
    const clients = nsgHop(estate, reference, "subnet", { urn: one.resource.urn, property: pathIn(one, "networkSecurityGroup") }, toClients);
    const each = reference.candidates.map((nsg) => needs(estate, nsg.resource, context, target).map((need) => ({ need, nsg: nsg.name, ...verdictOf(need) })));
    const hops = (exit: boolean): Hop[] =>
        each.flatMap((judged) => judged.filter((j) => (j.need.exit === true) === exit && j.verdict !== "open").map((j) => {
            const name = `NSG ${j.nsg} (Bastion subnet)`;
            return fixedHop("access", name, reference.certain ? j.verdict : "unknown", { ...j.by, text: `${name} must ${j.need.text}: ${j.by.text}${j.why === undefined ? "" : `, and ${j.why}`}` });
        }));
    return { entry: [...(clients === undefined ? [] : [clients]), ...hops(false)], exit: hops(true) };
}

function needs(estate: Estate, nsg: Resource, context: FilterContext, target: Destination): Need[] {
    const { vnet, within } = context;
    // Both ends are in the network or in one that is peered with it, whatever their prefixes.
    const inside = within.most.union(target.addresses);
    const cloud = publicInternet.minus(vnet.prefixes.most).minus(privateAddresses).minus(azureHostAddress).intersect(AddressSet.allV4);
    const space: VnetSpace = { ...vnet, prefixes: { ...vnet.prefixes, least: vnet.prefixes.least.union(inside), most: vnet.prefixes.most.union(inside) } };
    const knowing = (tag: string): FilterContext => ({ ...context, vnet: { ...space, tags: new Map([[tag, exactly(cloud)]]) } });
    const entering = inboundFilter(estate, nsg, { ...context, vnet: space });
    const leaving = outboundFilter(estate, nsg, { ...context, vnet: space });
    const data = (direction: "in" | "out"): Need[] =>
        [8080, 5701].map((port) => ({
            text: direction === "in" ? `admit tcp ${port} from VirtualNetwork, by which Bastion's instances talk to one another` : `let tcp ${port} out to VirtualNetwork, by which Bastion's instances talk to one another`,
            filter: direction === "in" ? entering : leaving,
            others: within.most,
            port: known(port),
        }));
    return [
        { text: "admit tcp 443 from GatewayManager, which runs Bastion", filter: inboundFilter(estate, nsg, knowing("gatewaymanager")), others: cloud, someOf: true, port: known(443) },
        { text: "admit tcp 443 from AzureLoadBalancer, whose probes find Bastion's instances", filter: entering, others: azureHostAddress, port: known(443) },
        ...data("in"),
        ...data("out"),
        { text: "let tcp 443 out to AzureCloud, without which Bastion does not run", filter: outboundFilter(estate, nsg, knowing("azurecloud")), others: cloud, someOf: true, port: known(443) },
        { text: `let Bastion out to ${target.name}`, filter: leaving, others: target.addresses, port: target.port, exit: true },
    ];
}

/** A service tag of Azure's is hundreds of networks all over the world: these few addresses cannot be all of it. */
const fewAddresses = 65_536n;
const fewNetworks = 16;

function verdictOf({ filter, others, someOf, port }: Need): { verdict: "open" | "closed" | "unknown"; by: Origin; why?: string } {
    const { open, closed, unknown: doubtful } = admit(filter, { clients: others, protocol: "tcp", port });
    const [shut, doubt] = [closed[0], doubtful[0]];
    if (shut === undefined && doubt === undefined) {
        return { verdict: "open", by: open[0]?.decidedBy ?? filter.otherwise.origin };
    }
    const passing = addressesOf(open);
    const none = open.length === 0 || (someOf === true && passing.size <= fewAddresses && passing.toCidrs().length <= fewNetworks);
    if (shut !== undefined && doubt === undefined && none) {
        return { verdict: "closed", by: shut.decidedBy };
    }
    const by = doubt ?? shut!;
    return { verdict: "unknown", by: by.decidedBy, why: by.why ?? "whether all of them are among those that get through is not known" };
}
