import assert from "node:assert";
import { amazonImage, azureImage } from "../../../core/os/images";
import { retirementOf } from "../../../core/os/retirement";
import { smallMemory, livesOnCredits } from "../../../core/os/sizes";
import { memoryFloor, releases } from "../../../core/os/windows";

describe("what an Azure image holds", () => {
    // publisher, offer, sku, release, edition
    const images: readonly (readonly [string, string, string, string | undefined, string | undefined])[] = [
        ["MicrosoftWindowsServer", "WindowsServer", "2022-datacenter-azure-edition-core-smalldisk", "server-2022", "core"],
        ["MicrosoftWindowsServer", "WindowsServer", "2025-datacenter-azure-edition", "server-2025", "desktop"],
        ["MicrosoftWindowsServer", "WindowsServer", "2012-R2-Datacenter-smalldisk-g2", "server-2012-r2", "desktop"],
        ["MicrosoftWindowsServer", "WindowsServer", "2012-Datacenter", "server-2012", "desktop"],
        ["MicrosoftWindowsServer", "WindowsServer", "2008-R2-SP1-zhcn", "server-2008-r2", "desktop"],
        ["microsoftwindowsserver", "windowsserver", "2019-datacenter-with-containers", "server-2019", "desktop"],
        ["MicrosoftWindowsServer", "WindowsServer", "datacenter-core-20h2-with-containers-smalldisk", "server-semi-annual", "core"],
        ["MicrosoftWindowsServer", "WindowsServer", "23h2-datacenter-core", undefined, "core"],
        ["MicrosoftWindowsServer", "WindowsServer", "2028-datacenter", undefined, "desktop"],
        ["MicrosoftWindowsDesktop", "windows-11", "win11-24h2-pro", "windows-11", "desktop"],
        ["MicrosoftWindowsDesktop", "office-365", "win10-22h2-avd-m365-g2", "windows-10", "desktop"],
        ["MicrosoftWindowsDesktop", "Windows-7", "win7-enterprise", "windows-7", "desktop"],
        ["MicrosoftSQLServer", "SQL2019-WS2022", "standard-gen2", "server-2022", "desktop"],
        ["MicrosoftSQLServer", "SQL2014SP3-WS2012R2", "Enterprise", "server-2012-r2", "desktop"],
        ["MicrosoftVisualStudio", "visualstudio2022", "vs-2022-ent-latest-ws2022", "server-2022", "desktop"],
        ["MicrosoftVisualStudio", "visualstudio2019latest", "vs-2019-ent-latest-win11-n-gen2", "windows-11", "desktop"],
        ["somebody", "hardened-windows-server-2019", "gold", "server-2019", undefined],
        ["somebody", "gateway", "v2016", undefined, undefined],
    ];
    for (const [publisher, offer, sku, release, edition] of images) {
        it(`${publisher} ${offer} ${sku}`, () => {
            const image = azureImage({ publisher, offer, sku });
            assert.deepStrictEqual([image.release?.id, image.edition, image.stock], [release, edition, /^microsoft/i.test(publisher)]);
        });
    }
});

describe("what Azure has removed", () => {
    for (const [sku, removed] of [["2019-datacenter-with-containers", true], ["2022-datacenter-core-with-containers-smalldisk-g2", true], ["2022-datacenter-azure-edition-core", false]] as const) {
        it(sku, () => assert.strictEqual(azureImage({ publisher: "MicrosoftWindowsServer", offer: "WindowsServer", sku }).withdrawn !== undefined, removed));
    }
});

describe("what an AMI holds", () => {
    const images: readonly (readonly [string, string | undefined, string | undefined, boolean])[] = [
        ["Windows_Server-2022-English-Full-Base-2026.01.14", "server-2022", "desktop", true],
        ["Windows_Server-2019-English-Full-Base-*", "server-2019", "desktop", true],
        ["Windows_Server-2016-English-Core-Base-2024.05.15", "server-2016", "core", true],
        ["Windows_Server-2016-English-Full-SQL_2016_SP2_Web-2021.06.09", "server-2016", "desktop", true],
        ["EC2LaunchV2-Windows_Server-2019-English-Full-Base-2022.04.13", "server-2019", "desktop", true],
        ["TPM-Windows_Server-2022-English-Core-Base-2024.05.15", "server-2022", "core", true],
        ["Windows_Server-2012-R2_RTM-English-64Bit-Base-2023.10.11", "server-2012-r2", "desktop", true],
        ["Windows_Server-2012-RTM-English-64Bit-Base-2023.10.11", "server-2012", "desktop", true],
        ["Windows_Server-2008-R2_SP1-English-64Bit-Base-2019.12.16", "server-2008-r2", "desktop", true],
        ["Windows_Server-1909-English-Core-Base-2020.10.14", "server-semi-annual", "core", true],
        ["/aws/service/ami-windows-latest/Windows_Server-2025-English-Full-Base", "server-2025", "desktop", true],
        ["resolve:ssm:/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-ContainersLatest", "server-2022", "desktop", true],
        ["Windows_Server-2022-English-Full-Base-copy", "server-2022", "desktop", false],
        ["corp-Windows_Server-2022-English-Full-hardened", "server-2022", "desktop", false],
    ];
    for (const [name, release, edition, stock] of images) {
        it(name, () => {
            const image = amazonImage(name);
            assert.deepStrictEqual([image?.release?.id, image?.edition, image?.stock], [release, edition, stock]);
        });
    }

    it("an id and a name of another make tell nothing", () => {
        for (const text of ["ami-0a1b2c3d4e5f60718", "corp-win2022-gold-17", "al2023-ami-2023.4.20240513.0-kernel-6.1-x86_64", "Windows_Server-2022", ""]) {
            assert.strictEqual(amazonImage(text), undefined, text);
        }
    });

    it("a pattern for any year names no release", () => assert.strictEqual(amazonImage("Windows_Server-*-English-Full-Base-*"), undefined));
});

describe("releases and sizes", () => {
    it("dates are dates, and extended updates end after the support", () => {
        for (const { title, supportEnds, extendedUpdatesEnd } of Object.values(releases)) {
            for (const date of [supportEnds, extendedUpdatesEnd].filter((d) => d !== undefined)) {
                assert.strictEqual(new Date(date).toISOString().slice(0, 10), date, title);
            }
            assert.ok(extendedUpdatesEnd === undefined || (supportEnds !== undefined && extendedUpdatesEnd > supportEnds), title);
        }
    });

    it("TLS 1.2 is off by itself in 2008, 2008 R2 and Windows 7 alone", () => {
        assert.deepStrictEqual(Object.values(releases).filter((r) => !r.tls12).map((r) => r.id).sort(), ["server-2008", "server-2008-r2", "windows-7"]);
    });

    it("memory: the core needs half a GiB, the desktop more", () => {
        assert.strictEqual(memoryFloor(releases["2022"]!, "core"), 0.5);
        assert.strictEqual(memoryFloor(releases["2022"]!, "desktop"), 2);
        assert.strictEqual(memoryFloor(releases["11"]!, "desktop"), 4);
    });

    // Neighbours by name: the series that goes, and the one that stays.
    for (const [on, sizes] of [
        ["2023-09-06", ["Standard_NV6", "Standard_NV12_Promo", "Standard_NC6", "Standard_NC24r", "Standard_NC12_Promo", "Standard_NC6s_v2", "Standard_NC24rs_v2", "Standard_ND6s", "Standard_ND24rs"]],
        ["2024-08-31", ["Basic_A0", "Standard_A7", "Standard_HB60rs", "Standard_HB60-15rs"]],
        ["2026-09-30", ["standard_nv12s_v3", "Standard_NV4as_v4"]],
        ["2028-05-01", ["Standard_D1", "Standard_D14", "Standard_DS3", "Standard_DS13-4", "Standard_D2_v2", "Standard_DS11-1_v2", "Standard_D2_v2_Promo", "Standard_L8s"]],
        ["2028-11-15", ["Standard_A1_v2", "Standard_A2m_v2", "Standard_B1ls", "Standard_B1s", "Standard_B2ms", "Standard_F2", "Standard_F4s", "Standard_F2s_v2", "Standard_G5", "Standard_GS4-8", "Standard_L8s_v2"]],
        ["2029-10-31", ["Standard_DC2s_v3", "Standard_DC2ds_v3"]],
        [undefined, ["Standard_D2_v3", "Standard_D2s_v3", "Standard_D2s_v5", "Standard_D2as_v5", "Standard_D2ads_v6", "Standard_B2s_v2", "Standard_B2ats_v2", "Standard_B2ls_v2", "Standard_F2as_v6", "Standard_L8s_v3", "Standard_NV6ads_A10_v5", "Standard_NC4as_T4_v3", "Standard_NC24ads_A100_v4", "Standard_ND40rs_v2", "Standard_HB120rs_v2", "Standard_HB120-16rs_v3", "Standard_E2s_v3", "Standard_DC2as_v5", "Standard_M8ms", "t3.micro", "toString", ""]],
    ] as const) {
        it(on === undefined ? "sizes that stay" : `sizes that go on ${on}`, () => assert.deepStrictEqual(sizes.map((s) => retirementOf(s)?.on), sizes.map(() => on)));
    }

    it("small sizes in whatever case, and no others", () => {
        assert.deepStrictEqual(["standard_b1s", "Standard_B1ls", "t3.micro", "t2.nano", "Standard_D2s_v5", "m5.large", "constructor"].map(smallMemory), [1, 0.5, 1, 0.5, undefined, undefined, undefined]);
        assert.deepStrictEqual(["t3.large", "t3a.micro", "t2.small", "m5.large", "t4g.small"].map(livesOnCredits), [true, true, true, false, false]);
    });
});
