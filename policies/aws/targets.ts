import { isKnown } from "../../core/known";
import { Resource } from "../resource";
import { elementsOf, isPresent, membersOf } from "../value";
import { Launch } from "./launch";
import { Links, Target, Targets } from "./links";
import { Property, authored, property, textOf } from "./properties";

/** A host as the target of a target group. */
export interface TargetOf {
    readonly group: Target;
    /** The resource that makes it so. */
    readonly by: Resource;
    /** Overrides the port of the group. */
    readonly port?: Property;
    /** Why it is not certain, where it is not. */
    readonly why?: string;
}

/** Which target groups hosts are in: attached one by one, or by their auto scaling group. */
export class TargetGroups {
    private byHost: Map<string, TargetOf[]> | undefined;

    constructor(private readonly links: Links) {}

    of(launch: Launch): readonly TargetOf[] {
        const keys = [launch.host, ...launch.nics.flatMap((n) => n.resource ?? [])].map((r) => this.links.target(r).key);
        return keys.flatMap((key) => this.index().get(key) ?? []);
    }

    /** Keys of all groups that anything is attached to. */
    get filled(): ReadonlySet<string> {
        return (this.filledGroups ??= new Set([...this.index().values()].flat().map((t) => t.group.key).concat(this.orphans)));
    }
    private filledGroups: Set<string> | undefined;
    /** Groups with targets that are no hosts of this world. */
    private readonly orphans: string[] = [];

    private index(): ReadonlyMap<string, TargetOf[]> {
        if (this.byHost === undefined) {
            this.byHost = new Map();
            for (const a of this.links.ofKind("TargetGroupAttachment")) {
                const port = property(a, "port");
                const hosts = this.links.link(property(a, "targetId"), "Instance", "NetworkInterface");
                this.note(hosts, this.links.link(property(a, "targetGroupArn"), "TargetGroup"), a, isPresent(port.value) ? port : undefined);
            }
            for (const g of this.links.ofKind("AutoScalingGroup")) {
                const self: Targets = { all: [this.links.target(g)], certain: true };
                this.note(self, this.links.linkAll(property(g, "targetGroupArns"), "TargetGroup"), g);
                const sources = elementsOf(authored(g, "trafficSources"));
                const identifiers = (isKnown(sources) ? sources.value : []).map((s) => membersOf(s)["identifier"]);
                this.note(self, this.links.linkAll({ from: g, path: "trafficSources", value: identifiers }, "TargetGroup"), g);
            }
            for (const a of this.links.ofKind("AutoScalingAttachment")) {
                const groups = this.links.link(property(a, "autoscalingGroupName"), "AutoScalingGroup");
                const arn = isPresent(authored(a, "lbTargetGroupArn")) ? "lbTargetGroupArn" : "albTargetGroupArn";
                this.note(groups, this.links.link(property(a, arn), "TargetGroup"), a);
            }
            for (const a of this.links.ofKind("TrafficSourceAttachment")) {
                const groups = this.links.link(property(a, "autoscalingGroupName"), "AutoScalingGroup");
                const { identifier } = membersOf(authored(a, "trafficSource"));
                this.note(groups, this.links.link({ from: a, path: "trafficSource.identifier", value: identifier }, "TargetGroup"), a);
            }
        }
        return this.byHost;
    }

    private note(hosts: Targets, groups: Targets, by: Resource, port?: Property): void {
        const why = hosts.why ?? groups.why;
        this.orphans.push(...groups.all.map((g) => g.key));
        for (const host of hosts.all) {
            for (const group of groups.all) {
                const entry: TargetOf = { group, by, ...(port === undefined ? {} : { port }), ...(why === undefined ? {} : { why }) };
                const same = this.byHost!.get(host.key);
                if (same === undefined) {
                    this.byHost!.set(host.key, [entry]);
                } else {
                    same.push(entry);
                }
            }
        }
    }
}

/** A listener that forwards to a target group. */
export interface ListenerOf {
    readonly listener: Resource;
    readonly why?: string;
}

/** Listeners by the key of the target group that they forward to, by default or by a rule. */
export function listenersByGroup(links: Links): Map<string, ListenerOf[]> {
    const byGroup = new Map<string, ListenerOf[]>();
    const note = (listener: Resource, from: Resource, actions: string): void => {
        const list = elementsOf(authored(from, actions));
        const arns = isKnown(list) ? list.value.flatMap((a) => arnsOf(membersOf(a))) : undefined;
        const targets = links.linkAll({ from, path: actions, value: arns ?? authored(from, actions) }, "TargetGroup");
        for (const t of targets.all) {
            const entry = { listener, ...(targets.why === undefined ? {} : { why: targets.why }) };
            byGroup.set(t.key, [...(byGroup.get(t.key) ?? []), entry]);
        }
    };
    for (const l of links.ofKind("Listener")) {
        note(l, l, "defaultActions");
    }
    for (const r of links.ofKind("ListenerRule")) {
        const listener = links.link(property(r, "listenerArn"), "Listener").all[0]?.resource;
        if (listener !== undefined) {
            note(listener, r, "actions");
        }
    }
    return byGroup;
}

function arnsOf(action: Readonly<Record<string, unknown>>): unknown[] {
    const weighted = elementsOf(membersOf(action["forward"])["targetGroups"]);
    return [action["targetGroupArn"], ...(isKnown(weighted) ? weighted.value.map((w) => membersOf(w)["arn"]) : [])].filter((arn) => isPresent(arn) && textOf(arn) !== "" && arn !== "");
}
