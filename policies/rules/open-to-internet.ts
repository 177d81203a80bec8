import { FilterRuleRule } from "../rule";
import { nsgWith, securityGroupWith } from "./shared/example-stacks";
import { allowsProtocol, namesPort, rdpPort, standing } from "./shared/rdp-rules";

const rule: FilterRuleRule = {
    id: "RDP111",
    name: "open-to-internet",
    title: "Remote Desktop is not open to the whole Internet",
    severity: "high",
    effect: "weakens",
    symptom: "none",
    causes: ["firewall-or-port-blocked", "session-cap"],
    why:
        "Password guessing against an open 3389 arrives within minutes, takes the connections that the listener can hold, and then locks out the people who are meant to connect, " +
        "who see \"internal error\" or 0x904 although nothing is wrong with the host (Microsoft: cannot-rdp-azure-vm-brute-force).",
    remedy: "Name the clients' addresses as the source, or use Bastion, Session Manager or a VPN. Another port hides the listener only for a while.",
    defaultLevel: "advisory",
    scope: "filter",
    check: (filter) =>
        filter.direction === "out"
            ? []
            : filter.filter.rules
                  .filter((r) => namesPort(r, rdpPort) && allowsProtocol(r, "tcp") && r.sources.least.coversInternet)
                  .map((r) => ({
                      ...standing(r),
                      outcome: "violation",
                      message: `A rule for Remote Desktop must name its clients: "${r.origin.text}" admits everybody, so password guessing competes with the people who are meant to connect.`,
                      fix: "the clients' CIDRs as the source",
                  })),
    examples: [
        { name: "everybody", expect: "violation", says: "admits everybody", resources: nsgWith({ sourceAddressPrefix: "*" }) },
        { name: "the-internet-in-two-halves", expect: "violation", says: "admits everybody", resources: securityGroupWith({ cidrBlocks: ["0.0.0.0/1", "128.0.0.0/1"] }) },
        { name: "everybody-by-ipv6", expect: "violation", says: "admits everybody", resources: securityGroupWith({ cidrBlocks: [], ipv6CidrBlocks: ["::/0"] }) },
        { name: "one-office", expect: "compliant", resources: nsgWith({}) },
        { name: "web-port-open-to-everybody", expect: "compliant", resources: nsgWith({ sourceAddressPrefix: "Internet", destinationPortRange: "443" }) },
        { name: "deny-everybody", expect: "compliant", resources: nsgWith({ sourceAddressPrefix: "*", access: "Deny" }) },
    ],
};

export default rule;
