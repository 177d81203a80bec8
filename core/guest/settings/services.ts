import { SettingValue } from "../model";
import { Setting, ValueEffect } from "../setting";
import { breaks, undocumented, weakens } from "./values";

export type ServiceStart = "automatic" | "manual" | "disabled";

/**
 * A start type however it is spelled: `Automatic`, `AutomaticDelayedStart`, `auto`, `delayed-auto`, `demand`,
 * `2`, `3`, `4` (the registry's `Start`), … Undefined where it is none of them.
 */
export function serviceStart(value: SettingValue): ServiceStart | undefined {
    switch (String(value).trim().toLowerCase()) {
        case "automatic":
        case "auto":
        case "automaticdelayedstart":
        case "delayed-auto":
        case "2":
            return "automatic";
        case "manual":
        case "demand":
        case "3":
            return "manual";
        case "disabled":
        case "4":
            return "disabled";
        default:
            return undefined;
    }
}

interface Service {
    readonly name: string;
    readonly title: string;
    readonly default: ServiceStart;
    /** What the renderers write; undefined: left alone. */
    readonly safe: ServiceStart | undefined;
    readonly disabled: ValueEffect;
    readonly stopped: ValueEffect;
    /** Why no rule judges its state. */
    readonly unjudgedState?: string;
    readonly meaning: string;
    readonly causes: readonly string[];
    readonly source: string;
}

const evidence = "§2.3, §4.1 Microsoft, Troubleshoot Azure VM RDP connection issues by event ID";
const vhd = "§2.3 Microsoft, Prepare a Windows VHD to upload to Azure";

function certificateService(name: string, title: string, meaning: string, normal: ServiceStart = "manual"): Service {
    return {
        name,
        title,
        default: normal,
        safe: normal,
        disabled: breaks("0x904", "Windows cannot make or renew the listener's certificate, and drops clients once the present one has expired"),
        stopped: weakens("Windows cannot renew the listener's certificate until the service runs again"),
        meaning,
        causes: ["service-stopped", "expired-certificate", "machinekeys"],
        source: evidence,
    };
}

/** The services that Remote Desktop needs, by their names (rdp-domain §2.3). Display names are localised and never used. */
export const services: readonly Service[] = [
    {
        name: "TermService",
        title: "Remote Desktop Services",
        default: "manual",
        safe: "manual",
        disabled: breaks("0x204", "the listener never starts"),
        stopped: breaks("0x204", "nothing listens on the port"),
        meaning: "The listener. Manual is Windows' own start type and works, Automatic works as well; only Disabled is a fault.",
        causes: ["service-stopped"],
        source: "§2.3 Microsoft, Troubleshoot Remote Desktop Services issues",
    },
    {
        name: "UmRdpService",
        title: "Remote Desktop Services UserMode Port Redirector",
        default: "manual",
        safe: "manual",
        disabled: weakens("sessions come up without redirected drives and printers"),
        stopped: weakens("sessions come up without redirected drives and printers"),
        unjudgedState: "TermService starts it again, and a session comes up without it.",
        meaning: "Redirects drives, printers and ports. It depends on TermService and restarts with it.",
        causes: ["service-stopped"],
        source: "§2.3 Microsoft, azure-support-scripts RDPSettings.ps1",
    },
    certificateService("SessionEnv", "Remote Desktop Configuration", "Makes and renews the listener's self-signed certificate."),
    certificateService("CertPropSvc", "Certificate Propagation", "Microsoft's list for making the listener's certificate names it."),
    certificateService("KeyIso", "CNG Key Isolation", "Keeps private keys; without it the listener's certificate has none."),
    certificateService("CryptSvc", "Cryptographic Services", "Opens the certificate stores and key containers.", "automatic"),
    {
        name: "Dhcp",
        title: "DHCP Client",
        default: "automatic",
        safe: undefined,
        disabled: breaks("0x108", "a cloud host loses its address when the lease ends"),
        stopped: weakens("the host's address lease is not renewed"),
        meaning: "Gives a cloud host its address.",
        causes: ["service-stopped", "routing-or-isp"],
        source: vhd,
    },
    {
        name: "nsi",
        title: "Network Store Interface Service",
        default: "automatic",
        safe: undefined,
        disabled: breaks("0x108", "the host has no network after its next start"),
        stopped: breaks("0x108", "the host has no network"),
        meaning: "Every network service of Windows depends on it.",
        causes: ["service-stopped", "routing-or-isp"],
        source: vhd,
    },
    {
        name: "BFE",
        title: "Base Filtering Engine",
        default: "automatic",
        safe: undefined,
        disabled: weakens("the Windows firewall and IPsec do not work"),
        stopped: weakens("the Windows firewall and IPsec do not work"),
        meaning: "Carries out the rules of the Windows firewall.",
        causes: ["firewall-or-port-blocked", "service-stopped"],
        source: vhd,
    },
    {
        name: "mpssvc",
        title: "Windows Defender Firewall",
        default: "automatic",
        safe: undefined,
        disabled: weakens("the host has no firewall of its own, a state that Microsoft does not support"),
        stopped: weakens("the host has no firewall of its own, a state that Microsoft does not support"),
        meaning: "The Windows firewall. Allow Remote Desktop by its rule rather than stop the service.",
        causes: ["firewall-or-port-blocked", "service-stopped"],
        source: vhd,
    },
];

/** Start type and state of each service (`automatic`/`manual`/`disabled`, `running`/`stopped`), and TermService's recovery (`restart`/`none`). */
export const serviceSettings: readonly Setting[] = [
    ...services.flatMap(startAndState),
    {
        id: "service-termservice-recovery",
        title: "Recovery of TermService",
        place: { kind: "service", service: "TermService", aspect: "recovery" },
        default: "none",
        safe: "restart",
        judge: (value) => (value === "restart" || value === "none" ? undefined : undocumented("restart or none")),
        unjudged: "Both values are fine: none is what Windows has, and the listener runs for years without a restart by recovery.",
        meaning: "What Windows does when the service fails: `restart` starts it again after a minute. rdp-ready's own recommendation.",
        causes: ["service-stopped"],
        source: "§2.3",
    },
];

function startAndState(service: Service): Setting[] {
    const id = `service-${service.name.toLowerCase()}`;
    const common = { meaning: service.meaning, causes: service.causes, source: service.source };
    return [
        {
            ...common,
            id: `${id}-start`,
            title: `Start type of ${service.name} (${service.title})`,
            place: { kind: "service", service: service.name, aspect: "start" },
            default: service.default,
            safe: service.safe,
            judge: (value) => {
                const start = serviceStart(value);
                if (start === undefined) {
                    return undocumented("automatic, manual or disabled");
                }
                return start === "disabled" ? service.disabled : undefined;
            },
        },
        {
            ...common,
            ...(service.unjudgedState === undefined ? {} : { unjudged: service.unjudgedState }),
            id: `${id}-state`,
            title: `State of ${service.name} (${service.title})`,
            place: { kind: "service", service: service.name, aspect: "state" },
            default: "running",
            safe: undefined,
            judge: (value) => (/^stopped$/i.test(String(value)) ? service.stopped : undefined),
        },
    ];
}
