import assert from "node:assert/strict";
import fc from "fast-check";
import { isKnown, Known } from "../../../../core/known";
import { DesiredState, desiredState, settingsOf } from "../../../../core/guest/desired";
import { renderPowerShell } from "../../../../core/guest/render/powershell";
import { renderRunCommand } from "../../../../core/guest/render/run-command";
import { ssmDocumentContent } from "../../../../core/guest/render/ssm-document";
import { renderEc2LaunchYaml, renderUserData } from "../../../../core/guest/render/user-data";
import { TooLargeError } from "../../../../core/guest/render/limits";
import { renderRegFile } from "../../../../core/guest/render/reg-file";
import { readScript, splitUserData } from "../../../../core/guest/script";
import { registryPlace, requireSetting } from "../../../../core/guest/settings";
import { registryScript } from "../../../../cli/sources/reg-text";
import { loadSyntaxCheck } from "../render-support";

const limitMinutes = fc.oneof(fc.constant(0), fc.integer({ min: 5, max: 43200 }));
const address = fc.oneof(
    fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 32 })).map(([a, n]) => `${a}/${n}`),
    fc.tuple(fc.ipV6(), fc.integer({ min: 1, max: 128 })).map(([a, n]) => `${a}/${n}`),
    fc.constant("LocalSubnet"),
);
const states: fc.Arbitrary<DesiredState> = fc
    .record({
        port: fc.integer({ min: 1, max: 65535 }),
        securityLayer: fc.constantFrom(1, 2),
        credSsp: fc.constantFrom("mitigated", "force-updated"),
        encryptionLevel: fc.constantFrom("client-compatible", "high", "fips"),
        networkProfile: fc.constantFrom("private", "leave"),
        sessionLimits: fc.record({
            idleMinutes: limitMinutes,
            disconnectedMinutes: limitMinutes,
            totalMinutes: limitMinutes,
            singleSession: fc.boolean(),
            maxSessions: fc.option(fc.integer({ min: 2, max: 999999 }), { nil: undefined }),
        }),
        staleSessionHours: fc.constantFrom(undefined, 0, 1, 24, 720),
        keepAliveMinutes: fc.integer({ min: 1, max: 999999 }),
        transport: fc.constantFrom("leave", "tcp-and-udp", "tcp"),
        licensing: fc.option(fc.record({ mode: fc.constantFrom("per-device", "per-user"), servers: fc.array(fc.domain(), { minLength: 1, maxLength: 3 }) }), { nil: undefined }),
        recovery: fc.boolean(),
        firewallRemoteAddresses: fc.array(address, { minLength: 1, maxLength: 8 }),
        tls12: fc.constantFrom("on", "leave"),
    })
    .map(({ licensing, ...rest }) => desiredState(licensing === undefined ? rest : { ...rest, licensing }));

describe("script reader: round trip", () => {
    it("reads back every value that the renderer writes, for any desired state", () => {
        fc.assert(
            fc.property(states, fc.boolean(), fc.constantFrom("\n", "\r\n"), (state, restartUnderSessions, lineEnd) => {
                const script = renderPowerShell(state, { restartUnderSessions }).replaceAll("\n", lineEnd);
                const reading = readScript(script, "powershell");
                assert.deepEqual(reading.syntaxErrors, []);
                assert.deepEqual(reading.notAnalysed, []);
                for (const [id, value] of settingsOf(state)) {
                    assert.deepEqual(reading.state.settings.get(id)?.value, { state: "known", value }, id);
                }
                for (const [id, { value }] of reading.state.settings) {
                    assert.ok(isKnown(value), `${id}: ${JSON.stringify(value)}`);
                }
            }),
            { numRuns: 30 },
        );
    });

    it("reads back the firewall rules, enabled for the clients in every profile", () => {
        fc.assert(
            fc.property(states, (state) => {
                const { firewallRules } = readScript(renderPowerShell(state), "powershell").state;
                const names = state.transport === "tcp" ? ["RemoteDesktop-UserMode-In-TCP"] : ["RemoteDesktop-UserMode-In-TCP", "RemoteDesktop-UserMode-In-UDP"];
                assert.deepEqual(firewallRules.map((r) => r.name), names);
                for (const rule of firewallRules) {
                    assert.deepEqual(
                        [rule.enabled, rule.action, rule.direction, rule.ports, rule.profiles].map((k: Known<unknown>) => (isKnown(k) ? k.value : k)),
                        [true, "allow", "in", [[state.port, state.port]], ["domain", "private", "public"]],
                    );
                    assert.ok(isKnown(rule.remoteAddresses));
                    assert.deepEqual(rule.remoteAddresses.value, state.firewallRemoteAddresses);
                }
            }),
            { numRuns: 30 },
        );
    });

    const bySettings = (script: string) => Object.fromEntries([...readScript(script, "powershell").state.settings].map(([id, r]) => [id, r.value]));
    const byRules = (script: string) => readScript(script, "powershell").state.firewallRules.map(({ statement: _, ...rule }) => rule);

    /** User data holds 16 KB, and a state with everything in it is refused there. */
    const ifItFits = (render: () => string): string | undefined => {
        try {
            return render();
        } catch (failure) {
            assert.ok(failure instanceof TooLargeError);
            return undefined;
        }
    };

    it("reads the same from every carrier, for any desired state, and each parses in the grammar", async () => {
        const syntaxErrors = await loadSyntaxCheck();
        let fitted = 0;
        fc.assert(
            fc.property(states, fc.boolean(), (state, everyBoot) => {
                const settings = bySettings(renderPowerShell(state));
                const rules = byRules(renderPowerShell(state));
                const scripts: Record<string, string> = {
                    "SSM document": ssmDocumentContent(state).mainSteps[0]!.inputs.runCommand.join("\n"),
                    "run command, which installs the task": renderRunCommand(state),
                };
                for (const [carrier, render] of [["user data", renderUserData], ["EC2Launch v2", renderEc2LaunchYaml]] as const) {
                    const text = ifItFits(() => render(state, { everyBoot }));
                    if (text !== undefined) {
                        const [part, ...others] = splitUserData(text);
                        assert.deepEqual([others, part?.persist, part?.problem], [[], everyBoot, undefined], carrier);
                        scripts[carrier] = part!.script;
                        fitted++;
                    }
                }
                for (const [carrier, script] of Object.entries(scripts)) {
                    assert.deepEqual(bySettings(script), settings, carrier);
                    assert.deepEqual(byRules(script), rules, carrier);
                    assert.deepEqual([syntaxErrors(script), readScript(script, "powershell").notAnalysed], [[], []], carrier);
                }
            }),
            { numRuns: 15, endOnFailure: true },
        );
        assert.ok(fitted > 0);
    });

    it("installs as the task just what it runs", () => {
        fc.assert(
            fc.property(states, (state) => {
                // What stands between the braces is what `$apply.ToString()` writes into the task's file.
                const task = /^\$apply = \{\n([\s\S]*)\}\n\n\$ErrorActionPreference = 'Stop'\n[\s\S]*& \$apply\n$/.exec(renderRunCommand(state))![1]!;
                assert.deepEqual(bySettings(task), bySettings(renderPowerShell(state)));
                assert.deepEqual(byRules(task), byRules(renderPowerShell(state)));
            }),
            { numRuns: 10 },
        );
    });

    it("reads from a .reg file every value that the registry holds, for any desired state", () => {
        fc.assert(
            fc.property(states, (state) => {
                const read = bySettings(registryScript(renderRegFile(state)));
                const wanted = [...settingsOf(state)].filter(([id]) => registryPlace(requireSetting(id)) !== undefined);
                assert.ok(wanted.length > 10);
                assert.deepEqual(Object.keys(read).sort(), wanted.map(([id]) => id).sort());
                for (const [id, value] of wanted) {
                    assert.deepEqual(read[id], { state: "known", value }, id);
                }
            }),
            { numRuns: 30 },
        );
    });

    it("sees that a script which only reports changes nothing", () => {
        const { state } = readScript(renderPowerShell(desiredState({ firewallRemoteAddresses: ["203.0.113.0/24"] }), { reportOnly: true }), "powershell");
        assert.deepEqual([state.settings.size, state.firewallRules.length, state.actions.length], [0, 0, 0]);
    });
});
