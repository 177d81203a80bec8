import { PolicyPack } from "@pulumi/policy";
import { packPolicies } from "../pack";
import { rules } from "../rules/index.generated";
import { azure } from "./reader";

new PolicyPack("rdp-ready-azure", { policies: packPolicies(azure, rules) });
