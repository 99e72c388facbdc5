import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  caveatOf,
  type FlowFacts,
  isAnswered,
  isWorse,
  severityOf,
  sourceBegan,
} from '../../src/match/judge.ts'
import { serviceName } from '../../src/match/services.ts'

const [fin, syn, rst, push, ack] = [1, 2, 4, 8, 16]

function flow(facts: Partial<FlowFacts>): FlowFacts {
  return {
    protocol: 6,
    sourcePort: 50_000,
    destinationPort: 443,
    tcpFlags: 0,
    firewallEvent: 0,
    forwardingStatus: 0,
    reversePackets: 0,
    reverseTcpFlags: 0,
    ...facts,
  }
}

const icmp = (type: number, code = 0, protocol = 1) =>
  flow({ protocol, sourcePort: 0, destinationPort: type * 256 + code })

describe('who began', () => {
  test('is who calls a service, whichever way the record tells', () => {
    assert.equal(sourceBegan(flow({})), true)
    assert.equal(sourceBegan(flow({ sourcePort: 443, destinationPort: 50_000 })), false)
    assert.equal(sourceBegan(flow({ sourcePort: 6667, destinationPort: 1025 })), false)
    assert.equal(sourceBegan(flow({ protocol: 17, sourcePort: 53, destinationPort: 53 })), true)
    assert.equal(sourceBegan(flow({ sourcePort: 30_000, destinationPort: 40_000 })), false)
  })
  test('is who sends a lone SYN, whatever the ports', () => {
    assert.equal(sourceBegan(flow({ sourcePort: 80, destinationPort: 50_000, tcpFlags: syn })), true)
    assert.equal(sourceBegan(flow({ sourcePort: 80, destinationPort: 50_000, tcpFlags: syn | ack })), false)
  })
  test('is not who answers a ping or tells an error', () => {
    assert.equal(sourceBegan(icmp(8)), true)
    assert.equal(sourceBegan(icmp(0)), false)
    assert.equal(sourceBegan(icmp(3, 3)), false)
    assert.equal(sourceBegan(icmp(128, 0, 58)), true)
    assert.equal(sourceBegan(icmp(129, 0, 58)), false)
  })
})

describe('what need not be a conversation', () => {
  test('is a lone SYN, its refusal, a rejected flow, an ICMP error', () => {
    assert.equal(caveatOf(flow({ tcpFlags: syn })), 'syn-only')
    assert.equal(caveatOf(flow({ tcpFlags: syn | 64 | 128 })), 'syn-only')
    assert.equal(caveatOf(flow({ tcpFlags: rst | ack })), 'syn-only')
    assert.equal(caveatOf(flow({ tcpFlags: syn | rst })), 'syn-only')
    assert.equal(caveatOf(flow({ firewallEvent: 3 })), 'rejected')
    assert.equal(caveatOf(flow({ forwardingStatus: 128 })), 'rejected')
    assert.equal(caveatOf(icmp(3, 13)), 'icmp-answer')
    assert.equal(caveatOf(icmp(1, 4, 58)), 'icmp-answer')
  })
  test('is a lone SYN that was refused, where one record tells both ways', () => {
    const refused = flow({ tcpFlags: syn, reversePackets: 1, reverseTcpFlags: rst | ack })
    assert.equal(caveatOf(refused), 'syn-only')
    assert.equal(isAnswered(refused), false)
    const answered = flow({ tcpFlags: syn, reversePackets: 1, reverseTcpFlags: syn | ack })
    assert.equal(caveatOf(answered), '')
    assert.equal(isAnswered(answered), true)
  })
  test('is not what carries data, or tells no flags', () => {
    assert.equal(caveatOf(flow({ tcpFlags: syn | ack | push | fin })), '')
    assert.equal(caveatOf(flow({ tcpFlags: 0 })), '')
    assert.equal(caveatOf(flow({ forwardingStatus: 64 })), '')
    assert.equal(caveatOf(flow({ protocol: 17, tcpFlags: syn })), '')
    assert.equal(caveatOf(icmp(8)), '')
  })
})

describe('how grave it is', () => {
  test('a host of ours that called out and was answered is worst', () => {
    assert.equal(severityOf('outbound', true, ''), 'high')
    assert.equal(severityOf('outbound', false, ''), 'medium')
    assert.equal(severityOf('inbound', true, ''), 'medium')
    assert.equal(severityOf('inbound', false, ''), 'low')
    assert.equal(severityOf('outbound', false, 'syn-only'), 'low')
    assert.ok(isWorse('high', 'medium') && isWorse('medium', 'low') && !isWorse('low', 'low'))
  })
  test('data with an acknowledgement was answered; an opening was not', () => {
    assert.equal(isAnswered(flow({ tcpFlags: syn | ack | push })), true)
    assert.equal(isAnswered(flow({ tcpFlags: syn | ack | fin })), true)
    assert.equal(isAnswered(flow({ tcpFlags: syn })), false)
    assert.equal(isAnswered(flow({ tcpFlags: syn | ack })), false)
    assert.equal(isAnswered(flow({ protocol: 17 })), false)
    assert.equal(isAnswered(flow({ protocol: 17, reversePackets: 1 })), true)
  })
})

test('a port has a name where its protocol has ports', () => {
  assert.equal(serviceName(6, 22), 'ssh')
  assert.equal(serviceName(17, 53), 'domain')
  assert.equal(serviceName(1, 22), '')
  assert.equal(serviceName(6, 61_234), '')
})
