import { Known, isKnown, known, knownOr, unknown } from "../known";
import { AddressSet } from "../net/address-set";
import { admit } from "../net/admit";
import { AddressBounds, exactly, unionBounds, unknownAddresses } from "../net/bounds";
import { Filter, FilterRule } from "../net/filter-model";
import { Gate, Hop } from "../net/path-model";
import { PortSet } from "../net/port-set";
import { Carrier, GuestFirewallRule, leftOrEnabled, untouched } from "./model";
import { deniesLocalAccounts, settings } from "./settings";
import { GuestView, Placed, mayRun, numberOf } from "./view";

/**
 * The last two hops of every path: the Windows firewall and the listener, as the host's scripts leave them.
 * Where no script speaks, the images that both clouds publish admit RDP: enabled, on 3389, with the built-in firewall
 * rules on for every profile (rdp-domain §2.1, §2.4, §3).
 * @param carriers in the order in which the guest runs them
 */
export function guestHops(carriers: readonly Carrier[], port: Known<number>, urn: string): Hop[] {
    const doubtful = carriers.filter(mayRun);
    const hops = hopsOf(carriers, port, urn);
    if (doubtful.length === 0) {
        return hops;
    }
    // With all of them, with none, and with each alone: where that comes to the same, it does not matter which of them run.
    const ways = [doubtful, [], ...(doubtful.length > 1 ? doubtful.map((d) => [d]) : [])].map((running) =>
        hopsOf(carriers.flatMap((c) => (running.includes(c) ? [c.runs === "never" ? { ...c, runs: "once" as const } : c] : doubtful.includes(c) ? [] : [c])), port, urn),
    );
    const [first] = doubtful as [Carrier];
    const origin = { urn: first.urn, property: first.property, text: `the script in ${first.property} may never run: ${first.obstacle?.text ?? ""}` };
    return hops.map((h, i) => (ways.every((w) => openness(w[i]!, port) === openness(ways[0]![i]!, port)) ? (ways[0]![i] ?? h) : { ...h, origin, gate: { type: "fixed", verdict: "unknown" } }));
}

function hopsOf(carriers: readonly Carrier[], port: Known<number>, urn: string): Hop[] {
    const guest = new GuestView(carriers);
    return [firewallHop(guest, port, urn), listenerHop(guest, port, urn)];
}

/** What a hop of the guest does with clients from anywhere, as a word to compare. */
function openness({ gate }: Hop, port: Known<number>): string {
    if (gate.type !== "filter") {
        return gate.type === "fixed" ? gate.verdict : gate.type;
    }
    const { open, closed, unknown: undecided } = admit(gate.filter, { clients: AddressSet.all, protocol: "tcp", port });
    const words = (parts: readonly { readonly addresses: AddressSet }[]): string => parts.map((p) => p.addresses.toCidrs().join()).join();
    return undecided.length > 0 ? "unknown" : closed.length === 0 ? "open" : open.length === 0 ? "closed" : words(open);
}

/**
 * Other scripts of the host that undo what this one does to a hop: certainly, or perhaps, because they may run before or after it, or
 * do so under a condition. Undefined where none does. Scripts that cannot be read do not count.
 */
export function undoing(carrier: Carrier, carriers: readonly Carrier[], port: Known<number>, kind: "guest-firewall" | "listener"): { readonly certain: boolean; readonly by: readonly Carrier[] } | undefined {
    const others = carriers.filter((c) => c !== carrier && c.runs !== "never" && isKnown(c.script) && c.reading.notAnalysed.length === 0);
    const become = (order: readonly Carrier[]): string => {
        const [firewall, listener] = hopsOf(order, port, carrier.urn);
        return openness(kind === "listener" ? listener! : firewall!, port);
    };
    const inOrder = become(carriers.filter((c) => c === carrier || others.includes(c)));
    if (inOrder === "closed" || inOrder === become([...others, carrier].map(({ after: _, ...c }) => c))) {
        return undefined;
    }
    return { certain: inOrder !== "unknown", by: others };
}

/** The port that the host's scripts set the listener to; undefined where none does. */
export function listenerPort(carriers: readonly Carrier[]): Known<number> | undefined {
    const placed = new GuestView(carriers).placed("port");
    return placed === undefined ? undefined : mayRun(placed.carrier) ? unknown(`the script that sets it may never run: ${placed.carrier.obstacle?.text ?? ""}`) : numberOf(placed.reading.value);
}

/**
 * The port on which the host listens, where connections that a forwarder sends to `arriving` find nobody there: as the scripts
 * say, else as declared. A declared port may be the one that clients dial at a forwarder which sends them on to 3389.
 */
export function missedListener(carriers: readonly Carrier[], declared: Known<number>, arriving: Known<number>): number | undefined {
    const set = listenerPort(carriers);
    const listens = set ?? declared;
    const misses = isKnown(listens) && isKnown(arriving) && listens.value !== arriving.value && (set !== undefined || arriving.value !== 3389);
    return misses ? listens.value : undefined;
}

function at(placed: Placed): { carrier: Carrier; line: number; text: string } {
    return { carrier: placed.carrier, line: placed.reading.statement.line, text: placed.reading.statement.text };
}

/** The hop as far as it can be told when a script that runs after `decider` is not understood in every part. */
function doubtfulHop(guest: GuestView, decider: Carrier | undefined, hop: Omit<Hop, "gate" | "origin">): Hop | undefined {
    const origin = guest.doubt(decider);
    return origin === undefined ? undefined : { ...hop, origin, gate: { type: "fixed", verdict: "unknown" } };
}

const profiles = ["domain", "private", "public"] as const;

function firewallHop(guest: GuestView, port: Known<number>, urn: string): Hop {
    const hop = { kind: "guest-firewall", name: "Windows firewall", symptom: "0x204" } as const;
    const blockAll = guest.placed("firewall-public-block-all");
    if (blockAll !== undefined && Number(knownOr(blockAll.reading.value, 1)) === 1) {
        const { value } = blockAll.reading;
        const origin = guest.origin(urn, at(blockAll), "");
        return isKnown(value)
            ? { ...hop, origin, gate: { type: "fixed", verdict: "closed" } }
            : { ...hop, origin: { ...origin, text: `${origin.text}: ${value.reason}` }, gate: { type: "fixed", verdict: "unknown" } };
    }
    const overruled = overruledHop(guest, urn, hop);
    if (overruled !== undefined) {
        return overruled;
    }
    const off = profiles.map((p) => guest.placed(`firewall-${p}-enabled`));
    if (off.every((p) => p !== undefined && isKnown(p.reading.value) && Number(p.reading.value.value) === 0)) {
        return { ...hop, origin: guest.origin(urn, at(off[0]!), ""), gate: { type: "fixed", verdict: "open" } };
    }
    const rules = guest.firewallRules();
    const doubt = doubtfulHop(guest, rules.find(({ rule }) => isKnown(rule.enabled))?.carrier, hop);
    if (doubt !== undefined) {
        return doubt;
    }
    if (rules.length === 0 && isKnown(port) && port.value === 3389) {
        return { ...hop, origin: { urn, text: "the built-in Remote Desktop rules, which cloud images ship enabled for every profile" }, gate: { type: "fixed", verdict: "open" } };
    }
    const filter = guestFilter(guest, urn);
    if (isKnown(port) && port.value !== 3389 && guest.placed("port") === undefined && saysNothingOf(port.value, filter)) {
        // Who moves the listener outside the stack opens the firewall there too.
        return { ...hop, origin: { urn, text: `no script in this stack opens the Windows firewall for ${port.value}; Windows admits 3389 until something does` }, gate: { type: "fixed", verdict: "unknown" } };
    }
    return { ...hop, origin: filter.otherwise.origin, gate: { type: "filter", filter } };
}

/** Whether no rule decides over any client of the port. */
function saysNothingOf(port: number, filter: Filter): boolean {
    const { open, closed, unknown: undecided } = admit(filter, { clients: AddressSet.all, protocol: "tcp", port });
    return open.length + undecided.length === 0 && closed.every((p) => p.decidedBy === filter.otherwise.origin);
}

/**
 * What group policy says above all local rules, on networks outside a domain, which is where cloud hosts start: its own exception for
 * Remote Desktop, or that local rules do not count (§2.4).
 */
function overruledHop(guest: GuestView, urn: string, hop: Omit<Hop, "gate" | "origin">): Hop | undefined {
    const exception = guest.placed("firewall-private-remote-desktop-exception");
    const admits = exception && isKnown(exception.reading.value) ? Number(exception.reading.value.value) : undefined;
    if (exception !== undefined && (admits === undefined || admits === 0)) {
        const { value } = exception.reading;
        const origin = guest.origin(urn, at(exception), "");
        return isKnown(value) ? { ...hop, origin, gate: { type: "fixed", verdict: "closed" } } : { ...hop, origin: { ...origin, text: `${origin.text}: ${value.reason}` }, gate: { type: "fixed", verdict: "unknown" } };
    }
    const local = guest.placed("firewall-public-local-rules");
    if (local === undefined || admits === 1 || Number(knownOr(local.reading.value, 0)) !== 0) {
        return undefined;
    }
    const origin = guest.origin(urn, at(local), "");
    const why = isKnown(local.reading.value) ? "local rules are ignored, and whether group policy brings one for Remote Desktop cannot be told" : local.reading.value.reason;
    return { ...hop, origin: { ...origin, text: `${origin.text}: ${why}` }, gate: { type: "fixed", verdict: "unknown" } };
}

/** The guest firewall as the scripts leave it, with the built-in rules that they do not touch. */
function guestFilter(guest: GuestView, urn: string): Filter {
    const rules = guest.firewallRules();
    const touched = new Set(rules.map(({ rule }) => rule.name.toLowerCase()));
    const builtIn = (["tcp", "udp"] as const)
        .filter((p) => !touched.has(`remotedesktop-usermode-in-${p}`))
        .map((protocol): FilterRule => ({
            allow: known(true),
            protocol: known(protocol),
            sources: exactly(AddressSet.all),
            sourcePorts: known(PortSet.all),
            ports: known(PortSet.of(3389)),
            coversHost: known(true),
            origin: { urn, text: `the built-in rule RemoteDesktop-UserMode-In-${protocol.toUpperCase()} for 3389` },
        }));
    return {
        order: "deny-wins",
        rules: [...builtIn, ...rules.flatMap(({ rule, carrier }) => filterRule(rule, carrier, guest))],
        otherwise: { allow: false, origin: { urn, text: `no rule of the Windows firewall admits the port${describeOff(rules.map((r) => r.rule))}` } },
    };
}

function describeOff(rules: readonly GuestFirewallRule[]): string {
    const off = rules.find((r) => isKnown(r.enabled) && !r.enabled.value);
    return off === undefined ? "" : `: ${off.statement.text} (line ${off.statement.line})`;
}

function filterRule(rule: GuestFirewallRule, carrier: Carrier, guest: GuestView): FilterRule[] {
    if ((isKnown(rule.enabled) && !rule.enabled.value) || (isKnown(rule.direction) && rule.direction.value === "out")) {
        return [];
    }
    const builtInPort = rule.builtIn ? PortSet.of(3389) : PortSet.all;
    return [
        {
            allow: isKnown(rule.action) ? known(rule.action.value === "allow") : rule.action,
            protocol: rule.protocol,
            sources: sourcesOf(rule),
            sourcePorts: known(PortSet.all),
            ports: isKnown(rule.ports)
                ? known(rule.ports.value.length === 0 ? builtInPort : rule.ports.value.reduce((acc, [a, b]) => acc.union(PortSet.range(a, b)), PortSet.none))
                : rule.ports,
            // Cloud images ship the built-in rules enabled.
            coversHost: isKnown(rule.enabled) || (rule.builtIn && [untouched, leftOrEnabled].includes(rule.enabled.reason)) ? inProfile(rule, guest) : rule.enabled,
            origin: { urn: carrier.urn, property: carrier.property, text: `${rule.statement.text} (line ${rule.statement.line})` },
        },
    ];
}

/** Whether the rule applies in the profile of the host's NIC. Cloud networks are Public or unidentified until something says otherwise (§3). */
function inProfile(rule: GuestFirewallRule, guest: GuestView): Known<boolean> {
    if (!isKnown(rule.profiles)) {
        return rule.profiles;
    }
    const has = new Set(rule.profiles.value);
    if (profiles.every((p) => has.has(p))) {
        return known(true);
    }
    const category = guest.reading("network-category") ?? guest.reading("unidentified-networks-category");
    const set = category === undefined ? undefined : isKnown(category.value) ? String(category.value.value).toLowerCase() : "";
    const current = set === undefined || set === "public" || set === "0" ? "public" : set === "private" || set === "1" ? "private" : undefined;
    if (current !== undefined && has.has(current) && has.has("public")) {
        return known(true);
    }
    return unknown(
        current === "private" && has.has("private")
            ? "the rule is for the Private profile, and the network stays Private only until the NIC is replaced"
            : `the rule is for the profile ${rule.profiles.value.join(", ")}, and a cloud network is Public until something says otherwise`,
    );
}

function sourcesOf(rule: GuestFirewallRule): AddressBounds {
    if (!isKnown(rule.remoteAddresses)) {
        return unknownAddresses(rule.remoteAddresses.reason);
    }
    return unionBounds(
        rule.remoteAddresses.value.map((text) => {
            if (/^(any|\*)$/i.test(text)) {
                return exactly(AddressSet.all);
            }
            try {
                return exactly(AddressSet.parse(text));
            } catch {
                return unknownAddresses(`what ${text} covers depends on the guest's network`);
            }
        }),
    );
}

const userRights = settings.flatMap((s) => (s.place.kind === "user-right" ? [s.id] : []));

/** A script takes the rights of local accounts, and none of the host's scripts joins a domain (rdp-domain §2.20). */
function localAccountsDenied(guest: GuestView): Placed | undefined {
    const denials = userRights.filter((id) => id.startsWith("right-deny")).flatMap((id) => guest.placed(id) ?? []);
    const denied = denials.find(({ reading }) => isKnown(reading.value) && deniesLocalAccounts(reading.value.value));
    return denied === undefined || guest.does("domain-joined") ? undefined : denied;
}

function listenerHop(guest: GuestView, port: Known<number>, urn: string): Hop {
    const hop = { kind: "listener", name: `listener ${isKnown(port) ? port.value : "(port not known)"}`, symptom: "0x204" } as const;
    const enabled = guest.placed("rdp-enabled");
    const service = guest.placed("service-termservice-start");
    const listens = guest.placed("port");
    const state = guest.placed("service-termservice-state");
    for (const [placed, closes] of [
        [enabled, (v: number | string) => Number(v) === 1],
        // Until somebody starts it, or the next boot.
        [state, (v: number | string) => String(v).toLowerCase() === "stopped"],
        [service, (v: number | string) => Number(v) === 4 || String(v).toLowerCase() === "disabled"],
    ] as const) {
        const value = placed?.reading.value;
        if (placed !== undefined && value !== undefined && isKnown(value) && closes(value.value as number)) {
            return { ...hop, origin: guest.origin(urn, at(placed), ""), gate: { type: "fixed", verdict: "closed" } };
        }
    }
    const listensOn = listens === undefined ? undefined : numberOf(listens.reading.value);
    if (listens !== undefined && listensOn !== undefined && isKnown(listensOn) && isKnown(port) && listensOn.value !== port.value) {
        return { ...hop, origin: guest.origin(urn, at(listens), ""), gate: { type: "fixed", verdict: "closed" } };
    }
    const doubt = doubtfulHop(guest, enabled?.carrier, hop);
    if (doubt !== undefined) {
        return doubt;
    }
    const denied = localAccountsDenied(guest);
    if (denied !== undefined) {
        const origin = guest.origin(urn, at(denied), "");
        return { ...hop, origin: { ...origin, text: `${origin.text} denies local accounts the log-on; outside a domain there are no others, and whether the host is in one cannot be told` }, gate: { type: "fixed", verdict: "unknown" } };
    }
    const undecided = [enabled, service, state, listens, ...userRights.map((id) => guest.placed(id))].find((p) => p !== undefined && !isKnown(p.reading.value));
    if (undecided !== undefined && !isKnown(undecided.reading.value)) {
        const origin = guest.origin(urn, at(undecided), "");
        return { ...hop, origin: { ...origin, text: `${origin.text}: ${undecided.reading.value.reason}` }, gate: { type: "fixed", verdict: "unknown" } };
    }
    if (listens === undefined && isKnown(port) && port.value !== 3389) {
        return {
            ...hop,
            // An image of one's own, or a tool outside the stack, may have set it: not known is not closed.
            origin: { urn, text: `no script in this stack sets the listener to ${port.value}; Windows listens on 3389 until something does` },
            gate: { type: "fixed", verdict: "unknown" },
        };
    }
    const gate: Gate = { type: "fixed", verdict: isKnown(port) ? "open" : "unknown" };
    return { ...hop, origin: guest.origin(urn, enabled === undefined ? undefined : at(enabled), "cloud images ship with Remote Desktop on"), gate };
}
