/** What a firewall did, as a number. */
export const firewallKinds = { other: 0, block: 1, allow: 2 } as const
