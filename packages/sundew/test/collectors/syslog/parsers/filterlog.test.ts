import { describe } from 'node:test'
import { filterlog } from '../../../../src/collectors/syslog/parsers/filterlog.ts'
import { conforms } from './conformance.ts'

// Forms by pfSense's documentation ("Raw Filter Log Format"), addresses of documentation.
describe("pfSense's and OPNsense's filterlog", () => {
  conforms(filterlog, [
    {
      line: '5,,,1000000103,igb0,match,block,in,4,0x0,,241,54321,0,none,6,tcp,40,203.0.113.9,192.0.2.1,41234,23,0,SEC,1,,1024,,mss',
      is: {
        kind: 'block',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        sourcePort: 41_234,
        destinationPort: 23,
        protocol: 6,
        tcpFlags: 194,
        length: 40,
        rule: '1000000103',
        inInterface: 'igb0',
        state: 'match',
      },
    },
    {
      line: 'filterlog[123]: 9,,,0,igb0,match,pass,out,4,0x0,,64,1,0,DF,17,udp,76,192.0.2.1,203.0.113.9,123,123,56',
      is: {
        kind: 'allow',
        source: '192.0.2.1',
        destination: '203.0.113.9',
        sourcePort: 123,
        destinationPort: 123,
        protocol: 17,
        length: 76,
        rule: '9',
        outInterface: 'igb0',
        state: 'match',
      },
    },
    {
      line: '5,,,1000000103,igb0,match,block,in,4,0x0,,241,54321,0,none,1,icmp,28,203.0.113.9,192.0.2.1,request,1,1',
      is: {
        kind: 'block',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        destinationPort: 2048,
        protocol: 1,
        length: 28,
        rule: '1000000103',
        inInterface: 'igb0',
        state: 'match',
      },
    },
    {
      line: '6,,,1000000105,igb0,match,block,in,6,0x00,0x00000,1,UDP,17,100,2001:db8::9,2001:db8::1,546,547,100',
      is: {
        kind: 'block',
        source: '2001:db8::9',
        destination: '2001:db8::1',
        sourcePort: 546,
        destinationPort: 547,
        protocol: 17,
        length: 100,
        rule: '1000000105',
        inInterface: 'igb0',
        state: 'match',
      },
    },
    {
      line: '5,,,1000000103,igb0,match,block,in,4,0x0,,241,54321,0,none,6,tcp,40,203.0.113.9',
      is: 'malformed',
    },
  ])
})
