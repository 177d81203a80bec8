/** What lies under one of the policy SDK's proxies (@pulumi/policy proxy.js and secret.js); undefined for any other value. */
export function proxyTarget(value: unknown): unknown {
    if (typeof value !== "object" || value === null) {
        return undefined;
    }
    const proxy = value as Record<string, unknown>;
    return proxy["__isSpecialProxy"] === true ? proxy["__getSpecialProxyTarget"] : undefined;
}
