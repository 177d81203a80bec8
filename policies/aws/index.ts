import { PolicyPack } from "@pulumi/policy";
import { packPolicies } from "../pack";
import { rules } from "../rules/index.generated";
import { aws } from "./reader";

new PolicyPack("rdp-ready-aws", { policies: packPolicies(aws, rules) });
