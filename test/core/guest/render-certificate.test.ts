import assert from "node:assert/strict";
import fc from "fast-check";
import { certificateDocument, certificateRunCommand, renderCertificate } from "../../../core/guest/render/certificate";
import { CertificatePlan } from "../../../core/guest/render/certificate-plan";
import { readScript } from "../../../core/guest/script";
import { loadSyntaxCheck, SyntaxCheck } from "./render-support";

const names = ["desk.example.com", "rdp.example.com"];
const store: CertificatePlan = { kind: "store", names };
const secret = { kind: "secret" } as const;
const privateCa = { kind: "private-ca", signingAlgorithm: "SHA256WITHRSA", validityDays: 90, renewBeforeDays: 30 } as const;
const own = { kind: "windows" } as const;
const plans: readonly CertificatePlan[] = [store, secret, privateCa, own];

/** Every script that a component delivers. */
const scripts: readonly (readonly [string, string])[] = [
    ...plans.map((plan) => [plan.kind, renderCertificate(plan)] as const),
    ["run command for a store", certificateRunCommand(store, 1500)],
    ["run command for windows", certificateRunCommand(own)],
    ...[secret, privateCa, own].map((plan) => [`document for ${plan.kind}`, certificateDocument(plan).mainSteps[0]!.inputs.runCommand.join("\n")] as const),
];

describe("certificate scripts", () => {
    let syntaxErrors: SyntaxCheck;
    before(async () => {
        syntaxErrors = await loadSyntaxCheck();
    });

    for (const [what, script] of scripts) {
        it(`${what}: parses with LF and CRLF, is ASCII, and is read in every part`, () => {
            for (const text of [script, script.replace(/\n/g, "\r\n")]) {
                assert.deepEqual(syntaxErrors(text), []);
                const reading = readScript(text, "powershell");
                assert.deepEqual([reading.syntaxErrors, reading.notAnalysed, reading.state.actions], [[], [], []]);
            }
            assert.match(script, /^[\n\x20-\x7e]*$/);
        });

        it(`${what}: leaves services startable, and names no fixed thumbprint`, () => {
            const { settings } = readScript(script, "powershell").state;
            for (const [service, start] of [["cryptsvc", "automatic"], ["keyiso", "manual"], ["certpropsvc", "manual"], ["sessionenv", "manual"]]) {
                assert.deepEqual(settings.get(`service-${service}-start`)?.value, { state: "known", value: start });
            }
            assert.notEqual(settings.get("certificate-thumbprint")?.value.state, "known", "a fixed thumbprint is that of a certificate that expires");
        });

        it(`${what}: renames, takes over and resets nothing, and removes no key`, () => {
            assert.doesNotMatch(script, /\b(Rename-Item|Move-Item|takeown|-DeleteKey)\b|\/t\b|\(OI\)|\(CI\)|\/inheritance|\/reset|\/remove/i);
            const removed = [...script.matchAll(/Remove-Item (.*)/g)].map((m) => m[1]);
            for (const target of removed) {
                assert.match(target ?? "", /^-LiteralPath (\$old\.PSPath|\$file -Force \})$/);
            }
        });

        it(`${what}: defines every helper that it calls, before it calls it`, () => {
            const used = new Set([...script.replace(/^\s*function [\w-]+/gm, "").matchAll(/\b[A-Z]\w+-Rdp\w+/g)].map((m) => m[0]));
            for (const helper of used) {
                const at = script.search(new RegExp(`^\\s*function ${helper} `, "m"));
                assert.ok(at >= 0, `${helper} is not defined`);
                const top = script.search(new RegExp(`^(?!\\s*function)(?=\\S).*\\b${helper}\\b`, "m"));
                assert.ok(top < 0 || at < top, `${helper} is called before it is defined`);
            }
        });

        it(`${what}: does nothing to the binding where group policy owns it`, () => {
            const policy = script.indexOf("CertTemplateName");
            assert.ok(policy > 0);
            for (const change of ["Set-RdpCertificate -Certificate", "Restart-Service", "Remove-Item -LiteralPath $old", "Get-SECSecretValue -SecretId", "New-PCACertificate -CertificateAuthorityArn"]) {
                const at = script.indexOf(change);
                assert.ok(at < 0 || script.lastIndexOf("-not $byPolicy", at) > policy, change);
            }
        });
    }

    describe("binding", () => {
        const script = renderCertificate(store);

        it("writes through WMI only what differs, verifies it, and restarts nothing", () => {
            assert.equal(script.match(/Set-CimInstance/g)?.length, 1);
            assert.ok(script.indexOf("-eq $Certificate.Thumbprint) { return }") < script.indexOf("Set-CimInstance"));
            assert.match(script, /Set-CimInstance [^\n]*\n\s*\$after = [^\n]*\n\s*if [^\n]*throw "the listener did not take/);
            for (const [what, other] of scripts.filter(([w]) => !w.includes("windows"))) {
                assert.doesNotMatch(other, /Restart-Service|Stop-Service/, what);
            }
        });

        it("wants every name, a date that holds, a private RSA key and the right purpose, and takes the newest", () => {
            for (const condition of ["$_.HasPrivateKey", "$_.NotBefore -le $now", "$_.NotAfter -gt $now", "Sort-Object -Property NotBefore -Descending", "1.3.6.1.5.5.7.3.1", "1.3.6.1.4.1.311.54.1.2", "1.2.840.113549.1.1.1"]) {
                assert.ok(script.includes(condition), condition);
            }
            assert.ok(script.includes("$names = @('desk.example.com', 'rdp.example.com')"));
        });

        it("lets NETWORK SERVICE read, by SID, the one key file", () => {
            assert.deepEqual([...script.matchAll(/Grant-RdpAccess -Path .*/g)].map((m) => m[0]), ["Grant-RdpAccess -Path $file.FullName -Sid 'S-1-5-20' -Mask 131209 -Rights '(R)' }"]);
            assert.doesNotMatch(script, /NETWORK SERVICE'|NT AUTHORITY|Everyone/);
        });

        it("holds any names", () => {
            fc.assert(
                fc.property(fc.array(fc.domain(), { minLength: 1, maxLength: 8 }), (list) => {
                    const text = renderCertificate({ kind: "store", names: list });
                    assert.deepEqual(syntaxErrors(text), []);
                    list.forEach((name) => assert.ok(text.includes(`'${name}'`)));
                }),
                { numRuns: 20 },
            );
        });
    });

    describe("run command", () => {
        const script = certificateRunCommand(store, 1500);

        it("binds on replacement, daily and at each start, and waits for the certificate in the first run only", () => {
            assert.match(script, /Register-ScheduledTask -TaskName 'rdp-ready-certificate' .*-Trigger @\(\$atStart, \$repeated\)/);
            assert.match(script, /New-ScheduledTaskTrigger -AtStartup/);
            assert.match(script, /New-ScheduledTaskTrigger -Daily /);
            assert.match(script, /Get-CertificateNotificationTask[^\n]*-eq 0\) \{\n\s*New-CertificateNotificationTask -Type Replace -PSScript \$file /);
            assert.ok(script.indexOf("$deadline = (Get-Date).AddSeconds(1500)") > script.indexOf("exit 0"), "the deadline is outside of what is installed");
            assert.ok(script.endsWith("\n& $apply\n"));
        });

        it("has a task and a file of its own beside RdpGuest's", () => {
            assert.match(script, /\$file = "\$env:ProgramData\\rdp-ready\\rdp-ready-certificate\.ps1"/);
            assert.doesNotMatch(script, /\\rdp-ready\.ps1/);
        });

        it("needs no notification for Windows' own certificate", () => {
            assert.doesNotMatch(certificateRunCommand(own), /CertificateNotificationTask|\$deadline/);
        });
    });

    describe("Windows' own certificate", () => {
        const script = renderCertificate(own);

        it("removes an expired one only after a valid one is bound", () => {
            const removal = script.indexOf("Remove-Item -LiteralPath $old.PSPath");
            assert.ok(script.lastIndexOf("if (@(Get-RdpOwnCertificate).Count -gt 0) {", removal) > script.indexOf("Restart-Service -Name TermService"));
            assert.match(script, /\$_\.Thumbprint -eq \$bound\.SSLCertificateSHA1Hash -and \$_\.NotAfter -gt \$now/);
        });

        it("restarts the listener only where the service that renews was not enough, and nobody is logged on", () => {
            const [session, listener] = ["Restart-Service -Name SessionEnv -Force", "Restart-Service -Name TermService -Force"].map((s) => script.indexOf(s));
            assert.ok(session! > 0 && session! < listener!);
            assert.match(script, /if \(\(Get-RdpSessionCount\) -gt 0\) \{ \$notes\.Add\([^\n]*\n\s*else \{\n\s*Restart-Service -Name TermService/);
        });

        it("leaves a certificate of somebody's own bound", () => {
            assert.match(script, /SSLCertificateSHA1HashType -eq 3\) \{ \$notes\.Add/);
            assert.doesNotMatch(script, /Set-CimInstance|SSLCertificateSHA1Hash *=/);
        });

        it("restores the folder's and the key file's own permissions and no other", () => {
            const { settings } = readScript(script, "powershell").state;
            for (const id of ["machinekeys-acl", "rdp-key-file-acl"]) {
                assert.deepEqual(settings.get(id)?.value, { state: "known", value: "default" });
            }
        });
    });

    describe("documents", () => {
        it("declare each parameter that they use, with a pattern that admits nothing to end a quotation", () => {
            for (const plan of [secret, privateCa, own]) {
                const document = certificateDocument(plan);
                const used = new Set([...JSON.stringify(document.mainSteps).matchAll(/\{\{ *(\w+) *\}\}/g)].map((m) => m[1]));
                assert.deepEqual([...used].sort(), Object.keys(document.parameters ?? {}).sort());
                for (const { allowedPattern } of Object.values(document.parameters ?? {})) {
                    for (const attack of ["'", "x'; Remove-Item", "\n", "\"", "$(whoami)", "`"]) {
                        assert.doesNotMatch(`arn:${attack}`, new RegExp(allowedPattern));
                        assert.doesNotMatch(attack, new RegExp(allowedPattern));
                    }
                }
            }
            assert.deepEqual(Object.keys(certificateDocument(secret).parameters ?? {}), ["source", "names"]);
        });

        it("never put the secret or its password into the output or on a disk", () => {
            const script = renderCertificate(secret);
            const outputs = [...script.matchAll(/(?:Write-Output|\.Add\(|throw) ?(.*)/g)].map((m) => m[1]!);
            assert.ok(outputs.length > 10);
            for (const output of outputs) {
                assert.doesNotMatch(output, /\$(password|pfx|text\.|fields|secret\b|Secret\.)/i, output);
            }
            assert.doesNotMatch(script, /WriteAll|Set-Content|Out-File|Export-|ConvertTo-SecureString/);
            assert.match(script, /catch \{ throw 'the secret must hold a PFX/, "what is wrong with JSON quotes the JSON");
            assert.match(script, /'MachineKeySet, PersistKeySet'/, "and not exportable");
        });

        it("ask for a certificate only when the last one is missing or about to end", () => {
            const script = renderCertificate(privateCa);
            assert.ok(script.indexOf("-lt (Get-Date).AddDays(30)) {") < script.indexOf("New-RdpRequest -Name $names"));
            assert.match(script, /-Validity_Type DAYS -Validity_Value 90 /);
            assert.match(script, /'Exportable=FALSE'/);
            assert.ok(script.indexOf("SetSecurityDescriptorSddlForm('O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')") < script.indexOf("certreq.exe"), "nobody else may exchange the request");
        });

        it("fit", () => {
            for (const plan of [secret, privateCa, own]) {
                assert.ok(JSON.stringify(certificateDocument(plan)).length < 32 * 1024);
            }
        });
    });
});
