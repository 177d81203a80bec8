import * as assert from "node:assert/strict";
import { existsSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { azureExport, azureProgram, pulumiYaml, rdpReady, workspace } from "./workspace";

interface Case {
    readonly name: string;
    readonly files: Readonly<Record<string, string>>;
    readonly args: readonly string[];
    readonly says: RegExp;
}

const program = (text: string): Record<string, string> => ({ "Pulumi.yaml": pulumiYaml, "index.ts": text });

const cases: readonly Case[] = [
    { name: "program throws", files: program('const x: string = "a";\nthrow new Error("no such zone");'), args: ["."], says: /^rdp-ready: \. fails at index\.ts:2: no such zone$/ },
    { name: "program rejects", files: program('export = async () => { await Promise.reject(new Error("later")); };'), args: ["."], says: /^rdp-ready: \. fails at index\.ts:1: later$/ },
    { name: "program throws in an apply", files: program('import * as pulumi from "@pulumi/pulumi";\npulumi.output(1).apply(() => { throw new Error("inside"); });'), args: ["."], says: /inside/ },
    { name: "syntax error", files: program("const a = ;\n"), args: ["."], says: /^rdp-ready: \. does not compile: index\.ts:1:11: Unexpected ";"$/ },
    { name: "needs configuration", files: program('import * as pulumi from "@pulumi/pulumi";\nnew pulumi.Config().require("clients");'), args: ["."], says: /^rdp-ready: \. needs the configuration "shop:clients"\. Give it with --config clients=VALUE\.$/ },
    {
        name: "needs configuration that another stack has",
        files: { ...program('import * as pulumi from "@pulumi/pulumi";\nnew pulumi.Config().require("clients");'), "Pulumi.prod.yaml": "config: {}\n", "Pulumi.test.yaml": "config: {}\n" },
        args: ["."],
        says: /--stack prod \(there are prod, test\)/,
    },
    { name: "hangs", files: program("setInterval(() => undefined, 1000);"), args: [".", "--timeout", "2"], says: /did not finish within 2 seconds.*--timeout/ },
    { name: "busy for ever", files: program("for (;;) {}"), args: [".", "--timeout", "2"], says: /did not finish within 2 seconds/ },
    { name: "waits for what never comes", files: program("export = () => new Promise(() => undefined);"), args: ["."], says: /never finishes/ },
    { name: "ends its process", files: program("process.exit(3);"), args: ["."], says: /ended its process before it was done \(exit code 3\)/ },
    { name: "package that is not installed", files: program('import "no-such-package";'), args: ["."], says: /cannot find no-such-package.*npm install/ },
    { name: "two resources of one name", files: program('import { ComponentResource } from "@pulumi/pulumi";\nnew ComponentResource("a:b:C", "x"); new ComponentResource("a:b:C", "x");'), args: ["."], says: /two resources of type a:b:C with the name "x"/ },
    { name: "empty directory", files: { "empty/.keep": "" }, args: ["empty"], says: /empty holds no program/ },
    { name: "no such file", files: {}, args: ["nothing.json"], says: /^rdp-ready: nothing\.json: there is no such file or directory\.$/ },
    { name: "malformed JSON", files: { "a.json": '{\n  "a": 1,\n  oops\n}' }, args: ["a.json"], says: /^rdp-ready: a\.json is not valid JSON, line 3, column 3:/ },
    { name: "truncated JSON", files: { "a.json": '{ "deployment": {' }, args: ["a.json"], says: /^rdp-ready: a\.json is not valid JSON/ },
    { name: "empty JSON", files: { "a.json": "" }, args: ["a.json"], says: /a\.json is empty/ },
    { name: "other JSON", files: { "a.json": "[]" }, args: ["a.json"], says: /neither a stack export .* nor a preview/ },
    { name: "failed preview", files: { "p.json": JSON.stringify({ steps: [], diagnostics: [{ severity: "error", message: "boom\nmore" }], duration: 1 }) }, args: ["p.json"], says: /a preview that failed \(boom\)/ },
    { name: "old export", files: { "a.json": '{"version":1,"deployment":{}}' }, args: ["a.json"], says: /version 1; versions 3 and 4/ },
    { name: "YAML project", files: { "Pulumi.yaml": "name: shop\nruntime: yaml\n" }, args: ["."], says: /a Pulumi project in YAML.*pulumi preview --json > preview\.json; rdp-ready check preview\.json/ },
    { name: "Python project", files: { "Pulumi.yaml": "name: shop\nruntime:\n  name: python\n" }, args: ["."], says: /a Pulumi project in Python/ },
    { name: "Go program", files: { "main.go": "package main" }, args: ["main.go"], says: /a Go program, which only Pulumi can run/ },
    { name: "broken Pulumi.yaml", files: { "Pulumi.yaml": "name: [shop\n", "index.ts": "" }, args: ["."], says: /Pulumi\.yaml is not valid YAML/ },
    { name: "unknown stack", files: { ...program(""), "Pulumi.dev.yaml": "config: {}\n" }, args: [".", "--stack", "dve"], says: /there is no Pulumi\.dve\.yaml\. Did you mean --stack dev\?/ },
    { name: "stack settings as target", files: { ...program(""), "Pulumi.dev.yaml": "config: {}\n" }, args: ["Pulumi.dev.yaml"], says: /with --stack dev/ },
    { name: "misspelt rule", files: { "a.json": azureExport(), "c.json": '{"nla-requird":"mandatory"}' }, args: ["a.json", "--policy-config", "c.json"], says: /^rdp-ready: c\.json: there is no policy "nla-requird"\. Did you mean "nla-required"\?$/ },
    { name: "unknown option", files: { "a.json": azureExport(), "c.yaml": "rdp-ready:\n  client: [10.0.0.0/8]\n" }, args: ["a.json", "--policy-config", "c.yaml"], says: /c\.yaml: policy rdp-ready has no option "client"\. Did you mean "clients"\?/ },
    { name: "malformed CIDR in the policy configuration", files: { "a.json": azureExport(), "c.yaml": "rdp-ready:\n  clients: [10.0.0.0/99]\n" }, args: ["a.json", "--policy-config", "c.yaml"], says: /c\.yaml: policy rdp-ready, option clients: / },
    { name: "policy configuration that is not there", files: { "a.json": azureExport() }, args: ["a.json", "--policy-config", "none.json"], says: /none\.json cannot be read: there is no such file/ },
    { name: "output into a directory that is not there", files: { "a.json": azureExport() }, args: ["a.json", "--output", "no/where.txt"], says: /cannot be written: there is no such file or directory/ },
    { name: "unknown format", files: { "a.json": azureExport() }, args: ["a.json", "--format", "xml"], says: /argument 'xml' is invalid\. Allowed choices are table, json, sarif, junit, markdown/ },
    { name: "time-out that is no number", files: { "a.json": azureExport() }, args: ["a.json", "--timeout", "soon"], says: /Write a number of seconds/ },
    { name: "configuration without a value", files: program(""), args: [".", "--config", "clients"], says: /--config takes key=value, not "clients"/ },
];

describe("check on bad input", function () {
    this.timeout(60_000);

    for (const { name, files, args, says } of cases) {
        it(name, async () => {
            const cwd = workspace(files);
            const before = readdirSync(cwd);
            const ran = await rdpReady(["check", ...args, ...(args.includes("--format") ? [] : ["--format", "json"])], cwd);
            assert.match(ran.stderr.trim(), says);
            assert.doesNotMatch(ran.stderr, /\n {4}at /, "no stack trace");
            assert.equal(ran.stdout, "", "nothing half-written");
            assert.equal(ran.code, 2);
            assert.deepEqual(readdirSync(cwd), before, "no file left behind");
        });
    }

    it("a link that leads nowhere", async () => {
        const cwd = workspace({});
        symlinkSync(join(cwd, "gone"), join(cwd, "a.json"));
        assert.match((await rdpReady(["check", "a.json"], cwd)).stderr, /a\.json: there is no such file/);
    });

    it("one bad program spoils nothing but itself, and people still see the others", async () => {
        const cwd = workspace({ "Pulumi.yaml": pulumiYaml, "good.ts": azureProgram(), "bad.ts": "throw new Error('bad day');", "hangs.ts": "setInterval(() => undefined, 1000);" });
        const ran = await rdpReady(["check", "bad.ts", "good.ts", "hangs.ts", "--timeout", "10"], cwd);
        assert.match(ran.stderr, /bad\.ts fails at bad\.ts:1: bad day/);
        assert.match(ran.stderr, /hangs\.ts did not finish/);
        assert.match(ran.stdout, /good\.ts\n.*blocked web/);
        assert.equal(ran.code, 2);
    });

    it("a file that is there is not touched by a run that fails", async () => {
        const cwd = workspace({ ...program("throw new Error('x');"), "report.json": "before" });
        await rdpReady(["check", ".", "--format", "json", "--output", "report.json"], cwd);
        assert.equal(existsSync(join(cwd, "report.json")), true);
    });
});
