"use strict";
// The least that a policy pack can be: what our packs' start is measured against.
const { PolicyPack } = require("@pulumi/policy");
new PolicyPack("bench-empty", { policies: [] });
