import { Carrier, GuestFirewallRule, Statement } from "../../../core/guest/model";
import { isKnown } from "../../../core/known";

/**
 * What a script does about Remote Desktop, most telling statement first; empty for scripts about something else. Rules of the Windows
 * firewall count where they are Windows' own for Remote Desktop, or may be about the port.
 * @param ports ports on which the listener is, or is meant to be
 */
export function bearingOn(carrier: Carrier, ports: readonly number[]): Statement[] {
    const { settings, firewallRules } = carrier.reading.state;
    const telling = ["port", "rdp-enabled"].flatMap((id) => settings.get(id)?.statement ?? []);
    const others = [...settings.values()].map((r) => r.statement).concat(firewallRules.filter((r) => isAbout(r, ports)).map((r) => r.statement));
    const all = [...telling, ...others.filter((s) => !telling.includes(s)).sort((a, b) => a.start - b.start)];
    return all.filter((s, i) => all.findIndex((o) => o.start === s.start) === i);
}

function isAbout(rule: GuestFirewallRule, ports: readonly number[]): boolean {
    const named = isKnown(rule.ports) ? rule.ports.value : [];
    return rule.builtIn || named.some(([from, to]) => ports.some((p) => from <= p && p <= to));
}
