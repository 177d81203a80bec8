import * as assert from "node:assert/strict";
import { causes } from "../../core/causes";
import { extendedCodes, primaryCodes } from "../../cli/codes";
import { explain } from "../../cli/explain";
import { Packs, loadPacks } from "../../cli/packs";
import { Problem } from "../../cli/problem";
import { terminalOf } from "../../cli/report/terminal";
import { wrap } from "../../cli/report/terminal";

describe("explain", () => {
    let packs: Packs;
    const plain = terminalOf({ color: false, toFile: true }, {}, {});
    before(async () => {
        packs = await loadPacks();
    });
    const said = (...topics: string[]): string => explain(topics, packs.rules, plain);

    it("codes: the second is the extended one", () => {
        assert.match(said("0x904", "0x7"), /0x904 AtClientWinsockFDCLOSE[\s\S]*0x7 ServerDeniedConnection \(extended\)/);
        assert.equal(said("2308"), said("0x904"));
        assert.match(said("0x204"), /SocketConnectFailed/);
    });

    it("rules by id and name, settings, causes", () => {
        assert.equal(said("RDP101"), said("filter-admits-client"));
        assert.match(said("nla"), /UserAuthentication/);
        assert.match(said("machinekeys"), /do not/);
    });

    it("what does not exist: the nearest name", () => {
        assert.throws(() => said("nla-requird"), (e: unknown) => e instanceof Problem && /Did you mean "nla-required"/.test(e.message));
        assert.throws(() => said("0x12345"), /is not a code/);
    });

    it("every cause that a code names exists", () => {
        const ids = new Set(causes.map((c) => c.id));
        assert.deepEqual([...primaryCodes, ...extendedCodes].flatMap((c) => c.causes).filter((id) => !ids.has(id)), []);
    });

    it("wraps between words", () => {
        assert.deepEqual(wrap("a bb ccc dddd", 6), ["a bb", "ccc", "dddd"]);
    });
});
