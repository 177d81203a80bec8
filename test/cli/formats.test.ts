import * as assert from "node:assert/strict";
import { join } from "node:path";
import { check } from "../../cli/check";
import { Packs, loadPacks } from "../../cli/packs";
import { Format, render } from "../../cli/report";
import { Section, sectionsOf } from "../../cli/report/model";
import { terminalOf } from "../../cli/report/terminal";
import { dated } from "../dated";
import { azureExport, workspace } from "./workspace";

describe("check --format", () => {
    let packs: Packs;
    let sections: Section[];
    let directory: string;
    const plain = terminalOf({ color: false, toFile: true }, {}, { LANG: "en_US.UTF-8" });

    before(async () => {
        packs = await loadPacks();
        directory = workspace({ "export.json": azureExport() });
        sections = sectionsOf((await check([join(directory, "export.json")], { config: [], timeoutSeconds: 5, policies: dated }, packs)).judged);
    });

    const rendered = (format: Format, terminal = plain): string => render(format, sections, { rules: packs.rules, version: "1.2.3", terminal });

    it("json has exactly the fields of version 1", () => {
        const report = JSON.parse(rendered("json")) as { hosts: Record<string, unknown>[]; findings: Record<string, unknown>[] } & Record<string, unknown>;
        assert.deepEqual(Object.keys(report), ["schema", "hosts", "findings"]);
        assert.equal(report["schema"], "rdp-ready/report@1");
        const [host] = report.hosts;
        assert.deepEqual(Object.keys(host!), ["urn", "name", "cloud", "intent", "port", "verdict", "assumptions", "paths"]);
        assert.deepEqual([host!["name"], host!["cloud"], host!["intent"], host!["port"], host!["verdict"]], ["web", "azure", "declared", 3389, "blocked"]);
        const [path] = host!["paths"] as Record<string, unknown>[];
        assert.deepEqual(Object.keys(path!), ["client", "via", "verdict", "decidedBy"]);
        assert.deepEqual([path!["client"], path!["via"], path!["verdict"]], ["203.0.113.0/24", "public-address", "closed"]);
        assert.deepEqual(Object.keys(path!["decidedBy"] as object), ["urn", "property", "text"]);
        const finding = report.findings.find((f) => f["name"] === "filter-admits-client");
        assert.deepEqual(Object.keys(finding!), ["rule", "name", "severity", "level", "outcome", "effect", "symptom", "urn", "property", "line", "message", "fix", "causes"]);
        assert.deepEqual([finding!["rule"], finding!["level"], finding!["outcome"], finding!["effect"], finding!["line"]], ["RDP101", "mandatory", "violation", "breaks", null]);
    });

    it("sarif has what the 2.1.0 schema requires, and a rule for each result", () => {
        const log = JSON.parse(rendered("sarif"));
        assert.equal(log.version, "2.1.0");
        assert.match(log.$schema, /sarif-2\.1\.0/);
        const [run] = log.runs;
        assert.equal(run.tool.driver.name, "rdp-ready");
        assert.equal(run.invocations[0].executionSuccessful, true);
        assert.equal(run.tool.driver.rules.length, packs.rules.length);
        for (const rule of run.tool.driver.rules) {
            assert.match(rule.id, /^RDP\d{3}$/);
            assert.ok(rule.shortDescription.text && rule.help.text && rule.help.markdown);
            assert.match(rule.helpUri, /^https:/);
            assert.ok(["error", "warning"].includes(rule.defaultConfiguration.level));
        }
        assert.ok(run.results.length > 0);
        for (const result of run.results) {
            assert.equal(run.tool.driver.rules[result.ruleIndex].id, result.ruleId);
            assert.ok(["error", "warning", "note"].includes(result.level));
            assert.ok(result.message.text.length > 0);
            const [location] = result.locations;
            assert.match(location.physicalLocation.artifactLocation.uri, /export\.json$/);
            assert.ok(location.physicalLocation.region.startLine >= 1);
            assert.match(location.logicalLocations[0].fullyQualifiedName, /^urn:pulumi:/);
            assert.match(result.partialFingerprints["rdpReady/v1"], /^[0-9a-f]{64}$/);
        }
    });

    it("junit counts its cases, and escapes", () => {
        const xml = rendered("junit");
        const tests = Number(/<testsuites [^>]*tests="(\d+)"/.exec(xml)![1]);
        assert.equal(xml.match(/<testcase /g)!.length, tests);
        assert.equal(Number(/<testsuites [^>]*failures="(\d+)"/.exec(xml)![1]), xml.match(/<failure /g)!.length);
        assert.ok(xml.startsWith('<?xml version="1.0" encoding="UTF-8"?>'));
        assert.doesNotMatch(xml.replace(/&(amp|lt|gt|quot|apos|#10);/g, ""), /&/);
    });

    it("markdown has verdicts, findings with what to write, and folded details", () => {
        const text = rendered("markdown");
        assert.match(text, /^<!-- rdp-ready -->\n### ❌/);
        assert.match(text, /\| .*export\\?\.json \| web \| ❌ blocked \|/);
        assert.match(text, /\[RDP101 filter-admits-client\]\(https:/);
        assert.match(text, /Write: `/);
        assert.match(text, /<details><summary>Paths and assumptions<\/summary>/);
    });

    for (const format of ["table", "json", "sarif", "junit", "markdown"] as const) {
        it(`${format} shows what a ready host takes for granted`, async () => {
            const file = join(workspace({ "ready.json": azureExport("203.0.113.0/24") }), "ready.json");
            const ready = sectionsOf((await check([file], { config: [], timeoutSeconds: 5 }, packs)).judged);
            assert.equal(ready[0]!.hosts[0]!.verdict, "ready");
            const text = render(format, ready, { rules: packs.rules, version: "1.2.3", terminal: plain });
            assert.match(text.replace(/\s+/g, " "), /subnet hub\/desks, which belongs to another stack/);
        });
    }

    it("table draws the path with the deciding hop, and counts", () => {
        const text = rendered("table");
        assert.match(text, /✗ blocked web {2}azure · clients declared · port 3389/);
        assert.match(text.replace(/\n\s+/g, " "), /203\.0\.113\.0\/24 ──▶ .*web-ip ──▶ .*web-nsg[^▶]* ✗ ┄┄▷ /);
        assert.match(text, /└─ .*web-nsg/);
        assert.match(text, /write {2}/);
        assert.match(text.trimEnd().split("\n").at(-1)!, /^1 program · 1 host: 1 blocked · 1 finding: 1 blocking$/);
        assert.ok(text.split("\n").every((l) => l.length <= 100), "no line is wider than the terminal");
        assert.doesNotMatch(text, /\u001b/);
    });

    it("table speaks ASCII where the locale is not UTF-8", () => {
        const text = rendered("table", terminalOf({ color: false, toFile: true }, {}, { LANG: "C" }));
        const ours = text.replaceAll(/"[^"]*"/g, "");
        assert.match(ours, /^[\u0000-\u007f]*$/);
        assert.match(text, /--> /);
    });

    it("colours only a terminal that wants them", () => {
        const tty = { isTTY: true, columns: 90 };
        const painted = (env: NodeJS.ProcessEnv, color = true, toFile = false): boolean => terminalOf({ color, toFile }, tty, env).paint("red", "x") !== "x";
        assert.equal(painted({ TERM: "xterm" }), true);
        assert.equal(painted({ TERM: "xterm", NO_COLOR: "1" }), false);
        assert.equal(painted({ TERM: "dumb" }), false);
        assert.equal(painted({ TERM: "xterm" }, false), false);
        assert.equal(painted({ TERM: "xterm" }, true, true), false);
        assert.equal(terminalOf({ color: true, toFile: false }, {}, {}).paint("red", "x"), "x");
    });
});
