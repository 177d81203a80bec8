import assert from "node:assert";
import { isKnown, knownOr } from "../../../core/known";
import { azure } from "../../../policies/azure/reader";
import { CarrierSource } from "../../../policies/cloud";
import { secretMarker, unknownString } from "../../../policies/value";
import { Spec, forms, ref, stack } from "../fixture";
import { allow, client, each, eachHost, nic, nsg, pip, publicVm, subnet, vm, vnet, withNsg, withPip } from "./model";

type Props = Record<string, unknown>;

/** A VM without a NIC. */
const alone = (extra: Props = {}): Spec => vm({ networkProfile: undefined, ...extra });

describe("azure: who is a Windows host", () => {
    const image = (publisher: string, offer = "x", sku = "x"): Props => ({ osProfile: {}, storageProfile: { imageReference: { publisher, offer, sku, version: "latest" } } });
    const machine = (extra: Props): Spec[] => [alone(extra)];

    for (const [name, extra] of Object.entries<Props>({
        "Windows configuration": {},
        "publisher MicrosoftWindowsServer": image("MicrosoftWindowsServer", "WindowsServer", "2022-datacenter-azure-edition"),
        "publisher MicrosoftWindowsDesktop": image("MicrosoftWindowsDesktop", "windows-11", "win11-24h2-pro"),
        "SQL Server on Windows": image("MicrosoftSQLServer", "sql2022-ws2022", "standard-gen2"),
        "data science VM": image("microsoft-dsvm", "dsvm-win-2022", "winserver-2022"),
        "Visual Studio": image("MicrosoftVisualStudio", "visualstudio2022", "vs-2022-ent-latest-win11-n-gen2"),
        "OS disk": { osProfile: undefined, storageProfile: { osDisk: { osType: "Windows", createOption: "Attach" } } },
        "licence": { osProfile: {}, licenseType: "Windows_Server" },
    })) {
        it(`${name} is one`, () => eachHost(machine(extra), (host) => assert.ok(host.knownWindows)));
    }
    for (const [name, extra] of Object.entries<Props>({
        "Linux configuration": { osProfile: { linuxConfiguration: { disablePasswordAuthentication: true } } },
        "Ubuntu": image("Canonical", "0001-com-ubuntu-server-jammy", "22_04-lts"),
        "SQL Server on Linux": image("MicrosoftSQLServer", "sql2022-ubuntu2004", "standard"),
        "OS disk": { osProfile: undefined, storageProfile: { osDisk: { osType: "Linux", createOption: "Attach" } } },
    })) {
        it(`${name} is none`, () => each(machine(extra), (hosts) => assert.deepStrictEqual(hosts, [])));
    }
    it("a Windows-only extension tells", () =>
        eachHost([alone({ osProfile: {} }), { type: "azure-native:compute:VirtualMachineExtension", name: "join", inputs: { vmName: ref("web", "name"), publisher: "Microsoft.Compute", type: "JsonADDomainExtension" } }], (host) => assert.ok(host.knownWindows)));
    it("an opaque image with tags is judged, and its guest left alone", () => eachHost(machine({ osProfile: {}, storageProfile: { imageReference: { id: "/subscriptions/s/galleries/g/images/i" } } }), (host) => assert.ok(!host.knownWindows)));
    it("an opaque image with an RDP rule is judged", () =>
        eachHost([vnet, subnet(), pip(), nsg("nsg", [allow()]), nic(withPip, withNsg), vm({ tags: {}, osProfile: {} })], (host) => assert.deepStrictEqual([host.knownWindows, host.intent.kind], [false, "implied"])));
    it("an opaque image without a sign of RDP is not", () => each([vnet, subnet(), pip(), nsg("nsg", []), nic(withPip, withNsg), vm({ tags: {}, osProfile: {} })], (hosts) => assert.deepStrictEqual(hosts, [])));
    it("the pack's clients do not make an opaque image a Windows host", () => each([alone({ tags: {}, osProfile: {} })], (hosts) => assert.deepStrictEqual(hosts, []), { clients: [client] }));
    it("a VM that is only read belongs to another stack", () => each([{ ...alone(), external: true }], (hosts) => assert.deepStrictEqual(hosts, [])));
    it("a classic VM is a host that is not modelled", () =>
        eachHost([{ type: "azure:compute/windowsVirtualMachine:WindowsVirtualMachine", name: "old", inputs: { tags: { "rdp-ready:clients": client } } }], (host) => {
            assert.strictEqual(host.intent.kind, "declared");
            assert.strictEqual(host.unmodelled.length, 1);
        }));
});

describe("azure: intent and port", () => {
    it("tags", () =>
        eachHost(publicVm(allow()), (host) => {
            assert.strictEqual(host.intent.kind, "declared");
            assert.deepStrictEqual(host.port, { state: "known", value: 3389 });
        }));
    it("a rule for RDP implies it", () => eachHost(publicVm(allow()).map((s) => (s.name === "web" ? vm({ tags: undefined }) : s)), (host) => assert.strictEqual(host.intent.kind, "implied")));
    it("a public address to which nothing else is opened", () => eachHost(publicVm().map((s) => (s.name === "web" ? vm({ tags: undefined }) : s)), (host) => assert.strictEqual(host.intent.kind, "implied-by-address")));
    it("a web server is not meant for RDP", () => eachHost(publicVm(allow({ destinationPortRange: "443" })).map((s) => (s.name === "web" ? vm({ tags: undefined }) : s)), (host) => assert.strictEqual(host.intent.kind, "none")));
    it("the port that a script sets", () =>
        eachHost([...publicVm(allow()), runCommand("Set-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp' -Name PortNumber -Value 3390")], (host) => assert.deepStrictEqual(host.port, { state: "known", value: 3390 })));
    it("the tag beats the script", () =>
        eachHost([...publicVm().filter((s) => s.name !== "web"), vm({ tags: { "rdp-ready:clients": client, "rdp-ready:port": "3391" } })], (host) => assert.deepStrictEqual(host.port, { state: "known", value: 3391 })));
    it("the pack's port", () => eachHost(publicVm(), (host) => assert.deepStrictEqual(host.port, { state: "known", value: 3392 }), { port: 3392 }));
});

function runCommand(script: unknown, name = "command", source: Props = { script }): Spec {
    return { type: "azure-native:compute:VirtualMachineRunCommandByVirtualMachine", name, inputs: { resourceGroupName: "rg", vmName: ref("web", "name"), runCommandName: name, source } };
}

function extension(settings: unknown, more: Props = {}): Spec {
    return {
        type: "azure-native:compute:VirtualMachineExtension",
        name: "script",
        inputs: { resourceGroupName: "rg", vmName: ref("web", "name"), publisher: "Microsoft.Compute", type: "CustomScriptExtension", typeHandlerVersion: "1.10", ...(settings === undefined ? {} : { settings }), ...more },
    };
}

/** The carriers of one resource of a stack, in both forms. */
function carriers(specs: readonly Spec[], name: string, judge: (carriers: readonly CarrierSource[]) => void): void {
    const made = stack(specs);
    forms.forEach((form) => judge(azure.carriers(made[form].urn(made.urn(name))!)));
}

function scriptOf(source: CarrierSource | undefined): string {
    assert.ok(source !== undefined, "no carrier");
    return isKnown(source.script) ? source.script.value : `${source.script.state}: ${source.script.reason}`;
}

describe("azure: carriers", () => {
    const nlaOff = "Set-ItemProperty -Path 'HKLM:\\x' -Name UserAuthentication -Value 0";

    it("run command with a script", () =>
        carriers([alone(), runCommand(nlaOff)], "command", ([c]) => {
            assert.deepStrictEqual([scriptOf(c), c!.property, c!.runs, c!.language], [nlaOff, "source.script", "on-change", "powershell"]);
            assert.strictEqual(c!.extract("other"), "other");
        }));
    it("run command from a URI", () => carriers([alone(), runCommand("", "command", { scriptUri: "https://x/y.ps1" })], "command", ([c]) => assert.match(scriptOf(c), /^unknown: the script is downloaded/)));
    it("built-in command that weakens RDP", () =>
        eachHost([...publicVm(), runCommand("", "command", { commandId: "ResetRDPCert" })], (host) => {
            const { settings } = host.carriers[0]!.reading.state;
            assert.deepStrictEqual([settings.get("security-layer")?.value, settings.get("min-encryption-level")?.value], [{ state: "known", value: 0 }, { state: "known", value: 1 }]);
        }));
    it("built-in command that turns NLA off", () => eachHost([...publicVm(), runCommand("", "command", { commandId: "DisableNLA" })], (host) => assert.deepStrictEqual(knownOr(host.carriers[0]!.reading.state.settings.get("nla")!.value, undefined), 0)));
    it("built-in command that is not known", () => carriers([alone(), runCommand("", "command", { commandId: "Surprise" })], "command", ([c]) => assert.match(scriptOf(c), /^unsupported/)));
    it("a secret script is not read", () => carriers([alone(), runCommand(secretMarker)], "command", ([c]) => assert.match(scriptOf(c), /secret/)));
    it("a script that is not known yet", () => carriers([alone(), runCommand(unknownString)], "command", ([c]) => assert.match(scriptOf(c), /^unknown/)));

    it("custom script extension in settings", () =>
        carriers([alone(), extension({ commandToExecute: "powershell -Command Enable-PSRemoting" })], "script", ([c]) =>
            assert.deepStrictEqual([scriptOf(c), c!.property, c!.language, c!.kind], ["powershell -Command Enable-PSRemoting", "settings.commandToExecute", "batch", "custom-script-extension"]),
        ));
    it("custom script extension in protected settings", () => carriers([alone(), extension({ timestamp: 1 }, { protectedSettings: { commandToExecute: "reg add x" } })], "script", ([c]) => assert.deepStrictEqual([scriptOf(c), c!.property], ["reg add x", "protectedSettings.commandToExecute"])));
    it("protected settings that are a secret", () => carriers([alone(), extension(undefined, { protectedSettings: secretMarker })], "script", ([c]) => assert.match(scriptOf(c), /secret/)));
    it("a secret member of protected settings", () => carriers([alone(), extension(undefined, { protectedSettings: { commandToExecute: secretMarker } })], "script", ([c]) => assert.match(scriptOf(c), /secret/)));
    it("a downloaded script is not known", () =>
        carriers([alone(), extension({ fileUris: ["https://x.blob.core.windows.net/s/setup.ps1?sig=1"], commandToExecute: "powershell -File setup.ps1" })], "script", ([c]) => assert.match(scriptOf(c), /downloads and runs setup\.ps1/)));
    it("a downloaded installer leaves the command readable", () => carriers([alone(), extension({ fileUris: ["https://x/agent.msi"], commandToExecute: "msiexec /i agent.msi" })], "script", ([c]) => assert.strictEqual(scriptOf(c), "msiexec /i agent.msi")));
    it("settings as JSON text", () => carriers([alone(), extension(JSON.stringify({ commandToExecute: "cmd" }))], "script", ([c]) => assert.strictEqual(scriptOf(c), "cmd")));
    it("the Linux extension brings nothing", () => carriers([alone(), extension({ commandToExecute: "x" }, { publisher: "Microsoft.Azure.Extensions", type: "CustomScript" })], "script", (c) => assert.deepStrictEqual(c, [])));
    it("DSC is not read", () => carriers([alone(), extension({}, { publisher: "Microsoft.Powershell", type: "DSC" })], "script", ([c]) => assert.match(scriptOf(c), /^unsupported/)));

    it("custom data never runs", () =>
        carriers([alone({ osProfile: { windowsConfiguration: {}, customData: Buffer.from(nlaOff).toString("base64") } })], "web", ([c]) => assert.deepStrictEqual([c!.kind, c!.runs, scriptOf(c), c!.property], ["custom-data", "never", nlaOff, "osProfile.customData"])));
    it("user data never runs", () => carriers([alone({ userData: Buffer.from(nlaOff).toString("base64") })], "web", ([c]) => assert.deepStrictEqual([c!.kind, c!.runs], ["user-data", "never"])));
    it("unattend runs its first log-on commands in order, once", () => {
        const content =
            "<FirstLogonCommands><SynchronousCommand><CommandLine>second &amp; last</CommandLine><Order>2</Order></SynchronousCommand><SynchronousCommand><CommandLine>first</CommandLine><Order>1</Order></SynchronousCommand></FirstLogonCommands>";
        for (const text of [content, Buffer.from(content).toString("base64")]) {
            carriers([alone({ osProfile: { windowsConfiguration: { additionalUnattendContent: [{ settingName: "AutoLogon", content: "<secret/>" }, { settingName: "FirstLogonCommands", content: text }] } } })], "web", (all) => {
                assert.strictEqual(all.length, 1);
                assert.deepStrictEqual([scriptOf(all[0]), all[0]!.runs], ["first\r\nsecond & last", "once"]);
                assert.match(all[0]!.property, /additionalUnattendContent\[1\]\.content$/);
            });
        }
    });
    it("machine configuration that corrects is scheduled, and one that audits does nothing", () => {
        const assignment = (assignmentType: string): Spec => ({ type: "azure-native:guestconfiguration:GuestConfigurationAssignment", name: "baseline", inputs: { vmName: ref("web", "name"), properties: { guestConfiguration: { name: "x", assignmentType } } } });
        carriers([alone(), assignment("ApplyAndAutoCorrect")], "baseline", ([c]) => assert.strictEqual(c!.runs, "scheduled"));
        carriers([alone(), assignment("Audit")], "baseline", ([c]) => assert.strictEqual(c!.runs, "never"));
    });
    it("a host has its own carriers, in the order in which they run, and no other host's", () => {
        const other: Spec = { ...alone({ vmName: "other" }), name: "other" };
        const specs = [alone({ vmName: "web" }), other, runCommand("a"), extension({ commandToExecute: "b" }), { ...runCommand("c", "foreign"), inputs: { ...runCommand("c", "foreign").inputs, vmName: ref("other", "name") } }];
        each(specs, (hosts) => assert.deepStrictEqual(hosts.map((h) => h.carriers.map((c) => knownOr(c.script, ""))), [["b", "a"], ["c"]]));
    });
    it("extensions written inside a scale set", () => {
        const set: Spec = {
            type: "azure-native:compute:VirtualMachineScaleSet",
            name: "set",
            inputs: { virtualMachineProfile: { osProfile: { windowsConfiguration: {} }, extensionProfile: { extensions: [{ name: "s", publisher: "Microsoft.Compute", type: "CustomScriptExtension", settings: { commandToExecute: "x" } }] } } },
        };
        carriers([set], "set", ([c]) => assert.strictEqual(c!.property, "virtualMachineProfile.extensionProfile.extensions[0].settings.commandToExecute"));
    });
});
