import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { nearest } from "../../policies/config";
import { secretMarker } from "../../policies/value";
import { shown } from "../files";
import { Problem } from "../problem";
import { isObject } from "./json";
import { Project, readYaml } from "./project";

/** Configuration that a program runs with. */
export interface StackConfig {
    readonly stack: string;
    /** By full key (`project:key`), as the SDK wants it: texts, and JSON for objects. */
    readonly values: Readonly<Record<string, string>>;
    readonly secretKeys: readonly string[];
    /** Keys whose value is encrypted, so that we have only a marker for it. */
    readonly masked: readonly string[];
    /** Stacks that have settings, for messages. */
    readonly stacks: readonly string[];
}

export interface ConfigChoice {
    /** Name of the stack whose settings count. Default: the only one there is, or `dev`. */
    readonly stack?: string;
    /** `key=value`, which beat the settings. */
    readonly config: readonly string[];
}

const defaultStack = "dev";

/** @throws Problem if the stack has no settings, or an entry cannot be read */
export async function readConfig(project: Project, choice: ConfigChoice): Promise<StackConfig> {
    const stacks = stacksOf(project);
    const stack = choice.stack ?? (stacks.length === 1 ? stacks[0]! : defaultStack);
    // The backend's full name is organization/project/stack; the file has the last part only.
    const plain = stack.split("/").at(-1) ?? stack;
    if (choice.stack !== undefined && !stacks.includes(plain)) {
        throw new Problem(`there is no ${shown(join(project.settings, `Pulumi.${plain}.yaml`))}. ${suggestion(plain, stacks)}`);
    }
    const values: Record<string, string> = {};
    const secretKeys = new Set<string>();
    const masked = new Set<string>();
    const put = (key: string, value: unknown): void => {
        const full = key.includes(":") ? key : `${project.name}:${key}`;
        let hidden = false;
        const shownValue = withoutSecure(value, () => (hidden = true));
        secretKeys.delete(full);
        masked.delete(full);
        if (hidden) {
            secretKeys.add(full);
            masked.add(full);
        }
        values[full] = typeof shownValue === "string" ? shownValue : typeof shownValue === "object" ? JSON.stringify(shownValue) : String(shownValue);
    };
    for (const [key, entry] of Object.entries(project.config)) {
        const given = isObject(entry) ? (entry["value"] ?? entry["default"]) : entry;
        if (given !== undefined && given !== null) {
            put(key, given);
        }
    }
    if (stacks.includes(plain)) {
        const file = fileOf(project, plain);
        const settings = (await readYaml(file)) ?? {};
        const section = isObject(settings) ? (settings["config"] ?? {}) : settings;
        if (!isObject(section)) {
            throw new Problem(`${shown(file)} cannot be used: its "config" must be a map of keys to values.`);
        }
        Object.entries(section).forEach(([key, value]) => put(key, value));
    }
    for (const given of choice.config) {
        const equals = given.indexOf("=");
        if (equals < 1) {
            throw new Problem(`--config takes key=value, not "${given}".`);
        }
        put(given.slice(0, equals), given.slice(equals + 1));
    }
    return { stack: plain, values, secretKeys: [...secretKeys], masked: [...masked], stacks };
}

function stacksOf(project: Project): string[] {
    return existsSync(project.settings)
        ? readdirSync(project.settings).flatMap((f) => /^Pulumi\.(.+)\.ya?ml$/.exec(f)?.[1] ?? []).sort()
        : [];
}

function fileOf(project: Project, stack: string): string {
    const yaml = join(project.settings, `Pulumi.${stack}.yaml`);
    return existsSync(yaml) ? yaml : join(project.settings, `Pulumi.${stack}.yml`);
}

function suggestion(stack: string, stacks: readonly string[]): string {
    const near = nearest(stack, stacks);
    return near !== undefined
        ? `Did you mean --stack ${near}?`
        : stacks.length > 0
          ? `Stacks with settings there: ${stacks.join(", ")}.`
          : "No stack has settings there: leave --stack out, and give what the program needs with --config key=value.";
}

/** Encrypted values (`secure: …`) give way to the marker of a secret. */
function withoutSecure(value: unknown, onSecret: () => void): unknown {
    if (Array.isArray(value)) {
        return value.map((v) => withoutSecure(v, onSecret));
    }
    if (!isObject(value)) {
        return value;
    }
    if (typeof value["secure"] === "string" && Object.keys(value).length === 1) {
        onSecret();
        return secretMarker;
    }
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, withoutSecure(v, onSecret)]));
}
