import { CarrierRule } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { repairNumber } from "./shared/repair";
import { judgeSetting } from "./shared/setting";

const listener = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp";
const write = (value: number | string): string => `Set-ItemProperty -Path '${listener}' -Name LanAdapter -Value ${value} -Type DWord`;

const rule: CarrierRule = {
    id: "RDP227",
    name: "listener-on-every-adapter",
    title: "The listener is not tied to one network adapter",
    severity: "medium",
    effect: "weakens",
    symptom: "none",
    causes: ["service-stopped", "firewall-or-port-blocked"],
    why:
        "LanAdapter 0 listens on every adapter. Another number ties the listener to the adapter that Windows has under it; resizing a cloud host, moving it, or adding a NIC makes a new adapter with a new number, and then nothing listens where clients arrive (0x204). " +
        "Which number the present adapter has no stack shows (Microsoft: prepare-for-upload-vhd-image; Win32_TSNetworkAdapterSetting).",
    remedy: "Write LanAdapter 0 or delete the line; narrow who gets in with the firewall rule's remote addresses.",
    defaultLevel: "advisory",
    scope: "carrier",
    check: (carrier) =>
        judgeSetting(carrier, "lan-adapter", {
            must: "listen on every network adapter",
            fix: (s) => (s.literal === undefined ? "LanAdapter 0" : `0 instead of ${s.literal.text}`),
        }),
    fix: (carrier) => [1, 2, 3, 4].flatMap((n) => repairNumber(carrier, "lan-adapter", n, 0)),
    examples: [
        { name: "tied-to-the-first-adapter", expect: "violation", says: "LanAdapter", resources: azureVmWithScript(write(1)) },
        { name: "tied-by-user-data", expect: "violation", says: "nothing that listens", resources: ec2WithUserData(write(2)) },
        { name: "every-adapter", expect: "compliant", resources: azureVmWithScript(write(0)) },
        { name: "tied-and-freed", expect: "compliant", resources: ec2WithUserData(`${write(1)}\n${write(0)}`) },
        { name: "adapter-from-a-parameter", expect: "unknown", says: "cannot be told", resources: azureVmWithScript(`param($adapter)\n${write("$adapter")}`) },
    ],
};

export default rule;
