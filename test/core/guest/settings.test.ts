import assert from "node:assert/strict";
import { causes } from "../../../core/causes";
import { desiredState, settingsOf } from "../../../core/guest/desired";
import { SettingValue } from "../../../core/guest/model";
import {
    judgeSettings,
    networkCategory,
    normalRegistryKey,
    numeric,
    registryKeys,
    registryPlace,
    remoteDesktopRuleGroup,
    requireSetting,
    serviceStart,
    settingAt,
    settingById,
    settings,
    shippedFirewallRules,
} from "../../../core/guest/settings";

describe("settings table", () => {
    it("has unique kebab-case ids", () => {
        const ids = settings.map((s) => s.id);
        assert.equal(new Set(ids).size, ids.length);
        assert.deepEqual(ids.filter((id) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id)), []);
    });

    it("names causes that exist, and at least one for each setting", () => {
        const known = new Set(causes.map((c) => c.id));
        const wrong = settings.filter((s) => s.causes.length === 0 || s.causes.some((c) => !known.has(c)));
        assert.deepEqual(wrong.map((s) => s.id), []);
    });

    it("has a title, a meaning that is a sentence, and a source in the domain reference", () => {
        const wrong = settings.filter((s) => s.title === "" || !s.meaning.endsWith(".") || !s.source.startsWith("§"));
        assert.deepEqual(wrong.map((s) => s.id), []);
    });

    it("has nothing to say against its own safe values, nor against Windows' defaults but for the two that are not safe", () => {
        const judged = (pick: (s: (typeof settings)[number]) => SettingValue | undefined) =>
            settings.filter((s) => pick(s) !== undefined && s.judge(pick(s)!) !== undefined).map((s) => s.id);
        assert.deepEqual(judged((s) => s.safe), []);
        assert.deepEqual(judged((s) => s.default), ["rdp-enabled", "network-category"]);
    });

    it("gives weakened settings the symptom none and broken ones another", () => {
        const probes: SettingValue[] = [0, 1, 2, 3, 4, 5, 60_000, 70_000, "", "x", "disabled", "stopped", "public", "recursive"];
        for (const setting of settings) {
            for (const effect of probes.map((value) => setting.judge(value))) {
                if (effect !== undefined) {
                    assert.notEqual(effect.effect, "safe");
                    assert.equal(effect.symptom === "none", effect.effect === "weakens", `${setting.id}: ${effect.text}`);
                    assert.doesNotMatch(effect.text, /[.;]$/, setting.id);
                }
            }
        }
    });

    it("keeps every policy value of the listener under the name of the local value, as the script relies on", () => {
        for (const s of settings.filter((x) => x.place.kind === "registry" && x.policy !== undefined)) {
            assert.equal(s.policy?.key, registryKeys.policy, s.id);
            assert.equal(s.policy?.value, s.place.kind === "registry" ? s.place.value : "", s.id);
        }
    });

    it("writes with the desired state whatever has a safe value, apart from permissions", () => {
        const written = settingsOf(desiredState({ firewallRemoteAddresses: ["10.0.0.0/8"] }));
        const expected = settings.filter((s) => s.safe !== undefined && s.place.kind !== "acl");
        assert.deepEqual([...written.keys()].sort(), expected.map((s) => s.id).sort());
        for (const setting of expected) {
            assert.equal(written.get(setting.id), setting.safe, setting.id);
        }
    });
});

describe("settingAt", () => {
    const spellings = (key: string) => {
        const rest = key.replace(/^HKLM\\/, "");
        return [
            key,
            `HKLM:\\${rest}`,
            `HKLM:${rest}`,
            `HKEY_LOCAL_MACHINE\\${rest}`,
            `Registry::HKEY_LOCAL_MACHINE\\${rest}`,
            `Microsoft.PowerShell.Core\\Registry::HKLM\\${rest}\\`,
            `hklm:\\${rest.toUpperCase()}\\`,
            `HKLM:\\\\${rest.replace(/\\/g, "\\\\")}`,
            `HKLM:/${rest.replace(/\\/g, "/")}`,
            `  HKLM\\${rest.replace("CurrentControlSet", "ControlSet001")}`,
        ];
    };

    it("finds each registry setting by every spelling of its key", () => {
        for (const setting of settings) {
            const place = registryPlace(setting);
            for (const key of place === undefined ? [] : spellings(place.key)) {
                for (const name of [place!.value, place!.value.toUpperCase(), place!.value.toLowerCase()]) {
                    assert.deepEqual({ id: settingAt(key, name)?.setting.id, viaPolicy: settingAt(key, name)?.viaPolicy }, { id: setting.id, viaPolicy: false }, key);
                }
            }
        }
    });

    it("finds the policy's location and says so", () => {
        const withPolicy = settings.filter((s) => s.policy !== undefined);
        assert.ok(withPolicy.length >= 15);
        for (const setting of withPolicy) {
            for (const key of spellings(setting.policy!.key)) {
                const found = settingAt(key, setting.policy!.value);
                assert.deepEqual([found?.setting.id, found?.viaPolicy], [setting.id, true], key);
            }
        }
    });

    it("takes a service's Start, a firewall profile and a known network's category for the settings that they are", () => {
        const services = "HKLM:\\SYSTEM\\CurrentControlSet\\Services";
        assert.equal(settingAt(`${services}\\TermService`, "Start")?.setting.id, "service-termservice-start");
        assert.equal(settingAt(`${services}\\SharedAccess\\Parameters\\FirewallPolicy\\StandardProfile`, "DoNotAllowExceptions")?.setting.id, "firewall-private-block-all");
        const profiles = "HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\NetworkList\\Profiles";
        assert.equal(settingAt(`${profiles}\\{8B3C0F5E-0000-0000-0000-000000000000}`, "Category")?.setting.id, "network-category");
    });

    it("finds nothing for neighbours", () => {
        assert.equal(settingAt("HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server", "PortNumber"), undefined);
        assert.equal(settingAt("HKCU:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server", "fDenyTSConnections"), undefined);
        assert.equal(settingAt("HKLM:\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.0\\Server", "Enabled"), undefined);
    });

    it("keeps a hive alone and does not take HKLMX for HKLM", () => {
        assert.equal(normalRegistryKey("HKEY_LOCAL_MACHINE\\"), "hklm");
        assert.equal(normalRegistryKey("HKLMX\\Software"), "hklmx\\software");
    });
});

describe("judgements", () => {
    const effect = (id: string, value: SettingValue) => {
        const e = requireSetting(id).judge(value);
        return e === undefined ? "fine" : `${e.effect} ${e.symptom}`;
    };

    const table: [string, SettingValue, string][] = [
        ["rdp-enabled", 1, "breaks 0x204"],
        ["rdp-enabled", 0, "fine"],
        ["rdp-enabled", "0", "fine"],
        ["nla", 0, "weakens none"],
        ["nla", false, "weakens none"],
        ["nla", 1, "fine"],
        ["security-layer", 0, "weakens none"],
        ["security-layer", 1, "fine"],
        ["security-layer", "2", "fine"],
        ["min-encryption-level", 1, "weakens none"],
        ["port", 0, "breaks 0x204"],
        ["port", 65536, "breaks 0x204"],
        ["port", "0xd3d", "fine"],
        ["port", 50000, "weakens none"],
        ["max-instance-count", 1, "breaks 0x904"],
        ["max-instance-count", -1, "fine"],
        ["max-instance-count", 2, "fine"],
        ["credssp-oracle", 2, "weakens none"],
        ["credssp-oracle", 0, "fine"],
        ["restricted-admin", 0, "weakens none"],
        ["restricted-admin", 1, "fine"],
        ["tls12-server-enabled", 0, "breaks 0x904"],
        ["tls12-server-enabled", 0xffffffff, "fine"],
        ["tls12-server-disabled-by-default", 1, "breaks 0x904"],
        ["tls12-client-enabled", 0, "weakens none"],
        ["cipher-suite-order", "", "breaks 0x904"],
        ["cipher-suite-order", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_AES_256_GCM_SHA384", "breaks 0x904"],
        ["cipher-suite-order", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_AES_256_GCM_SHA384", "fine"],
        ["cipher-suite-order", ["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256_P256"], "fine"],
        ["service-termservice-start", "Disabled", "breaks 0x204"],
        ["service-termservice-start", 4, "breaks 0x204"],
        ["service-termservice-start", "auto", "fine"],
        ["service-termservice-start", 3, "fine"],
        ["service-termservice-state", "Stopped", "breaks 0x204"],
        ["service-umrdpservice-start", "disabled", "weakens none"],
        ["service-sessionenv-start", "disabled", "breaks 0x904"],
        ["firewall-public-enabled", "False", "weakens none"],
        ["firewall-public-block-all", true, "breaks 0x204"],
        ["firewall-public-local-rules", 0, "breaks 0x204"],
        ["network-category", "Public", "weakens none"],
        ["network-category", "DomainAuthenticated", "fine"],
        ["unidentified-networks-category", 0, "weakens none"],
        ["certificate-thumbprint", "\u200ea94a8fe5ccb19ba61c4c0873d391e987982fbbd3", "weakens none"],
        ["certificate-thumbprint", "A9 4A 8F E5 CC B1 9B A6 1C 4C 08 73 D3 91 E9 87 98 2F BB D3", "fine"],
        ["self-signed-cert-store", "My", "breaks 0x904"],
        ["profile-list-programdata", "C:\\ProgramData", "fine"],
        ["profile-list-programdata", "D:\\Data", "breaks 0x904"],
        ["drain-mode", 1, "breaks other"],
        ["max-idle-time", 60_000, "weakens none"],
        ["max-idle-time", 3_600_000, "fine"],
        ["licensing-mode", 5, "weakens none"],
        ["machinekeys-acl", "recursive", "weakens none"],
    ];
    for (const [id, value, expected] of table) {
        it(`${id} = ${JSON.stringify(value)}: ${expected}`, () => assert.equal(effect(id, value), expected));
    }

    it("takes RDP's own security layer together with NLA for broken, and alone for weak", () => {
        const judge = (layer: number, nla: number) =>
            judgeSettings(new Map([["security-layer", layer], ["nla", nla]])).map((j) => `${j.setting.id} ${j.effect} ${j.symptom}`);
        assert.deepEqual(judge(0, 1), ["security-layer breaks 0x904"]);
        assert.deepEqual(judge(1, 1), []);
        assert.deepEqual(judge(2, 1), []);
        assert.deepEqual(judge(1, 0), ["security-layer weakens none", "nla weakens none"]);
        assert.deepEqual(judgeSettings(new Map([["security-layer", 0]])).map((j) => j.effect), ["weakens"]);
        assert.deepEqual(judgeSettings(new Map([["no-such-setting", 0]])), []);
    });
});

describe("spellings of values", () => {
    it("reads numbers", () => {
        assert.deepEqual([1, "1", "0x01", true, "$true", "True", -1, "-1", "0xFFFFFFFF"].map(numeric), [1, 1, 1, 1, 1, 1, 4294967295, 4294967295, 4294967295]);
        assert.deepEqual(["", "abc", "1.5", 1.5, ["1"]].map(numeric), Array(5).fill(undefined));
    });

    it("reads start types and network categories", () => {
        assert.deepEqual(["Automatic", "delayed-auto", 2, "demand", "Manual", "3", "Disabled", 4, "boot"].map(serviceStart), ["automatic", "automatic", "automatic", "manual", "manual", "manual", "disabled", "disabled", undefined]);
        assert.deepEqual([0, "Public", 1, "private", 2, "DomainAuthenticated", "home"].map(networkCategory), ["public", "public", "private", "private", "domain", "domain", undefined]);
    });
});

describe("shipped firewall rules", () => {
    it("are known by names and a group that no language changes", () => {
        assert.deepEqual(shippedFirewallRules.map((r) => r.name), ["RemoteDesktop-UserMode-In-TCP", "RemoteDesktop-UserMode-In-UDP", "RemoteDesktop-Shadow-In-TCP"]);
        assert.equal(remoteDesktopRuleGroup, "@FirewallAPI.dll,-28752");
    });
});

describe("settingById", () => {
    it("has no setting for an unknown id, and requireSetting says so", () => {
        assert.equal(settingById("nope"), undefined);
        assert.throws(() => requireSetting("nope"), /no setting 'nope'/);
    });
});
