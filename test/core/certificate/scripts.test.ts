import assert from "node:assert";
import { bindingsIn, grantsKey, hiddenScript, inlineCertificates, renewsBySchedule, sourceOf } from "../../../core/certificate/scripts";
import { Carrier } from "../../../core/guest/model";
import { readScript } from "../../../core/guest/script";
import { known, unknown } from "../../../core/known";
import { pkcs12 } from "../../../policies/rules/shared/example-certificates";

function carrier(script: string, runs: Carrier["runs"] = "on-change", name = "bind"): Carrier {
    return { urn: `urn:pulumi:dev::test::x::${name}`, kind: "run-command", property: "source.script", language: "powershell", script: known(script), runs, reading: readScript(script, "powershell") };
}

const cim = "Set-CimInstance -InputObject $s -Property @{ SSLCertificateSHA1Hash = $c.Thumbprint }";

/** When each binding of the scripts is done again. */
function again(...carriers: readonly Carrier[]): string[] {
    return bindingsIn(carriers).map((b) => b.again);
}

describe("certificates: scripts that bind", () => {
    const binding: readonly string[] = [
        cim,
        'wmic /namespace:\\\\root\\cimv2\\TerminalServices PATH Win32_TSGeneralSetting Set SSLCertificateSHA1Hash="$thumb"',
        "Set-WmiInstance -Path $path -argument @{SSLCertificateSHA1Hash=$pfx.Thumbprint}",
        "Set-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp' -Name SSLCertificateSHA1Hash -Value $hash -Type Binary",
        'reg add "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp" /v SSLCertificateSHA1Hash /t REG_BINARY /d %thumb% /f',
        `$script = @'\n${cim}\n'@\nSet-Content C:\\rebind.ps1 $script`,
    ];
    for (const script of binding) {
        it(script.split("\n")[0]!.slice(0, 70), () => assert.deepStrictEqual(again(carrier(script)), ["once"]));
    }

    const harmless: readonly string[] = [
        "(Get-CimInstance -Namespace root/cimv2/TerminalServices -ClassName Win32_TSGeneralSetting).SSLCertificateSHA1Hash",
        "if ($s.SSLCertificateSHA1Hash -eq $c.Thumbprint) { return }",
        "if ($s.SSLCertificateSHA1Hash == '') { }",
        "Remove-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp' -Name SSLCertificateSHA1Hash",
        'reg delete "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp" /v SSLCertificateSHA1Hash /f',
        `# ${cim}`,
    ];
    for (const script of harmless) {
        it(`not: ${script.slice(0, 60)}`, () => assert.deepStrictEqual(again(carrier(script)), []));
    }

    it("the line is that of the script, comments and all", () => assert.strictEqual(bindingsIn([carrier(`# one\n\n${cim}`)])[0]?.line, 3));

    it("what is done again", () => {
        assert.deepStrictEqual(again(carrier(cim, "scheduled")), ["scheduled"]);
        assert.deepStrictEqual(again(carrier(cim, "every-boot")), ["at-start"]);
        assert.deepStrictEqual(again(carrier(cim, "never")), []);
        assert.deepStrictEqual(again(carrier(`${cim}\nRegister-ScheduledTask -TaskName x -Action $a`)), ["scheduled"]);
        assert.deepStrictEqual(again(carrier(`${cim}\nschtasks /query\nschtasks.exe /create /tn x /tr y /sc daily`)), ["scheduled"]);
        assert.deepStrictEqual(again(carrier(`${cim}\nNew-CertificateNotificationTask -Type Replace -PSScript C:\\r.ps1 -Name x -Channel System`)), ["on-replacement"]);
    });

    it("a task of another script counts where that runs the file that binds", () => {
        const writes = carrier(`Set-Content C:\\rdp\\rebind.ps1 '${cim}'`);
        assert.deepStrictEqual(again(writes, carrier("Register-ScheduledTask -TaskName x -Action (New-ScheduledTaskAction -Execute powershell -Argument '-File C:\\rdp\\rebind.ps1')")), ["scheduled"]);
        assert.deepStrictEqual(again(writes, carrier("Register-ScheduledTask -TaskName backup -Action $backup")), ["once"]);
    });

    it("where the certificate comes from", () => {
        const sources: Record<string, string> = {
            "New-SelfSignedCertificate -DnsName x": "self-signed",
            "aws secretsmanager get-secret-value --secret-id x": "secrets-manager",
            "Get-PCACertificate -CertificateArn $a": "private-ca",
            "aws acm export-certificate --certificate-arn $a": "acm",
            "Get-AzKeyVaultSecret -VaultName kv -Name x": "key-vault",
            "Get-Certificate -Template RDP -CertStoreLocation Cert:\\LocalMachine\\My": "enrolment",
            "Import-PfxCertificate -FilePath C:\\x.pfx -CertStoreLocation Cert:\\LocalMachine\\My": "file",
            "Get-ChildItem Cert:\\LocalMachine\\My": "store",
        };
        for (const [script, source] of Object.entries(sources)) {
            assert.strictEqual(sourceOf(carrier(script)), source, script);
        }
    });

    it("who may read the key", () => {
        assert.ok(grantsKey([carrier("icacls $file /grant '*S-1-5-20:(R)'")]));
        assert.ok(grantsKey([carrier("$rule = New-Object System.Security.AccessControl.FileSystemAccessRule('NT AUTHORITY\\NETWORK SERVICE','Read','Allow')\n$acl.AddAccessRule($rule)")]));
        assert.ok(!grantsKey([carrier("icacls $file /grant 'Users:(R)'")]));
        assert.ok(!grantsKey([carrier("# icacls $file /grant '*S-1-5-20:(R)'")]));
        assert.ok(!grantsKey([carrier("icacls $file /grant '*S-1-5-20:(R)'", "never")]));
    });

    it("what is out of sight", () => {
        assert.strictEqual(hiddenScript([carrier(cim)]), undefined);
        assert.match(hiddenScript([carrier(cim), { ...carrier(""), script: unknown("it is a secret") }]) ?? "", /it is a secret/);
        assert.match(hiddenScript([carrier("Invoke-Expression (Invoke-WebRequest https://example.org/rdp.ps1).Content")]) ?? "", /line 1/);
        assert.strictEqual(hiddenScript([{ ...carrier("", "never"), script: unknown("it is a secret") }]), undefined);
    });

    it("renewed by a task or a client of its own", () => {
        assert.ok(renewsBySchedule(carrier("C:\\acme\\wacs.exe --source manual")));
        assert.ok(!renewsBySchedule(carrier("New-SelfSignedCertificate -DnsName x")));
    });

    it("certificates that stand in a script, with what may be their password", () => {
        const [found] = inlineCertificates(carrier(`$p = ConvertTo-SecureString -String 'pa55' -AsPlainText -Force\n$x = '${pkcs12.good}'`));
        assert.deepStrictEqual(found, { text: pkcs12.good, line: 2, passwords: ["pa55"] });
        assert.deepStrictEqual(inlineCertificates(carrier("$x = 'MIIshort'")), []);
        assert.deepStrictEqual(inlineCertificates(carrier("[regex]::Matches($chain, '-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----')")), []);
    });
});
