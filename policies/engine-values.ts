import { Secret } from "@pulumi/policy";
import { proxyTarget } from "./proxy-target";

/**
 * Properties as the engine's policy SDK hands them to a policy, without the proxy that throws when an unknown is read.
 * In a remediation, what comes back still keeps secrets secret when it is written to.
 */
export function rawProperties(props: unknown): Record<string, unknown> {
    return (proxyTarget(props) ?? props) as Record<string, unknown>;
}

/** Whether any value on a path is a secret: such a value is never repaired. */
export function hasSecret(props: unknown, path: string): boolean {
    // Two proxies lie over a remediation's properties: the one that throws on unknowns and the one that unwraps secrets.
    const outer = proxyTarget(props) ?? props;
    let value: unknown = proxyTarget(outer) ?? outer;
    for (const step of path.match(/[^.[\]]+/g) ?? []) {
        if (value instanceof Secret) {
            return true;
        }
        value = (value as Record<string, unknown> | undefined)?.[step];
    }
    return value instanceof Secret;
}
