import { addressList } from './address-list.ts'

/**
 * Emerging Threats Open's compromised-ips: hosts that were taken over and attack others, so that they are only matched unless the
 * section raises the ceiling. Published under a BSD licence (rules.emergingthreats.net).
 */
export const emergingThreats = addressList({
  type: 'emerging-threats',
  summary: 'Emerging Threats: hosts known to be compromised',
  url: 'https://rules.emergingthreats.net/blockrules/compromised-ips.txt',
  habits: { everyMinutes: 240, leastMinutes: 60, weight: 45, ceiling: 'alert' },
})
