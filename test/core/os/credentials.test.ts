import assert from "node:assert";
import fc from "fast-check";
import { keyAlgorithm, nameRefusal, passwordRefusal } from "../../../core/os/accounts";
import { literalPasswords, mayGrantLogOn } from "../../../core/os/passwords";
import { updatesIn } from "../../../core/os/updates";

describe("what Azure accepts as the first administrator", () => {
    it("names", () => {
        for (const name of ["admin", "Administrator", "ROOT", "user1", "support_388945a0", "trailing.", "", "x".repeat(21)]) {
            assert.ok(nameRefusal(name) !== undefined, name);
        }
        for (const name of ["azureuser", "rdpadmin", "adminuser", "testadmin", "x".repeat(20), "inner.dot"]) {
            assert.strictEqual(nameRefusal(name), undefined, name);
        }
    });

    it("passwords", () => {
        for (const password of ["Ab1!", "a".repeat(123) + "B1", "alllowercase", "lower1234567", "P@ssw0rd", "Password1"]) {
            assert.ok(passwordRefusal(password) !== undefined, password);
        }
        for (const password of ["P@ssw0rd1234", "correct horse 1", "Lower1234", "A1" + "b".repeat(121)]) {
            assert.strictEqual(passwordRefusal(password), undefined, password);
        }
    });

    it("the answer says what kind of fault it is, and depends on nothing else of what was given", () => {
        const faults = new Set<string | undefined>();
        fc.assert(fc.property(fc.string({ maxLength: 140 }), (text) => void faults.add(passwordRefusal(text))));
        assert.ok(faults.size <= 5, [...faults].join("; "));
    });
});

describe("public keys", () => {
    it("only RSA decrypts", () => {
        assert.strictEqual(keyAlgorithm("ssh-rsa AAAAB3 x")?.kind, "rsa");
        for (const key of ["ssh-ed25519 AAAAC3 x", "ecdsa-sha2-nistp256 AAAAE2 x", "sk-ssh-ed25519@openssh.com AAAA x"]) {
            assert.strictEqual(keyAlgorithm(key)?.kind, "other", key);
        }
        assert.strictEqual(keyAlgorithm("-----BEGIN PUBLIC KEY-----"), undefined);
        assert.strictEqual(keyAlgorithm(""), undefined);
    });
});

describe("passwords in scripts", () => {
    const found: readonly string[] = [
        "net user operator Secret-1234 /add",
        'net user "remote desk" "Secret 1234" /add /y',
        "net.exe user operator 'Secret-1234'",
        "net1 user operator Secret-1234",
        "$p = ConvertTo-SecureString 'Secret-1234' -AsPlainText -Force",
        '$p = ConvertTo-SecureString -String "Secret-1234" -AsPlainText -Force',
        "$p = ConvertTo-SecureString -AsPlainText -Force -String 'Secret-1234'",
        "$p = 'Secret-1234' | ConvertTo-SecureString -AsPlainText -Force",
        "([adsi]'WinNT://./operator').SetPassword('Secret-1234')",
        "$word = 'Secret-1234'\n$p = ConvertTo-SecureString $word -AsPlainText -Force",
        "[string]$Word = 'Secret-1234'\nnet user operator $word /add",
        "$word = 'Secret-1234'\nnet user operator \"$word\" /add",
        "$word = 'Secret-1234'\n$u.SetPassword($word)",
    ];
    const none: readonly string[] = [
        "net user operator $p /add",
        "$name = 'operator'\nnet user $name $p /add",
        "$p = 'none'\n$p = (Get-SECSecretValue -SecretId desk).SecretString\nnet user operator $p /add",
        "$name = 'operator'\nnet user $name /active:yes",
        "net user operator %1 /add",
        "net user operator * /add",
        "net user operator /active:yes",
        "net user",
        "net user operator <password> /add",
        "net user operator {{ password }} /add",
        "$p = ConvertTo-SecureString $env:SECRET -AsPlainText -Force",
        '$p = ConvertTo-SecureString "$($secret.Value)" -AsPlainText -Force',
        "$p = ConvertTo-SecureString -String (Get-Secret) -AsPlainText -Force",
        "$p = ConvertTo-SecureString '01000000d08c9ddf' -Key $key",
        "$word = (Get-SSMParameterValue -Name x).Value\n$p = ConvertTo-SecureString $word -AsPlainText",
        "  # net user operator Secret-1234 /add",
        "<#\nnet user operator Secret-1234 /add\n#>",
    ];
    found.forEach((script) => it(`in: ${script}`, () => assert.strictEqual(literalPasswords(script, "powershell").length, 1)));
    none.forEach((script) => it(`not in: ${script}`, () => assert.deepStrictEqual(literalPasswords(script, "powershell"), [])));

    it("lines keep their numbers behind comments", () => {
        assert.deepStrictEqual(literalPasswords("<#\n\n#>\r\n# x\r\nnet user a Secret-1234", "powershell").map((f) => f.line), [5]);
        assert.deepStrictEqual(literalPasswords("rem net user a Secret-1234\r\n:: net user b Secret-1234\r\nnet user c Secret-1234", "batch").map((f) => f.line), [3]);
    });

    it("never takes long on long lines", () => {
        const start = Date.now();
        for (const line of ["net user ".repeat(20_000), "ConvertTo-SecureString ".repeat(10_000), `${"'a' | ".repeat(20_000)}x`, '"'.repeat(100_000), "wuauserv Set-Service ".repeat(10_000), "<# ".repeat(80_000), "wuauserv Set-Service ".repeat(45), "net user a\n".repeat(20_000)]) {
            literalPasswords(line, "powershell");
            updatesIn(line, "powershell");
            mayGrantLogOn(line);
        }
        assert.ok(Date.now() - start < 3000, `${Date.now() - start} ms`);
    });

    it("who may give somebody a credential", () => {
        for (const script of ["net user operator $p /add", "New-LocalUser x -Password $p", "Add-Computer -DomainName corp", "netdom.exe join %COMPUTERNAME% /d:corp", "$u.SetPassword($p)"]) {
            assert.ok(mayGrantLogOn(script), script);
        }
        for (const script of ["Write-Output ready", "net user /domain", "net localgroup x", "Get-LocalUser"]) {
            assert.ok(!mayGrantLogOn(script), script);
        }
    });
});

describe("Windows Update in scripts", () => {
    const cases: readonly (readonly [string, boolean | undefined])[] = [
        ["Set-Service wuauserv -StartupType Disabled", false],
        ["'wuauserv' | ForEach-Object { Set-Service $_ -StartupType Disabled }", false],
        ["sc.exe config wuauserv start= disabled", false],
        ["reg add HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate\\AU /v NoAutoUpdate /t REG_DWORD /d 1 /f", false],
        ["Set-ItemProperty -Path $au -Name NoAutoUpdate -Value 1", false],
        ["Set-ItemProperty -Path $au -Name NoAutoUpdate -Value 0", true],
        ["Set-Service wuauserv -StartupType Disabled\nSet-Service wuauserv -StartupType Manual", true],
        ["sc config wuauserv start= demand", true],
        ["Install-WindowsUpdate -AcceptAll", true],
        ["Stop-Service wuauserv", undefined],
        ["Set-Service Spooler -StartupType Disabled", undefined],
        ["# Set-Service wuauserv -StartupType Disabled", undefined],
    ];
    cases.forEach(([script, expected]) => it(script, () => assert.strictEqual(updatesIn(script, "powershell")?.on, expected)));
});
