/**
 * Lists that a parent shares with standalone resources. A real cloud has one list only: after a refresh, the parent's own list also holds
 * the members that other resources declared. Both real providers copy that into the inputs only where the author wrote a list.
 */
import type { Cloud, Stored } from "./cloud";
import { items, type Props, type Value } from "./wire";

/** One list of one kind of parent. */
export interface SharedList {
    /** The end of the parent's type token. */
    parent: string;
    list: string;
    /** The end of the member's type token. */
    member: string;
    /** Input of the member that names the parent. */
    by: string;
    /** What the parent is called in that input. */
    parentName: (parent: Stored) => string;
    /** The member as an entry of the list, or undefined when it belongs to another list. */
    entry: (member: Stored) => Props | undefined;
    /** What makes two entries the same. */
    same: (entry: Props) => string;
}

/** Removes the standalone members that an update of the parent with a list of its own has overwritten. */
export function dropUnlisted(cloud: Cloud, lists: SharedList[], parent: Stored): void {
    for (const shared of lists.filter(({ parent: kind, list }) => parent.type.endsWith(`:${kind}`) && parent.inputs[list] !== undefined)) {
        const listed = new Set(items(parent.outputs[shared.list]).map(shared.same));
        for (const member of cloud.members(shared.member, shared.by, shared.parentName(parent))) {
            const entry = shared.entry(member);
            if (entry && !listed.has(shared.same(entry))) cloud.remove(member.type, member.id);
        }
    }
}

/** Outputs and inputs of the parent as a read finds them. */
export function mergeShared(cloud: Cloud, lists: SharedList[], parent: Stored): { outputs: Props; inputs: Props } {
    let { outputs, inputs } = parent;
    for (const shared of lists.filter(({ parent: kind }) => parent.type.endsWith(`:${kind}`))) {
        const own = items(outputs[shared.list]);
        const known = new Set(own.map(shared.same));
        const added = cloud
            .members(shared.member, shared.by, shared.parentName(parent))
            .map(shared.entry)
            .filter((entry): entry is Props => entry !== undefined && !known.has(shared.same(entry)));
        if (added.length === 0) continue;
        const merged: Value = [...own, ...added];
        outputs = { ...outputs, [shared.list]: merged };
        if (inputs[shared.list] !== undefined) inputs = { ...inputs, [shared.list]: [...items(inputs[shared.list]), ...added] };
    }
    return { outputs, inputs };
}
