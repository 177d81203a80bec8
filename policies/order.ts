import { Carrier } from "../core/guest/model";
import { World } from "./world";

/**
 * Carriers of a host in the order in which the deployment runs them: each behind those that it depends on, else as given. Each says
 * which others are done before it.
 */
export function inOrder(carriers: readonly Carrier[], host: string, world: World): Carrier[] {
    const urns = new Set(carriers.map((c) => c.urn));
    if (urns.size < 2) {
        return [...carriers];
    }
    const told = new Map([...urns].map((urn) => [urn, urn === host ? { urns: new Set<string>(), all: true } : earlier(urn, urns, host, world)]));
    // A document runs when its association says so, which is a resource of its own.
    const waiting = carriers.map((c): Carrier => (c.kind === "ssm-document" ? c : { ...c, after: told.get(c.urn)! }));
    const result: Carrier[] = [];
    while (waiting.length > 0) {
        const left = new Set(waiting.map((c) => c.urn));
        const next = waiting.findIndex((c) => [...(c.after?.urns ?? [])].every((u) => u === c.urn || !left.has(u)));
        result.push(...waiting.splice(Math.max(next, 0), 1));
    }
    return result;
}

/** Providers whose resources nobody puts between two scripts: what the readers do not record of them is no step of an order. */
const noSteps = /^(?:azure-native|aws|random|tls|pulumi)[:_]/;

/**
 * Those of `urns` that a resource depends on, directly or by way of others. A resource that is out of sight may stand between, such as
 * one that waits. What the host depends on cannot depend on its scripts.
 */
function earlier(urn: string, urns: ReadonlySet<string>, host: string, world: World): { urns: Set<string>; all: boolean } {
    const seen = new Set<string>([host]);
    let all = true;
    const open = [urn];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
        const resource = world.urn(at);
        const type = at.split("::")[2]?.split("$").at(-1) ?? "";
        all &&= resource?.dependencies !== undefined || resource?.external === true || (resource === undefined && noSteps.test(type));
        for (const next of resource?.dependencies ?? []) {
            if (!seen.has(next)) {
                seen.add(next);
                open.push(next);
            }
        }
    }
    return { urns: new Set([...seen].filter((u) => urns.has(u) && u !== urn)), all };
}
