/**
 * Where we answer otherwise than the real server, in all of testdata/smtp, and why. Named by transcript; everything
 * that is not named must be equal but for queue ids, dates and challenges.
 */
export const differences: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // Beside what is here: relaying is allowed to everybody, which both recordings had switched on; and a message that
  // the journal refuses is answered with 452 4.3.1, where Postfix says 451 4.3.0 once the queue file is half written.
  'postfix-3.7.11': {},
  'exim-4.96': {
    'mail without helo':
      'Exim repeats the answers to refused RCPTs when DATA comes, and does not count that as a fault; we say the last line of it.',
    'pipelined with a refusal': 'As above: Exim repeats the answers to refused RCPTs.',
    vrfy: 'Exim does not count bad addresses in VRFY; we count every 501.',
    'data after bdat':
      'This Exim ends with a null pointer here and hangs up; we refuse the DATA, which is what it does first, and go on.',
    'auth plain of the wrong shape':
      'Exim takes `=` for an empty response (RFC 4954 §4); we decode it as Cyrus SASL does, as broken base64.',
  },
}
