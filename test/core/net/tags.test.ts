import assert from "node:assert/strict";
import { AddressError, AddressSet } from "../../../core/net/address-set";
import { exactly } from "../../../core/net/bounds";
import { azurePrefix, serviceTag, type VnetSpace } from "../../../core/net/tags";

const set = (text: string) => AddressSet.parse(text);
const vnet: VnetSpace = { prefixes: exactly(set("10.1.0.0/16")) };

function says(name: string, address: string, space: VnetSpace = vnet): string {
    const { least, most } = azurePrefix(name, space);
    return least.covers(set(address)) ? "in" : most.covers(set(address)) ? "perhaps" : "out";
}

describe("Azure service tags", () => {
    it("Internet leaves out the VNet, is unsure about other private networks, and holds every public address", () => {
        assert.deepEqual(["203.0.113.7", "2001:db8::1", "10.1.2.3", "10.9.9.9"].map((a) => says("Internet", a)), ["in", "in", "out", "perhaps"]);
        assert.ok(serviceTag("Internet", vnet).least.coversInternet);
        assert.ok(serviceTag("internet").least.coversInternet);
    });

    it("VirtualNetwork holds the VNet, perhaps other private networks, and no public client", () => {
        assert.deepEqual(["10.1.2.3", "192.168.1.1", "168.63.129.16", "203.0.113.7"].map((a) => says("VirtualNetwork", a)), ["in", "perhaps", "perhaps", "out"]);
    });

    it("public-prefixes-in-a-vnet belong to the VNet, not to the Internet", () => {
        const odd: VnetSpace = { prefixes: exactly(set("51.0.0.0/16")) };
        assert.deepEqual([says("VirtualNetwork", "51.0.0.4", odd), says("Internet", "51.0.0.4", odd)], ["in", "out"]);
    });

    it("default-route-in-a-vnet: a user-defined route widens VirtualNetwork", () => {
        const routed: VnetSpace = { ...vnet, possibly: AddressSet.all };
        assert.deepEqual([says("VirtualNetwork", "203.0.113.7", routed), says("Internet", "203.0.113.7", routed)], ["perhaps", "perhaps"]);
    });

    it("AzureLoadBalancer is the probe address alone", () => {
        assert.deepEqual([says("AzureLoadBalancer", "168.63.129.16"), says("AzureLoadBalancer", "203.0.113.7")], ["in", "out"]);
    });

    it("unknown-tag: perhaps any public address, never a private one, with the reason", () => {
        assert.deepEqual([says("Storage.WestEurope", "203.0.113.7"), says("Storage.WestEurope", "10.0.0.4")], ["perhaps", "out"]);
        assert.match(serviceTag("AzureCloud").why!, /service tag AzureCloud/);
    });

    it("* and Any are both families", () => {
        for (const name of ["*", "Any"]) assert.ok(serviceTag(name).least.equals(AddressSet.all));
        assert.ok(azurePrefix("0.0.0.0/0").least.equals(AddressSet.allV4));
    });

    it("an IPv6 prefix that begins with a letter is no tag; nonsense is refused", () => {
        assert.ok(azurePrefix("fd00::/8").least.equals(set("fd00::/8")));
        assert.throws(() => azurePrefix("10.0.0/24"), AddressError);
    });

    it("names compare without regard to case", () => assert.ok(serviceTag("VIRTUALNETWORK", vnet).least.equals(set("10.1.0.0/16"))));
});
