import assert from "node:assert/strict";
import { AddressError, AddressSet } from "../../../core/net/address-set";
import { parseClient, parseClients } from "../../../core/net/clients";
import { publicInternet } from "../../../core/net/well-known";

describe("parseClient", () => {
    it("keeps the author's words as the name", () => {
        const client = parseClient(" 203.0.113.0/24 ");
        assert.deepEqual([client.name, String(client.addresses)], ["203.0.113.0/24", "203.0.113.0/24"]);
    });

    it("whole-world-through-a-public-address: the world is the public Internet, not 10.0.0.0/8 and multicast", () => {
        assert.ok(parseClient("0.0.0.0/0").addresses.equals(publicInternet.intersect(AddressSet.allV4)));
        assert.ok(parseClient("::/0").addresses.equals(publicInternet.intersect(AddressSet.allV6)));
        for (const name of ["Internet", "*"]) assert.ok(parseClient(name).addresses.equals(publicInternet));
    });

    it("keeps private clients", () => assert.equal(String(parseClient("10.0.0.0/8").addresses), "10.0.0.0/8"));

    it("refuses host bits and nonsense", () => {
        assert.throws(() => parseClient("203.0.113.5/24"), /write 203\.0\.113\.0\/24 for the network/);
        assert.throws(() => parseClient("office"), AddressError);
    });
});

describe("parseClients", () => {
    it("reads a tag's list", () => {
        assert.deepEqual(parseClients(" 203.0.113.0/24  2001:db8::/32,198.51.100.7 ").map((c) => c.name), ["203.0.113.0/24", "2001:db8::/32", "198.51.100.7"]);
        assert.deepEqual(parseClients(""), []);
    });
});
