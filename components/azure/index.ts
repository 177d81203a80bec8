/** RDP-ready Windows hosts on Azure. */
export type { SessionLimits } from "../shared/guest";
export type { Bastion } from "./bastion-access";
export type { Image } from "./image";
export type { LoadBalancer } from "./load-balancer-access";
export { RdpAccess } from "./rdp-access";
export type { NewSubnet, RdpAccessArgs } from "./rdp-access";
export { RdpGuest } from "./rdp-guest";
export type { RdpGuestArgs } from "./rdp-guest";
export { RdpHost } from "./rdp-host";
export type { RdpHostArgs } from "./rdp-host";
