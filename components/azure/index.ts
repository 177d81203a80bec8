/** RDP-ready Windows hosts on Azure. */
export type { Licensing, SessionLimits, StaleSessions } from "../shared/guest";
export type { HostCertificate } from "./host-certificate";
export type { Bastion } from "./bastion-access";
export type { Image } from "./image";
export type { CertificateIssue } from "./issued-certificate";
export type { LoadBalancer } from "./load-balancer-access";
export { RdpAccess } from "./rdp-access";
export type { NewSubnet, RdpAccessArgs } from "./rdp-access";
export { RdpCertificate } from "./rdp-certificate";
export type { RdpCertificateArgs } from "./rdp-certificate";
export { RdpGuest } from "./rdp-guest";
export type { RdpGuestArgs } from "./rdp-guest";
export { RdpHost } from "./rdp-host";
export type { RdpHostArgs } from "./rdp-host";
