import type { Policies, PolicyResource, ReportViolation, ResourceValidationArgs, StackValidationArgs, StackValidationPolicy, ResourceValidationPolicy } from "@pulumi/policy";
import { Host } from "../core/host";
import { CloudReader, readCarrier } from "./cloud";
import { PolicyConfigError, checkOptions, packOptionSchemas, packOptions, packPolicyName, withDefaults } from "./config";
import { carrierFix, setAt } from "./fixes";
import { rawProperties, withoutPasswords, withoutSecrets } from "./engine-values";
import { JudgedFinding, findingLevel, placeByIntent } from "./judge";
import { findingText, ruleUrl } from "./message";
import { Resource } from "./resource";
import { CarrierRule, FilterRuleRule, Finding, OptionSchema, Options, PackOptions, PropertyEdit, Rule } from "./rule";
import { declaresClients } from "./intent";
import { isUnknownMarker } from "./value";
import { World } from "./world";

type Policy = ResourceValidationPolicy & Partial<Pick<StackValidationPolicy, "validateStack">>;

const rootType = "pulumi:pulumi:Stack";
/** A type that no resource has: a stack policy that names it is skipped before the SDK deserialises every resource for it. */
const absentType = "rdp-ready:no:Candidate";

/**
 * The policies of a pack. The first one, `rdp-ready`, records what the author wrote as each resource is analysed, and
 * builds the model once for each stack analysis; the others, one for each rule, judge it.
 */
export function packPolicies(reader: CloudReader, rules: readonly Rule[]): Policies {
    const analysis = new Analysis(reader, rules);
    return [analysis.policy(), ...rules.map((rule) => rulePolicy(rule, analysis))] as Policies;
}

class Analysis {
    private readonly authored = new Map<string, Record<string, unknown>>();
    private readonly optionsByRule = new Map<string, Options>();
    private options: PackOptions = packOptions({});
    /** Hosts seen so far, by whether they declare who should reach them. */
    private readonly declared = { yes: 0, no: 0 };
    /** Findings of carrier rules that were reported at the resource, before the stack was known. */
    private readonly said = new Set<string>();
    /** Findings of host rules, and of carrier rules that had to wait for the intent of the host. */
    private findings = new Map<string, readonly Finding[]>();

    constructor(
        readonly reader: CloudReader,
        private readonly rules: readonly Rule[],
    ) {}

    policy(): Policy {
        const validateStack = (args: StackValidationArgs): void => this.build(args);
        skipWhen(validateStack, () => this.authored.size === 0);
        return {
            name: packPolicyName,
            description: "Records the stack and holds the options of the whole pack: who is meant to reach the hosts, and what becomes of values that are not known yet.",
            enforcementLevel: "mandatory",
            configSchema: configSchema(packOptionSchemas),
            url: ruleUrl({ name: packPolicyName }),
            validateResource: (args) => this.record(args),
            validateStack,
        };
    }

    private record(args: ResourceValidationArgs): void {
        if (args.type === rootType) {
            this.options = refuseClearly(() => packOptions({ [packPolicyName]: args.getConfig<Options>() }));
        } else if (this.reader.matters(args.type)) {
            const inputs = withoutPasswords(rawProperties(args.props));
            const known = this.authored.has(args.urn);
            this.authored.set(args.urn, inputs);
            if (!known && this.reader.isHost(args.type)) {
                this.declared[declaresClients(inputs["tags"]) ? "yes" : "no"]++;
            }
        }
    }

    get pack(): PackOptions {
        return this.options;
    }

    /**
     * What of a resource's findings can be reported before the stack is known. A script that breaks Remote Desktop is a
     * fault only on a host that somebody should reach: certain where every host so far declares that (a script's host is
     * analysed before the script). What another script of the host may repair waits for the stack analysis in any case.
     */
    sayNow(rule: Rule, findings: readonly Finding[]): Finding[] {
        const certain = (this.options.clients?.length ?? 0) > 0 || (this.declared.yes > 0 && this.declared.no === 0);
        const may = rule.scope !== "carrier" || (certain && rule.hop === undefined);
        const now = findings.filter((f) => may || (rule.scope === "carrier" && (f.effect ?? rule.effect) !== "breaks" && rule.hop === undefined));
        now.forEach((f) => this.said.add(sayKey(rule, f)));
        return now;
    }

    setOptions(rule: Rule, options: Options): void {
        this.optionsByRule.set(rule.name, options);
    }

    hasFindings(rule: Rule): boolean {
        return (this.findings.get(rule.name)?.length ?? 0) > 0;
    }

    findingsOf(rule: Rule): readonly Finding[] {
        return this.findings.get(rule.name) ?? [];
    }

    private build(args: StackValidationArgs): void {
        this.findings = new Map();
        const parents = new Set(args.resources.map((r) => r.parent?.urn));
        const isComponent = (r: PolicyResource): boolean => parents.has(r.urn) && r.type !== rootType && !this.reader.matters(r.type);
        const resources = args.resources
            .filter((r) => this.reader.matters(r.type) || isComponent(r))
            .map((r): Resource => {
                if (isComponent(r)) {
                    return { urn: r.urn, type: r.type, name: r.name, inputs: {}, outputs: {}, propertyDependencies: {}, component: true, ...(r.parent === undefined ? {} : { parent: r.parent.urn }) };
                }
                const outputs = withoutPasswords(rawProperties(r.props));
                const inputs = this.authored.get(r.urn);
                const id = outputs["id"];
                return {
                    urn: r.urn,
                    type: r.type,
                    name: r.name,
                    inputs: inputs ?? outputs,
                    outputs,
                    propertyDependencies: Object.fromEntries(Object.entries(r.propertyDependencies).map(([k, v]) => [k, v.map((d) => d.urn)])),
                    dependencies: r.dependencies.map((d) => d.urn),
                    ...(typeof id === "string" && !isUnknownMarker(id) ? { id } : {}),
                    ...(r.parent === undefined ? {} : { parent: r.parent.urn }),
                    ...(inputs === undefined ? { external: true } : {}),
                };
            });
        const world = new World(resources);
        const hosts = this.reader.hosts(world, this.options);
        for (const rule of this.rules) {
            const options = this.optionsByRule.get(rule.name);
            if (options !== undefined) {
                this.findings.set(rule.name, this.judge(rule, hosts, options));
            }
        }
    }

    private judge(rule: Rule, hosts: readonly Host[], options: Options): readonly Finding[] {
        switch (rule.scope) {
            case "host":
                return hosts.flatMap((h) => rule.check(h, options));
            case "carrier": {
                const carriers = [...new Map(hosts.flatMap((h) => h.carriers).map((c) => [`${c.urn} ${c.property}`, c])).values()];
                const found = carriers
                    .flatMap((c) => rule.check(c, options))
                    .filter((f) => !this.said.has(sayKey(rule, f)))
                    .map((f): JudgedFinding => ({ ...f, rule, level: "mandatory", effect: f.effect ?? rule.effect, symptom: f.symptom ?? rule.symptom }));
                return placeByIntent(found, hosts).map((f) => (f.level === "advisory" ? { ...f, atMost: "advisory" as const } : f));
            }
            case "filter":
                return [];
        }
    }
}

function sayKey(rule: Rule, f: Finding): string {
    return [rule.name, f.urn, f.property, f.line].join(" ");
}

function rulePolicy(rule: Rule, analysis: Analysis): Policy {
    const base = {
        name: rule.name,
        description: `${rule.id}: ${rule.title}`,
        enforcementLevel: rule.defaultLevel,
        severity: rule.severity,
        remediationSteps: rule.remedy,
        url: ruleUrl(rule),
        configSchema: configSchema(rule.options ?? {}),
    };
    const validateStack = (_args: StackValidationArgs, report: ReportViolation): void => {
        analysis.findingsOf(rule).forEach((f) => reportFinding(f, rule, analysis.pack, report));
    };
    skipWhen(validateStack, () => !analysis.hasFindings(rule));
    if (rule.scope === "host") {
        const validateResource = (args: ResourceValidationArgs): void => configure(rule, args, analysis);
        Object.defineProperty(validateResource, "__pulumiType", { value: rootType });
        return { ...base, validateResource, validateStack };
    }
    return {
        ...base,
        validateResource: (args, report) => {
            if (args.type === rootType) {
                configure(rule, args, analysis);
            } else if (analysis.reader.matters(args.type)) {
                const findings = partFindings(rule, resourceOf(args, rawProperties(args.props)), args.getConfig<Options>(), analysis);
                analysis.sayNow(rule, findings).forEach((f) => reportFinding(f, rule, analysis.pack, report));
            }
        },
        validateStack,
        ...(rule.fix === undefined
            ? {}
            : {
                  remediateResource: (args: ResourceValidationArgs) => {
                      const target = rawProperties(args.props);
                      const inputs = withoutSecrets(target) as Record<string, unknown>;
                      const edits = analysis.reader.matters(args.type) ? partFixes(rule, resourceOf(args, inputs), analysis) : [];
                      // In place, so that what is secret or not known in the neighbourhood stays so.
                      edits.forEach((e) => setAt(target, e.property, e.after));
                      return edits.length > 0 ? args.props : undefined;
                  },
              }),
    };
}

function configure(rule: Rule, args: ResourceValidationArgs, analysis: Analysis): void {
    analysis.setOptions(
        rule,
        refuseClearly(() => {
            const given = args.getConfig<Options>();
            checkOptions(rule.name, given, rule.options ?? {});
            return withDefaults(rule.name, given, rule.options ?? {});
        }),
    );
}

function resourceOf(args: ResourceValidationArgs, inputs: Record<string, unknown>): Resource {
    return { urn: args.urn, type: args.type, name: args.name, inputs, outputs: {}, propertyDependencies: {} };
}

function partFindings(rule: CarrierRule | FilterRuleRule, resource: Resource, given: Options, analysis: Analysis): Finding[] {
    const options = withDefaults(rule.name, given, rule.options ?? {});
    if (rule.scope === "filter") {
        return analysis.reader.filters(resource).flatMap((f) => rule.check(f, options));
    }
    const sources = analysis.reader.carriers(resource);
    return sources.map(readCarrier).flatMap((c) => rule.check(c, options));
}

function partFixes(rule: CarrierRule | FilterRuleRule, resource: Resource, analysis: Analysis): PropertyEdit[] {
    if (rule.scope === "filter") {
        return analysis.reader.filters(resource).flatMap((f) => rule.fix?.(f) ?? []);
    }
    const sources = analysis.reader.carriers(resource);
    return sources.flatMap((s) => carrierFix(rule, s, resource.inputs, analysis.pack.assumeNew) ?? []);
}

function reportFinding(finding: Finding, rule: Rule, options: PackOptions, report: ReportViolation): void {
    const level = findingLevel(finding, "mandatory", options);
    if (level === "disabled") {
        return;
    }
    const message = `${finding.outcome === "unknown" ? "Cannot be decided yet. " : ""}${findingText(finding, rule)}`;
    // Only a lowered level is named; otherwise the one that is configured for the rule holds.
    report({
        message: `${rule.title}\n${message}`,
        urn: finding.urn,
        ...(level === "advisory" ? { enforcementLevel: "advisory" as const } : {}),
    } as unknown as string); // The SDK's declaration lacks the object form that its server takes (server.js, makeReportViolationFun).
}

/** Lets the SDK pass over a stack policy when `skip` holds, at no cost: it reads the type before it deserialises anything. */
function skipWhen(validate: object, skip: () => boolean): void {
    Object.defineProperty(validate, "__pulumiType", { get: () => (skip() ? absentType : undefined) });
}

/** The engine prints an error with its stack; a mistake in the configuration is no place for ours. */
function refuseClearly<T>(f: () => T): T {
    try {
        return f();
    } catch (e) {
        const error = e instanceof Error ? e : new PolicyConfigError(String(e));
        error.stack = error.message;
        throw error;
    }
}

function configSchema(options: Readonly<Record<string, OptionSchema>>): { properties: Record<string, never> } | undefined {
    return Object.keys(options).length === 0 ? undefined : { properties: options as unknown as Record<string, never> };
}
