// Checks every sample stack and prints what the command prints, then verifies that the samples are what they say:
// those under stacks/ready are ready, those under stacks/broken/<rule>/ are blocked by that rule and no other.
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { areCurrent, bundleOrExit, command } from "./bundle.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
// `npm ci` has bundled the command; since then it may have been edited.
if (!areCurrent(command)) {
    await bundleOrExit(command);
}
const { check, loadPacks, render, sectionsOf, terminalOf, version } = createRequire(import.meta.url)("../dist/rdp-ready.js");

/** Programs below a folder: modules, and folders with an index. */
function programsIn(folder) {
    if (!existsSync(folder)) {
        return [];
    }
    return readdirSync(folder, { withFileTypes: true })
        .sort((a, b) => a.name.localeCompare(b.name))
        .flatMap((entry) => {
            const path = join(folder, entry.name);
            if (!entry.isDirectory()) {
                return entry.name.endsWith(".ts") ? [path] : [];
            }
            return existsSync(join(path, "index.ts")) ? [path] : programsIn(path);
        });
}

process.chdir(root);
const packs = await loadPacks();
const samples = [
    ...programsIn("stacks/ready").map((path) => ({ path, rule: undefined })),
    ...programsIn("stacks/broken").map((path) => ({ path, rule: relative("stacks/broken", path).split(sep)[0] })),
];
if (samples.length === 0) {
    console.error("There is no sample under stacks/ready or stacks/broken.");
    process.exit(1);
}

// A rule that only advises by default shows here what it does for a team that wants it blocked.
const named = new Set(samples.map((s) => s.rule));
const switched = packs.rules.filter((r) => named.has(r.name) && r.defaultLevel === "advisory").map((r) => [r.name, { enforcementLevel: "mandatory" }]);
// Those that judge by the date judge by this one, so that the samples say the same in ten years.
const dated = packs.rules.filter((r) => r.options?.asOf !== undefined).map((r) => [r.name, { asOf: "2026-06-01" }]);
const policies = {};
for (const [name, options] of [...switched, ...dated]) {
    policies[name] = { ...policies[name], ...options };
}

// The password decides nothing here; nothing is deployed.
const result = await check(samples.map((s) => s.path), { config: ["adminPassword=none-needed-to-check"], timeoutSeconds: 60, policies }, packs);
const sections = sectionsOf(result.judged);
process.stdout.write(render("table", sections, { rules: packs.rules, version: version(), terminal: terminalOf({ color: true, toFile: false }) }));

const mistakes = result.problems.map((p) => p.message);
for (const { path, rule } of samples) {
    const section = sections.find((s) => s.names[0] === path);
    if (section !== undefined) {
        mistakes.push(...(rule === undefined ? notReady(section, path) : notBlockedBy(section, path, rule)));
    }
}
if (mistakes.length > 0) {
    console.error(`\n${mistakes.length === 1 ? "One sample is" : `${mistakes.length} samples are`} not what it says:`.replace("samples are not what it says", "samples are not what they say"));
    mistakes.forEach((m) => console.error(`  ${m}`));
    process.exitCode = 1;
} else {
    const broken = samples.filter((s) => s.rule !== undefined).length;
    const working = samples.filter((s) => s.rule !== undefined && sections.find((x) => x.names[0] === s.path)?.hosts.every((h) => h.verdict === "ready")).length;
    console.log(`All ${samples.length} samples are what they say: ${samples.length - broken} ready; ${broken} deployments blocked, each by the rule that it is named after`);
    console.log(`(in ${working} of these a session would still come up: their rule only advises unless a team wants it blocked, or another rule admits the clients).`);
}

function notReady({ hosts, findings }, path) {
    if (hosts.length === 0) {
        return [`${path} should be ready, but declares no Windows host.`];
    }
    const host = hosts.find((h) => h.verdict !== "ready");
    if (host !== undefined) {
        return [`${path} should be ready, but ${host.name} is ${host.verdict}: ${host.reasons[0] ?? "no reason given"}`];
    }
    const [first] = findings;
    return first === undefined ? [] : [`${path} should be ready, but has ${findings.length} finding${findings.length === 1 ? "" : "s"}: ${first.rule} ${first.name}: ${first.message}`];
}

function notBlockedBy({ findings }, path, rule) {
    if (!packs.rules.some((r) => r.name === rule)) {
        return [`${path}: there is no rule "${rule}".`];
    }
    const blocking = [...new Set(findings.filter((f) => f.level === "mandatory" && f.outcome === "violation").map((f) => f.name))];
    if (blocking.length === 1 && blocking[0] === rule) {
        return [];
    }
    return [`${path} should be blocked by ${rule} alone, but ${blocking.length === 0 ? "nothing blocks it" : `it is blocked by ${blocking.join(", ")}`}.`];
}
