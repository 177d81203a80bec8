import { Host } from "../../../core/host";
import { WindowsImage } from "../../../core/os/windows";
import { Fact } from "../../../core/life";
import { isKnown } from "../../../core/known";
import { Origin } from "../../../core/origin";
import { ExampleResource } from "../../rule";
import { allowRdp, azurePublicVm, azureVmWithScript, ec2Public } from "./example-stacks";

/** What the host's image holds; undefined where its name does not tell, which is no fault. */
export function knownImage(host: Host): { readonly image: WindowsImage; readonly origin: Origin } | undefined {
    const fact: Fact<WindowsImage> | undefined = host.life?.image;
    return fact !== undefined && isKnown(fact.value) ? { image: fact.value.value, origin: fact.origin } : undefined;
}

/** Overrides properties of one resource of a stack, by its name. */
export function changed(resources: readonly ExampleResource[], name: string, change: Record<string, unknown>): ExampleResource[] {
    return resources.map((r) => (r.name === name ? { ...r, inputs: { ...r.inputs, ...change } } : r));
}

const marketplace = (publisher: string, offer: string, sku: string): Record<string, unknown> => ({ storageProfile: { imageReference: { publisher, offer, sku, version: "latest" } } });

/** A reachable Windows VM from an image of the marketplace; `script` runs in the guest. */
export function azureVmOf(sku: string, options: { readonly publisher?: string; readonly offer?: string; readonly script?: string; readonly more?: Record<string, unknown> } = {}): ExampleResource[] {
    const { publisher = "MicrosoftWindowsServer", offer = "WindowsServer", script, more = {} } = options;
    const vm = script === undefined ? azurePublicVm({ nicRules: [allowRdp()] }) : azureVmWithScript(script);
    return changed(vm, "vm", { ...marketplace(publisher, offer, sku), ...more });
}

/** A reachable Windows VM with these properties. */
export function azureVmWith(change: Record<string, unknown>): ExampleResource[] {
    return changed(azurePublicVm({ nicRules: [allowRdp()] }), "vm", change);
}

/** A reachable Windows instance with these properties. */
export function ec2With(change: Record<string, unknown>): ExampleResource[] {
    return changed(ec2Public({ ingress: "203.0.113.0/24" }), "server", change);
}

/** As Amazon's public parameters name images. */
export function latest(name: string): string {
    return `resolve:ssm:/aws/service/ami-windows-latest/${name}`;
}
