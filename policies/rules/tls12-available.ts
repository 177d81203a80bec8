import { Carrier } from "../../core/guest/model";
import { CarrierRule, Finding } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { advisingWhereWeakened } from "./shared/repair";
import { judgeSetting } from "./shared/setting";

const protocols = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols";
const write = (protocol: string, name: "Enabled" | "DisabledByDefault", value: number | string): string =>
    `Set-ItemProperty -Path '${protocols}\\${protocol}' -Name ${name} -Value ${value} -Type DWord`;
const suites = (list: string): string =>
    `Set-ItemProperty -Path 'HKLM:\\SOFTWARE\\Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002' -Name Functions -Value '${list}'`;

const rule: CarrierRule = {
    id: "RDP206",
    name: "tls12-available",
    title: "The host offers TLS 1.2 with a cipher suite that fits",
    severity: "high",
    effect: "breaks",
    symptom: "0x904",
    causes: ["credssp-tls-mismatch"],
    why:
        "The listener accepts the connection, agrees on TLS and hands over to Schannel. With TLS 1.2 off for the server side, or a cipher suite list that is empty or holds nothing for an RSA certificate, " +
        "the handshake fails and the client shows 0x904; the host logs Schannel 36871 or 36874. Turning off TLS 1.0 and 1.1 is right, and harmless " +
        "(Microsoft: TLS registry settings; An internal error has occurred when connecting; CipherSuiteOrder.admx).",
    remedy: "Leave TLS 1.2 alone, or write Enabled 1 and DisabledByDefault 0. Delete Functions, or keep TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 in it.",
    defaultLevel: "mandatory",
    scope: "carrier",
    // No repair: hardening scripts write one literal for many protocols in a loop, and changing it would turn SSL on again.
    check: (carrier: Carrier): Finding[] =>
        advisingWhereWeakened([
            ...(["server", "client"] as const).flatMap((side) => [
                ...judgeSetting(carrier, `tls12-${side}-enabled`, { must: `keep TLS 1.2 on for the ${side} side`, fix: () => `Enabled 1 for the TLS 1.2 ${side} side; older protocols may stay off` }),
                ...judgeSetting(carrier, `tls12-${side}-disabled-by-default`, { must: `offer TLS 1.2 on the ${side} side`, fix: () => `DisabledByDefault 0 for the TLS 1.2 ${side} side; older protocols may stay off` }),
            ]),
            ...judgeSetting(carrier, "cipher-suite-order", {
                must: "offer a TLS cipher suite for RSA certificates",
                fix: () => "no Functions value at all, or a list that holds TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            }),
        ]),
    examples: [
        { name: "tls12-server-off", expect: "violation", says: "TLS 1.2", resources: azureVmWithScript(write("TLS 1.2\\Server", "Enabled", 0)) },
        { name: "tls12-disabled-by-default", expect: "violation", says: "offer TLS 1.2", resources: ec2WithUserData(write("TLS 1.2\\Server", "DisabledByDefault", 1)) },
        {
            name: "every-protocol-off-in-a-loop",
            expect: "violation",
            says: "TLS 1.2",
            resources: azureVmWithScript(`foreach ($p in 'SSL 3.0','TLS 1.0','TLS 1.1','TLS 1.2') {\n  Set-ItemProperty -Path "${protocols}\\$p\\Server" -Name Enabled -Value 0 -Type DWord\n}`),
        },
        { name: "suites-for-ecdsa-only", expect: "violation", says: "RSA", resources: azureVmWithScript(suites("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384")) },
        { name: "tls12-client-off", expect: "violation", says: "agent", resources: ec2WithUserData(write("TLS 1.2\\Client", "Enabled", 0)) },
        {
            name: "old-protocols-off",
            expect: "compliant",
            resources: azureVmWithScript(["SSL 3.0", "TLS 1.0", "TLS 1.1"].map((p) => write(`${p}\\Server`, "Enabled", 0)).join("\n")),
        },
        {
            name: "tls12-on-by-name",
            expect: "compliant",
            resources: ec2WithUserData(`${write("TLS 1.2\\Server", "Enabled", 1)}\n${write("TLS 1.2\\Server", "DisabledByDefault", 0)}`),
        },
        { name: "suites-with-rsa", expect: "compliant", resources: azureVmWithScript(suites("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")) },
        {
            name: "nobody-is-meant-to-connect",
            expect: "compliant",
            resources: ec2WithUserData(write("TLS 1.2\\Server", "Enabled", 0), { private: true }),
        },
        { name: "value-from-a-parameter", expect: "unknown", says: "cannot be told", resources: azureVmWithScript(`param($on)\n${write("TLS 1.2\\Server", "Enabled", "$on")}`) },
    ],
};

export default rule;
