"use strict";
// The spec reporter, and a last line alone that counts in the words which most tools look for.
const { reporters } = require("mocha");

class Counted extends reporters.Spec {
    epilogue() {
        super.epilogue();
        const { passes, failures, pending } = this.stats;
        process.stdout.write(`${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ""}\n`);
    }
}

module.exports = Counted;
