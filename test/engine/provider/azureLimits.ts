/** What Azure refuses whatever else exists: refused at check already, so that a preview shows it. */
import { azureKind } from "./azureTypes";
import type { Refusal } from "./model";
import { at, items, type Props, text, type Value } from "./wire";

const WINDOWS_NAME_LIMIT = 15;
const TAG_VALUE_LIMIT = 256;

/** The reasons why ARM would answer 400 to these inputs. */
export function azureRefusals(type: string, inputs: Props): Refusal[] {
    const kind = azureKind(type);
    const refusals = tagRefusals(inputs["tags"]);
    if (kind === "network:SecurityRule") refusals.push(...ruleRefusals(inputs, "priority"));
    if (kind === "network:NetworkSecurityGroup") refusals.push(...listRefusals(items(inputs["securityRules"])));
    if (
        kind === "network:PublicIPAddress" &&
        text(at(inputs, "sku", "name")) === "Standard" &&
        text(inputs["publicIPAllocationMethod"]) === "Dynamic"
    ) {
        refusals.push({ property: "publicIPAllocationMethod", reason: "StandardSkuPublicIPAddressesMustBeStatic" });
    }
    if (kind === "compute:VirtualMachine") refusals.push(...machineRefusals(inputs));
    if (kind === "authorization:RoleAssignment") refusals.push(...roleRefusals(inputs));
    return refusals;
}

function roleRefusals(inputs: Props): Refusal[] {
    const [name, scope, role] = [text(inputs["roleAssignmentName"]), text(inputs["scope"]), text(inputs["roleDefinitionId"])];
    const refusals: Refusal[] = [];
    if (name !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name)) refusals.push({ property: "roleAssignmentName", reason: `InvalidRoleAssignmentId: '${name}' is no GUID` });
    if (scope !== undefined && !scope.startsWith("/")) refusals.push({ property: "scope", reason: "MissingSubscription: the scope is no resource id" });
    if (role !== undefined && !/\/roleDefinitions\/[0-9a-f-]{36}$/i.test(role)) refusals.push({ property: "roleDefinitionId", reason: "InvalidRoleDefinitionId" });
    return refusals;
}

function ruleRefusals(rule: Props, property: string): Refusal[] {
    const refusals: Refusal[] = [];
    const priority = rule["priority"];
    if (typeof priority === "number" && (priority < 100 || priority > 4096)) {
        refusals.push({ property, reason: `SecurityRuleInvalidPriority: priority ${priority} must be between 100 and 4096` });
    }
    for (const [one, many] of [
        ["sourceAddressPrefix", "sourceAddressPrefixes"],
        ["destinationPortRange", "destinationPortRanges"],
    ] as const) {
        if (text(rule[one]) !== undefined && lengthOf(rule[many]) > 0)
            refusals.push({ property: one, reason: `SecurityRuleParameterContainsBoth: ${one} and ${many}` });
    }
    return refusals;
}

function listRefusals(rules: Props[]): Refusal[] {
    const seen = new Map<string, string>();
    const refusals: Refusal[] = [];
    rules.forEach((rule, index) => {
        refusals.push(...ruleRefusals(rule, `securityRules[${index}].priority`));
        const [name, priority, direction] = [text(rule["name"]) ?? "", rule["priority"], text(rule["direction"])];
        if (typeof priority !== "number" || direction === undefined) return;
        const place = `${direction.toLowerCase()} ${priority}`;
        const other = seen.get(place);
        if (other !== undefined)
            refusals.push({
                property: `securityRules[${index}]`,
                reason: `SecurityRuleConflict: ${name} and ${other} have the same priority and direction`,
            });
        seen.set(place, name);
    });
    return refusals;
}

function machineRefusals(inputs: Props): Refusal[] {
    const windows = at(inputs, "osProfile", "windowsConfiguration") !== undefined;
    const computer = text(at(inputs, "osProfile", "computerName"));
    if (windows && computer !== undefined && computer.length > WINDOWS_NAME_LIMIT) {
        return [
            {
                property: "osProfile.computerName",
                reason: `InvalidParameter: Windows computer name cannot be more than ${WINDOWS_NAME_LIMIT} characters long`,
            },
        ];
    }
    return [];
}

function tagRefusals(tags: Value | undefined): Refusal[] {
    if (typeof tags !== "object" || tags === null || Array.isArray(tags)) return [];
    return Object.entries(tags).flatMap(([name, value]) => {
        if (/[<>%&\\?/]/.test(name)) return [{ property: "tags", reason: `InvalidTagNameCharacters: ${name}` }];
        if (typeof value === "string" && value.length > TAG_VALUE_LIMIT) return [{ property: "tags", reason: `InvalidTagValueLength: ${name}` }];
        return [];
    });
}

function lengthOf(list: Value | undefined): number {
    return Array.isArray(list) ? list.length : 0;
}
