import { JudgedFinding, JudgedHost, judge } from "../policies/judge";
import { PolicyConfig, PolicyConfigError, checkPolicyConfig } from "../policies/config";
import { Resource } from "../policies/resource";
import { readText, shown } from "./files";
import { Packs } from "./packs";
import { Problem } from "./problem";
import { parseJson } from "./sources/json";
import { loadSources, targetOf } from "./sources/load";
import type { ProgramOptions } from "./sources/program";
import type { JudgedScript } from "./sources/script";
import { Source } from "./sources/source";

export interface CheckOptions extends ProgramOptions {
    /** File with a policy configuration, as `pulumi preview --policy-pack-config` takes it. */
    readonly policyConfig?: string;
    /** The same, read already. */
    readonly policies?: PolicyConfig;
}

/** Sources that were judged as one world, and what came of it. */
export interface Judged {
    /** A program; or all exports and previews, which are linked with one another by id. */
    readonly sources: readonly Source[];
    readonly hosts: readonly JudgedHost[];
    readonly findings: readonly JudgedFinding[];
    readonly assumptions: readonly string[];
    readonly secrets: readonly string[];
    /** Set for a script file, which has no hosts. */
    readonly script?: JudgedScript;
}

export interface CheckResult {
    readonly judged: readonly Judged[];
    /** Targets that could not be checked. */
    readonly problems: readonly Problem[];
}

/** Checks programs, stack exports, previews and script files. @throws Problem for a policy configuration that cannot be used */
export async function check(names: readonly string[], options: CheckOptions, packs: Packs): Promise<CheckResult> {
    const config = options.policyConfig === undefined ? (options.policies ?? {}) : await readPolicyConfig(options.policyConfig, packs);
    const targets = [...new Set(names.length === 0 ? ["."] : names)].map(targetOf);
    const matters = cached((type) => packs.readers.some((r) => r.matters(type)));
    const early = new Map<Source, Judged>();
    const loaded = await loadSources(targets, options, { matters }, (program) => early.set(program, judgeWorld([program], packs, config)));
    const sources = loaded.filter((s): s is Source => !(s instanceof Problem));
    const problems = loaded.filter((s): s is Problem => s instanceof Problem);
    const judged = worlds(sources).map((world) => early.get(world[0]!) ?? judgeWorld(world, packs, config));
    const scripts = targets.filter((t) => t.kind === "script");
    if (scripts.length > 0) {
        const { judgeScript } = await import("./sources/script.js");
        for (const { path, name } of scripts) {
            try {
                const script = judgeScript(path, name, packs.rules, config);
                judged.push({ sources: [], hosts: [], findings: script.findings, assumptions: [], secrets: [], script });
            } catch (e) {
                if (!(e instanceof Problem)) {
                    throw e;
                }
                problems.push(e);
            }
        }
    }
    return { judged, problems };
}

/** Each program is a world of its own; state of several stacks is one. */
function worlds(sources: readonly Source[]): Source[][] {
    const state = sources.filter((s) => s.kind !== "program");
    const result: Source[][] = [];
    for (const source of sources) {
        if (source.kind === "program") {
            result.push([source]);
        } else if (source === state[0]) {
            result.push(state);
        }
    }
    return result;
}

function judgeWorld(sources: readonly Source[], packs: Packs, config: PolicyConfig): Judged {
    // Where a stack is given as export and as preview, what it is going to be counts.
    const byUrn = new Map<string, Resource>();
    for (const source of [...sources].sort((a, b) => Number(a.kind === "preview") - Number(b.kind === "preview"))) {
        source.resources.forEach((r) => byUrn.set(r.urn, r));
    }
    const { hosts, findings } = judge([...byUrn.values()], packs.readers, packs.rules, config);
    return {
        sources,
        hosts,
        findings,
        assumptions: sources.flatMap((s) => s.assumptions),
        secrets: sources.flatMap((s) => s.secrets),
    };
}

export { blocks } from "../policies/judge";

async function readPolicyConfig(path: string, { rules }: Packs): Promise<PolicyConfig> {
    const text = readText(path);
    const isYaml = /\.ya?ml$/i.test(path) || !/^\s*[{[]/.test(text);
    const content: unknown = isYaml ? await (await import("./sources/project.js")).readYaml(path) : parseJson(text, path);
    try {
        return checkPolicyConfig(content ?? {}, rules);
    } catch (e) {
        throw e instanceof PolicyConfigError ? new Problem(`${shown(path)}: ${e.message}`) : e;
    }
}

function cached(f: (type: string) => boolean): (type: string) => boolean {
    const seen = new Map<string, boolean>();
    return (type) => {
        let answer = seen.get(type);
        if (answer === undefined) {
            answer = f(type);
            seen.set(type, answer);
        }
        return answer;
    };
}
