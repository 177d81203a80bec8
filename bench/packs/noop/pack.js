"use strict";
// One stack policy that looks at nothing: the SDK deserialises every resource for it once.
const { PolicyPack } = require("@pulumi/policy");
new PolicyPack("bench-noop", {
    policies: [{ name: "noop", description: "looks at nothing", enforcementLevel: "advisory", validateStack: () => undefined }],
});
