import { Secret } from "@pulumi/policy";
import { secretMarker } from "./value";

/**
 * Properties as the policy SDK hands them to a policy, without its proxies: one throws when an unknown is read, another
 * lies over a remediation's secrets, and neither lets `Array.prototype.map` through.
 */
export function rawProperties(props: unknown): Record<string, unknown> {
    const outer = proxyTarget(props) ?? props;
    return (proxyTarget(outer) ?? outer) as Record<string, unknown>;
}

/** Properties that hold nothing but a password. */
const passwordPaths = [["osProfile", "adminPassword"], ["virtualMachineProfile", "osProfile", "adminPassword"], ["runAsPassword"]] as const;

/**
 * The SDK unpacks secrets before a policy sees them, so that a password from `requireSecret` looks like one that stands in
 * the program: in an engine neither is read.
 */
export function withoutPasswords(props: Record<string, unknown>): Record<string, unknown> {
    return passwordPaths.reduce((all, path) => hidden(all, path), props);
}

function hidden(props: Record<string, unknown>, [first, ...rest]: readonly string[]): Record<string, unknown> {
    const value = first === undefined ? undefined : props[first];
    if (first === undefined || value === undefined || value === null) {
        return props;
    }
    if (rest.length === 0) {
        return { ...props, [first]: secretMarker };
    }
    const isPlain = typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype;
    return isPlain ? { ...props, [first]: hidden(value as Record<string, unknown>, rest) } : props;
}

/** A copy in which every secret of a remediation's properties is a marker: it is neither read nor repaired. */
export function withoutSecrets(value: unknown): unknown {
    if (value instanceof Secret) {
        return secretMarker;
    }
    if (Array.isArray(value)) {
        return value.map(withoutSecrets);
    }
    const isPlain = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
    return isPlain ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, withoutSecrets(v)])) : value;
}

/** What lies under one of the SDK's proxies (@pulumi/policy proxy.js and secret.js); undefined for any other value. */
function proxyTarget(value: unknown): unknown {
    if (typeof value !== "object" || value === null) {
        return undefined;
    }
    const proxy = value as Record<string, unknown>;
    return proxy["__isSpecialProxy"] === true ? proxy["__getSpecialProxyTarget"] : undefined;
}
