import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { checkPort } from "../shared/connection";
import { settle } from "../shared/plain";
import { refuse, Subject } from "../shared/refusal";

/** The load balancer that clients come through: by default one of the host's own. */
export interface LoadBalancer {
    /** Port that clients dial at the load balancer, which no other of its rules uses: several hosts share one by ports of their own. Default: the host's port. */
    clientPort?: pulumi.Input<number>;
    /** Minutes for which an idle connection is kept, 4 to 30; longer than `keepAlive`. What comes later is answered by a reset. Default: 30. */
    idleTimeoutMinutes?: pulumi.Input<number>;
    /** Name of an existing Standard load balancer, whose stack must not list inbound NAT rules inline. Pass `frontendId` and `address` beside it. */
    existingName?: pulumi.Input<string>;
    /** Resource group of the existing load balancer. Default: that of the host. */
    existingResourceGroupName?: pulumi.Input<string>;
    /** Id of the existing load balancer's frontend IP configuration. */
    frontendId?: pulumi.Input<string>;
    /** Address of that frontend, which clients dial. */
    address?: pulumi.Input<string>;
}

/** What a way through a load balancer is made of. */
export interface LoadBalancerAccess {
    /** For the network interface's list `loadBalancerInboundNatRules`. */
    readonly natRuleId: pulumi.Output<string>;
    readonly address: pulumi.Output<string>;
    readonly clientPort: pulumi.Output<number>;
}

/** The settings with their defaults, or a refusal. */
export function checkedBalancer(subject: Subject, balancer: LoadBalancer | undefined, port: pulumi.Output<number>): BalancerSettings {
    const given = balancer ?? {};
    const existing = (["existingName", "frontendId", "address"] as const).filter((p) => given[p] !== undefined);
    if (existing.length !== 0 && existing.length !== 3) {
        refuse(subject, "loadBalancer", `has ${existing.join(" and ")} alone`, "Pass existingName, frontendId and address together for a load balancer that exists, or none of them.");
    }
    return {
        ...given,
        clientPort: given.clientPort === undefined ? port : settle(given.clientPort, (p) => checkClientPort(subject, p as number)),
        idleTimeoutMinutes: settle(given.idleTimeoutMinutes ?? 30, (minutes) => checkIdleTimeout(subject, minutes as number)),
    };
}

interface BalancerSettings extends LoadBalancer {
    readonly clientPort: pulumi.Output<number>;
    readonly idleTimeoutMinutes: pulumi.Output<number>;
}

function checkClientPort(subject: Subject, port: number): number {
    return port === 65535 ? refuse(subject, "loadBalancer.clientPort", "is 65535, which Azure keeps for itself", "Write a port from 1 to 65534.") : checkPort(subject, port);
}

function checkIdleTimeout(subject: Subject, minutes: number): number {
    return Number.isInteger(minutes) && minutes >= 4 && minutes <= 30
        ? minutes
        : refuse(subject, "loadBalancer.idleTimeoutMinutes", `is ${minutes}`, "Write whole minutes from 4 to 30, which is what Azure takes.");
}

/**
 * An inbound NAT rule to the host's port, on a Standard load balancer with a static address. A NAT rule is for one host and
 * takes no health probe. It leaves the clients' own addresses in place, so that the host's group admits the clients.
 */
export function loadBalancerAccess(
    name: string,
    at: { readonly resourceGroupName: pulumi.Input<string>; readonly location: pulumi.Input<string> | undefined },
    port: pulumi.Output<number>,
    settings: BalancerSettings,
    opts: pulumi.CustomResourceOptions,
): LoadBalancerAccess {
    const frontend = settings.existingName === undefined ? ownFrontend(name, at, opts) : existingFrontend(settings, at.resourceGroupName);
    const rule = new network.InboundNatRule(
        name,
        {
            resourceGroupName: frontend.resourceGroupName,
            loadBalancerName: frontend.balancer,
            frontendIPConfiguration: { id: frontend.id },
            protocol: "Tcp",
            frontendPort: settings.clientPort,
            backendPort: port,
            idleTimeoutInMinutes: settings.idleTimeoutMinutes,
            enableTcpReset: true,
            enableFloatingIP: false,
        },
        opts,
    );
    return { natRuleId: rule.id, address: frontend.address, clientPort: settings.clientPort };
}

interface Frontend {
    readonly resourceGroupName: pulumi.Input<string>;
    readonly balancer: pulumi.Input<string>;
    readonly id: pulumi.Input<string>;
    readonly address: pulumi.Output<string>;
}

function existingFrontend({ existingName, existingResourceGroupName, frontendId, address }: BalancerSettings, resourceGroupName: pulumi.Input<string>): Frontend {
    return { resourceGroupName: existingResourceGroupName ?? resourceGroupName, balancer: existingName!, id: frontendId!, address: pulumi.output(address!) };
}

function ownFrontend(
    name: string,
    at: { readonly resourceGroupName: pulumi.Input<string>; readonly location: pulumi.Input<string> | undefined },
    opts: pulumi.CustomResourceOptions,
): Frontend {
    const address = new network.PublicIPAddress(
        name,
        { ...at, sku: { name: "Standard" }, publicIPAllocationMethod: "Static", publicIPAddressVersion: "IPv4" },
        opts,
    );
    const balancer = new network.LoadBalancer(
        name,
        { ...at, sku: { name: "Standard" }, frontendIPConfigurations: [{ name: "public", publicIPAddress: { id: address.id } }] },
        opts,
    );
    return {
        resourceGroupName: at.resourceGroupName,
        balancer: balancer.name,
        id: balancer.frontendIPConfigurations.apply((all) => all?.[0]?.id ?? ""),
        address: address.ipAddress.apply((a) => a ?? ""),
    };
}
