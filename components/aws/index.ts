/** RDP-ready Windows hosts on AWS. */
export type { Licensing, SessionLimits, StaleSessions } from "../shared/guest";
export type { HostCertificate } from "./host-certificate";
export type { InstanceConnect } from "./instance-connect-access";
export type { LoadBalancer } from "./load-balancer-access";
export { RdpAccess } from "./rdp-access";
export type { RdpAccessArgs } from "./rdp-access";
export { RdpCertificate } from "./rdp-certificate";
export type { RdpCertificateArgs } from "./rdp-certificate";
export { RdpGuest } from "./rdp-guest";
export type { RdpGuestArgs } from "./rdp-guest";
export { RdpHost } from "./rdp-host";
export type { RdpHostArgs } from "./rdp-host";
