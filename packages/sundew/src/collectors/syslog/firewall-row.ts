/** Bytes of the line that a text is. Of none, `to` is 0. */
export interface Span {
  from: number
  to: number
}

/**
 * One firewall log line as numbers, filled by a parser and copied into columns; used again for the next line. Addresses are four
 * words in network order as numbers (`match/words.ts`), IPv4 mapped; texts are spans of the line.
 */
export class FirewallRow {
  /** `firewallKinds`. */
  kind = 0
  /** ms since 1970, as the line itself says beside its syslog header; 0 where it does not. */
  logged = 0
  readonly source = new Uint32Array(4)
  readonly destination = new Uint32Array(4)
  sourcePort = 0
  destinationPort = 0
  protocol = 0
  tcpFlags = 0
  length = 0
  readonly natSource = new Uint32Array(4)
  readonly natDestination = new Uint32Array(4)
  natSourcePort = 0
  natDestinationPort = 0
  /** High 16 bits and low 32 bits of a MAC address. */
  macHigh = 0
  macLow = 0
  readonly rule: Span = { from: 0, to: 0 }
  readonly inInterface: Span = { from: 0, to: 0 }
  readonly outInterface: Span = { from: 0, to: 0 }
  readonly state: Span = { from: 0, to: 0 }

  clear(): void {
    this.kind = this.logged = this.sourcePort = this.destinationPort = this.protocol = this.tcpFlags = 0
    this.length = this.natSourcePort = this.natDestinationPort = this.macHigh = this.macLow = 0
    // Quicker than four calls of fill.
    for (let word = 0; word < 4; word++)
      this.source[word] = this.destination[word] = this.natSource[word] = this.natDestination[word] = 0
    this.rule.to = this.inInterface.to = this.outInterface.to = this.state.to = 0
  }
}
