import { CloudReader } from "../cloud";
import { carriersOf } from "./carriers";
import { declaredGroupFilters } from "./group-rules";
import { hostsOf } from "./hosts";
import { Kind, kindOf, matters } from "./kinds";
import { declaredAclFilters } from "./network-acls";
import { isUnmodelledHostType } from "./unmodelled-hosts";

const hostKinds: ReadonlySet<string | undefined> = new Set<Kind>(["Instance", "AutoScalingGroup", "LaunchTemplate", "LaunchConfiguration"]);

/** What rdp-ready knows of the aws provider's resources. */
export const aws: CloudReader = {
    cloud: "aws",
    matters,
    isHost: (type) => hostKinds.has(kindOf(type)) || isUnmodelledHostType(type),
    carriers: carriersOf,
    filters: (resource) => {
        switch (kindOf(resource.type)) {
            case "SecurityGroup":
            case "SecurityGroupRule":
                return declaredGroupFilters(resource);
            case "NetworkAcl":
            case "NetworkAclRule":
                return declaredAclFilters(resource);
            default:
                return [];
        }
    },
    hosts: hostsOf,
};
