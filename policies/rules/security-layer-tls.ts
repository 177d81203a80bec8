import { Carrier } from "../../core/guest/model";
import { judgeSettings, numeric } from "../../core/guest/settings";
import { isKnown } from "../../core/known";
import { CarrierRule, Finding } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { advisingWhereWeakened } from "./shared/repair";
import { judgeSetting, place } from "./shared/setting";

const listener = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp";
const write = (value: number, name = "SecurityLayer"): string => `Set-ItemProperty -Path '${listener}' -Name ${name} -Value ${value} -Type DWord`;
const nla = (value: number): string => write(value, "UserAuthentication");

const rule: CarrierRule = {
    id: "RDP204",
    name: "security-layer-tls",
    title: "Sessions are protected by TLS, not by the RDP security layer",
    severity: "high",
    effect: "breaks",
    symptom: "0x904",
    causes: ["security-layer", "nla", "credssp-tls-mismatch"],
    why:
        "SecurityLayer 0 makes the listener speak RDP's own encryption: the server proves no identity, and NLA, which runs inside TLS, cannot be used. A host that requires NLA at the same time contradicts itself and turns clients away during negotiation (0x904). " +
        "NLA is on by default, so SecurityLayer 0 alone does the same; where the script turns NLA off as well, sessions come up without TLS, and the finding advises. " +
        "SecurityLayer 1 (negotiate) is fine together with NLA, as Microsoft's own image script sets it, and weak without; 2 is preferred. fAllowSecProtocolNegotiation 0 leaves the two sides no way to agree " +
        "(Microsoft: Win32_TSGeneralSetting, prepare-for-upload-vhd-image; MS-RDPBCGR 5.4).",
    remedy: "Write SecurityLayer 2, or delete the line. If an old client cannot do TLS, update the client.",
    defaultLevel: "mandatory",
    scope: "carrier",
    check: (carrier: Carrier): Finding[] => {
        const { settings } = carrier.reading.state;
        if (settings.size === 0) {
            return [];
        }
        const written = settings.get("nla");
        // What the script leaves open may be 0: then the layer alone is judged.
        const required = written === undefined ? 1 : isKnown(written.value) ? (numeric(written.value.value) ?? -1) : -1;
        const layer = judgeSetting(carrier, "security-layer", {
            must: "protect sessions with TLS",
            fix: (s) => (s.literal === undefined ? "SecurityLayer 2" : `2 instead of ${s.literal.text}`),
            judge: (value) => judgeSettings(new Map([["security-layer", value], ["nla", required]])).find((j) => j.setting.id === "security-layer"),
        });
        return advisingWhereWeakened([
            ...layer,
            ...(layer.length === 0 ? negotiatedWithoutKnowing(carrier) : []),
            ...judgeSetting(carrier, "allow-sec-protocol-negotiation", {
                must: "negotiate TLS with its clients",
                fix: (s) => (s.literal === undefined ? "fAllowSecProtocolNegotiation 1" : `1 instead of ${s.literal.text}`),
            }),
        ]);
    },
    examples: [
        { name: "rdp-security-layer-with-nla", expect: "violation", says: "turned away during negotiation", resources: azureVmWithScript(`${write(0)}\n${nla(1)}`) },
        { name: "rdp-security-layer-where-nla-is-the-default", expect: "violation", says: "cannot carry", resources: azureVmWithScript(write(0)) },
        { name: "user-data-rdp-security-layer", expect: "violation", says: "SecurityLayer", resources: ec2WithUserData(`${nla(0)}\n${write(0)}`) },
        { name: "negotiate-without-nla", expect: "violation", says: "without TLS", resources: azureVmWithScript(`${write(1)}\n${nla(0)}`) },
        { name: "no-negotiation", expect: "violation", says: "does not negotiate", resources: ec2WithUserData(write(0, "fAllowSecProtocolNegotiation")) },
        { name: "negotiate-is-fine-with-nla", expect: "compliant", resources: azureVmWithScript(write(1)) },
        { name: "negotiate-and-nla-as-in-microsofts-image-script", expect: "compliant", resources: ec2WithUserData(`${write(1)}\n${nla(1)}\n${write(1, "fAllowSecProtocolNegotiation")}`) },
        { name: "tls", expect: "compliant", resources: ec2WithUserData(write(2)) },
        { name: "tls-in-the-end", expect: "compliant", resources: azureVmWithScript(`${write(0)}\n${nla(1)}\n${write(2)}`) },
        { name: "nobody-is-meant-to-connect", expect: "compliant", resources: ec2WithUserData(`${write(0)}\n${nla(1)}`, { private: true }) },
        { name: "negotiate-with-nla-from-a-parameter", expect: "unknown", says: "Network Level Authentication", resources: azureVmWithScript(`param($nla)\n${write(1)}\n${nla(0).replace("Value 0", "Value $nla")}`) },
        { name: "value-from-a-parameter", expect: "unknown", says: "cannot be told", resources: azureVmWithScript(`param($layer)\n${write(0).replace("Value 0", "Value $layer")}`) },
    ],
};

/** Negotiation is as good as NLA makes it, and what the script makes of NLA is not known. */
function negotiatedWithoutKnowing(carrier: Carrier): Finding[] {
    const { settings } = carrier.reading.state;
    const [layer, written] = [settings.get("security-layer"), settings.get("nla")];
    if (layer === undefined || written === undefined || carrier.runs === "never" || !isKnown(layer.value) || numeric(layer.value.value) !== 1 || isKnown(written.value)) {
        return [];
    }
    const { statement } = layer;
    const where = { urn: carrier.urn, property: carrier.property, line: statement.line, column: statement.column };
    const message = `The guest must protect sessions with TLS: ${place(carrier, statement)} says "${statement.text}", which is safe as long as Network Level Authentication is required, and whether it is cannot be told: ${written.value.reason}.`;
    return [{ ...where, outcome: "unknown", message, fix: "SecurityLayer 2" }];
}

export default rule;
