import assert from "node:assert";
import { packOptions } from "../../policies/config";
import { readDeclaration } from "../../policies/intent";

const options = packOptions({});
const read = (tags: unknown, given = options): ReturnType<typeof readDeclaration> => readDeclaration("urn:host", tags, given);

describe("declared intent", () => {
    it("reads the clients tag and its continuations in order", () => {
        const d = read({ "rdp-ready:clients": "203.0.113.0/24 198.51.100.7", "rdp-ready:clients-10": "10.0.0.0/8", "rdp-ready:clients-2": "2001:db8::/32" });
        assert.deepStrictEqual(d.clients.map((c) => c.name), ["203.0.113.0/24", "198.51.100.7", "2001:db8::/32", "10.0.0.0/8"]);
        assert.deepStrictEqual(d.mistakes, []);
    });

    it("a tag that cannot be read is a mistake, not silence", () => {
        const d = read({ "rdp-ready:clients": "203.0.113.0/24 office" });
        assert.strictEqual(d.mistakes.length, 1);
        assert.match(d.mistakes[0]!.text, /"office", which is not a client/);
    });

    it("a tag that is a secret is a mistake whose text does not show it", () => {
        const d = read({ "rdp-ready:clients": "[secret]" });
        assert.match(d.mistakes[0]!.text, /cannot be read/);
    });

    it("the policy configuration speaks where the tags are silent, and only there", () => {
        const given = packOptions({ "rdp-ready": { clients: ["198.51.100.0/24"] } });
        assert.deepStrictEqual(read({}, given).clients.map((c) => c.name), ["198.51.100.0/24"]);
        assert.deepStrictEqual(read({ "rdp-ready:clients": "203.0.113.0/24" }, given).clients.map((c) => c.name), ["203.0.113.0/24"]);
        assert.deepStrictEqual(read({ "rdp-ready:clients": "office" }, given).clients, []);
    });

    it("an unknown path name is a mistake that lists the names", () => {
        assert.match(read({ "rdp-ready:path": "vpn" }).mistakes[0]!.text, /private-network/);
        assert.strictEqual(read({ "rdp-ready:path": "bastion" }).via, "bastion");
    });
});
