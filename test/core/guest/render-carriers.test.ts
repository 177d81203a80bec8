import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { desiredState, DesiredStateArgs } from "../../../core/guest/desired";
import { carrierLimits, fitting, TooLargeError } from "../../../core/guest/render/limits";
import { renderPowerShell } from "../../../core/guest/render/powershell";
import { list, literal } from "../../../core/guest/render/powershell-text";
import { renderRdpFile } from "../../../core/guest/render/rdp-file";
import { renderRegFile } from "../../../core/guest/render/reg-file";
import { renderRunCommand } from "../../../core/guest/render/run-command";
import { ssmDocument, ssmDocumentContent } from "../../../core/guest/render/ssm-document";
import { renderEc2LaunchYaml, renderUserData } from "../../../core/guest/render/user-data";
import { loadSyntaxCheck, SyntaxCheck } from "./render-support";

const make = (args: Partial<DesiredStateArgs> = {}) => desiredState({ firewallRemoteAddresses: ["203.0.113.0/24"], ...args });
const manyClients = (count: number) => Array.from({ length: count }, (_, i) => `10.${(i >> 8) % 256}.${i % 256}.0/28`);

describe("carriers of the script", () => {
    let syntaxErrors: SyntaxCheck;
    before(async () => {
        syntaxErrors = await loadSyntaxCheck();
    });

    describe("run command", () => {
        const script = renderRunCommand(make());

        it("parses, is ASCII, and holds the script once", () => {
            assert.deepEqual(syntaxErrors(script), []);
            assert.match(script, /^[\n\x20-\x7e]*$/);
            assert.ok(script.startsWith(`$apply = {\n${renderPowerShell(make())}}\n`));
            assert.ok(script.endsWith("\n& $apply\n"));
            assert.ok(script.indexOf("Register-ScheduledTask") > script.indexOf("exit 0"), "the script's exit is inside the block, and the task is installed before it runs");
        });

        it("installs the task for SYSTEM, at start and every 30 minutes", () => {
            assert.match(script, /Register-ScheduledTask -TaskName 'rdp-ready' .*-Force/);
            assert.match(script, /New-ScheduledTaskPrincipal -UserId 'S-1-5-18' -LogonType ServiceAccount -RunLevel Highest/);
            assert.match(script, /New-ScheduledTaskTrigger -AtStartup/);
            assert.match(script, /-RepetitionInterval \(New-TimeSpan -Minutes 30\)/);
        });

        it("keeps the task's file for Administrators and SYSTEM before writing it", () => {
            const locked = script.indexOf("SetSecurityDescriptorSddlForm('O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')");
            assert.ok(script.indexOf("ReparsePoint") < locked && locked < script.indexOf("WriteAllText($file"));
        });

        it("installs nothing when it only reports", () => {
            assert.doesNotMatch(renderRunCommand(make(), { reportOnly: true }), /ScheduledTask|WriteAllText/);
        });

        it("is refused beyond 64 KB", () => {
            assert.throws(() => renderRunCommand(make({ firewallRemoteAddresses: manyClients(5000) })), (e: unknown) => e instanceof TooLargeError && /run command holds at most 65536 bytes: this is \d+, \d+ too many/.test(e.message));
        });
    });

    describe("SSM document", () => {
        it("is a command document of schema 2.2 for Windows", () => {
            const document = ssmDocumentContent(make());
            const step = document.mainSteps[0]!;
            assert.equal(document.schemaVersion, "2.2");
            assert.equal(step.action, "aws:runPowerShellScript");
            assert.deepEqual(step.precondition, { StringEquals: ["platformType", "Windows"] });
            assert.equal(`${step.inputs.runCommand.join("\n")}\n`, renderPowerShell(make()));
            assert.deepEqual(JSON.parse(ssmDocument(make())), document);
        });

        it("holds nothing that Systems Manager would take for a parameter", () => {
            assert.doesNotMatch(ssmDocument(make({ licensing: { mode: "per-user", servers: ["a"] } })), /\{\{/);
        });

        it("is refused beyond 64 KB", () => {
            assert.throws(() => ssmDocument(make({ firewallRemoteAddresses: manyClients(5000) })), /an SSM document holds at most 65536 bytes/);
        });
    });

    describe("user data", () => {
        const inner = (data: string) => /^<powershell>\n([\s\S]*)<\/powershell>\n/.exec(data)?.[1] ?? assert.fail("no powershell tag");

        it("fits with forty clients, parses, and says the same without comments and indentation", () => {
            const state = make({ firewallRemoteAddresses: manyClients(40) });
            const script = inner(renderUserData(state));
            assert.deepEqual(syntaxErrors(script), []);
            const bare = (text: string) => text.replace(/^\s*#.*$/gm, "").split(/\s+/).filter((word) => word !== "");
            assert.deepEqual(bare(script), bare(renderPowerShell(state)));
        });

        it("persists just when asked to", () => {
            assert.doesNotMatch(renderUserData(make()), /persist/);
            assert.match(renderUserData(make(), { everyBoot: true }), /<\/powershell>\n<persist>true<\/persist>\n$/);
        });

        it("is refused beyond 16 KB, with what to do instead", () => {
            assert.throws(() => renderUserData(make({ firewallRemoteAddresses: manyClients(200) })), /EC2 user data holds at most 16384 bytes: this is \d+, \d+ too many; deliver it with an SSM association/);
        });

        it("is the same script as YAML for EC2Launch v2", () => {
            const yaml = renderEc2LaunchYaml(make(), { everyBoot: true });
            const [task] = (parse(yaml) as { version: number; tasks: { task: string; inputs: Record<string, string>[] }[] }).tasks;
            const [input] = task!.inputs;
            assert.equal(task!.task, "executeScript");
            assert.deepEqual({ ...input, content: "" }, { frequency: "always", type: "powershell", runAs: "localSystem", content: "" });
            assert.equal(`${input!["content"]}\n`, inner(renderUserData(make())));
        });
    });
});

describe("limits", () => {
    it("admits exactly the limit and names the excess beyond it", () => {
        for (const [carrier, limit] of Object.entries(carrierLimits) as [keyof typeof carrierLimits, { most: number }][]) {
            assert.equal(fitting(carrier, "x".repeat(limit.most)).length, limit.most);
            assert.throws(() => fitting(carrier, "x".repeat(limit.most + 3)), (e: unknown) => e instanceof TooLargeError && e.message.includes(" 3 too many"));
        }
    });

    it("counts bytes where the carrier does", () => {
        assert.throws(() => fitting("user-data", "é".repeat(9000)), /18000, 1616 too many/);
    });
});

describe("PowerShell literals", () => {
    it("double single quotes and expand nothing", () => {
        assert.equal(literal("it's $(here)"), "'it''s $(here)'");
        assert.equal(literal(4294967295), "4294967295");
        assert.equal(literal(true), "$true");
        assert.equal(list(["a", "b'"]), "@('a', 'b''')");
    });

    it("refuse what is not printable ASCII", () => {
        for (const text of ["a\nb", "caf\u00e9", "\u2019"]) {
            assert.throws(() => literal(text), /printable ASCII/);
        }
    });
});

describe("renderRegFile", () => {
    const file = renderRegFile(make({ port: 3390, licensing: { mode: "per-device", servers: ["lic"] } }));

    it("is what reg import takes", () => {
        assert.match(file, /^Windows Registry Editor Version 5\.00\r\n\r\n\[HKEY_LOCAL_MACHINE\\/);
        assert.doesNotMatch(file.replace(/\r\n/g, ""), /[\r\n]/);
        for (const line of file.split("\r\n").slice(1)) {
            assert.match(line, /^$|^\[HKEY_LOCAL_MACHINE\\[^[\]]+\]$|^"[^"]+"=(dword:[0-9a-f]{8}|"[^"]*")$/);
        }
    });

    it("names each key once and writes numbers in hexadecimal", () => {
        const keys = file.split("\r\n").filter((l) => l.startsWith("["));
        assert.equal(new Set(keys).size, keys.length);
        for (const line of ['"PortNumber"=dword:00000d3e', '"MaxInstanceCount"=dword:ffffffff', '"fDenyTSConnections"=dword:00000000', '"LicenseServers"="lic"', '"Start"=dword:00000002']) {
            assert.ok(file.includes(`${line}\r\n`), line);
        }
    });
});

describe("renderRdpFile", () => {
    it("checks the server, uses NLA and asks for credentials", () => {
        assert.deepEqual(renderRdpFile({ address: "vm1.example.com" }).split("\r\n"), [
            "full address:s:vm1.example.com:3389",
            "authentication level:i:2",
            "enablecredsspsupport:i:1",
            "negotiate security layer:i:1",
            "prompt for credentials:i:1",
            "autoreconnection enabled:i:1",
            "",
        ]);
    });

    it("puts IPv6 in brackets, and the port behind them", () => {
        assert.match(renderRdpFile({ address: "2001:db8::1", port: 3390 }), /^full address:s:\[2001:db8::1\]:3390\r\n/);
        assert.match(renderRdpFile({ address: "[2001:db8::1]" }), /^full address:s:\[2001:db8::1\]:3389\r\n/);
    });

    it("goes through a gateway and offers a name", () => {
        const file = renderRdpFile({ address: "10.0.0.4", gateway: "rdg.example.com", username: "CORP\\anna" });
        assert.match(file, /\r\nusername:s:CORP\\anna\r\ngatewayhostname:s:rdg\.example\.com\r\ngatewayusagemethod:i:1\r\n/);
    });

    it("refuses what would add lines or is no address", () => {
        for (const address of ["", "a b", "host:3389", "x\r\nauthentication level:i:0", "-x", "a/b"]) {
            assert.throws(() => renderRdpFile({ address }), /address must be a host name/, address);
        }
        assert.throws(() => renderRdpFile({ address: "a", username: "x\ny" }), /one line/);
        assert.throws(() => renderRdpFile({ address: "a", gateway: "x y" }), /gateway must be/);
        for (const port of [0, 65536, 1.5]) {
            assert.throws(() => renderRdpFile({ address: "a", port }), /port must be/);
        }
    });

    it("never gains a line from its inputs", () => {
        fc.assert(
            fc.property(fc.string(), fc.string(), (address, username) => {
                try {
                    assert.equal(renderRdpFile({ address, username }).split(/[\r\n]+/).length, 8);
                } catch (error) {
                    assert.ok(error instanceof Error && !(error instanceof assert.AssertionError), String(error));
                }
            }),
        );
    });
});
