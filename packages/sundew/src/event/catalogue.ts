import {
  boolean,
  bytes,
  bytesList,
  integer,
  number,
  optional,
  text,
  texts,
  type FieldSpec,
} from './fields.ts'

/** A kind of event: a sentence that explains it, and its own fields beside the common ones. */
export interface KindSpec<F extends Record<string, FieldSpec> = Record<string, FieldSpec>> {
  readonly doc: string
  readonly fields: F
}

function kind<F extends Record<string, FieldSpec>>(doc: string, fields: F): KindSpec<F> {
  return { doc, fields }
}

/** Fields that every event carries. Names are those of the Elastic Common Schema with `_` for `.`. */
export const commonFields = {
  id: text('UUIDv7, made where the event was caught; the same event never has two.', {
    ecs: 'event.id',
    column: true,
  }),
  time: text('When it was caught, RFC 3339 in UTC with nanoseconds.', { ecs: '@timestamp', column: true }),
  kind: text('Which of these kinds it is.', { ecs: 'event.action', column: true }),
  sensor: text('Name of the sensor that caught it.', { ecs: 'observer.name', column: true }),
  session: text('UUIDv7 of the connection (or other session) it belongs to; empty where there is none.', {
    column: true,
  }),
  service: text('The decoy or collector: smtp, http …', { ecs: 'network.protocol', column: true }),
  transport: text('tcp, udp or tls (TLS over TCP).', { ecs: 'network.transport', column: true }),
  source_ip: text(
    "The peer's address, from the socket; :: for imported mails, and what the log says for an imported log.",
    {
      ecs: 'source.ip',
      column: true,
    },
  ),
  source_port: integer("The peer's port.", { ecs: 'source.port', column: true }),
  destination_ip: text('Our address.', { ecs: 'destination.ip', column: true }),
  destination_port: integer('Our port, as bound.', { ecs: 'destination.port', column: true }),
  tunnel: optional(
    text(
      'UUIDv7 of the tunnel it came through: the same in all events of one. Absent where it came directly.',
      {
        column: true,
      },
    ),
  ),
  target_host: optional(
    bytes('Where the peer wanted that tunnel to lead: a name or an address, as sent.', { column: true }),
  ),
  target_port: optional(integer('And the port there.', { column: true })),
} as const

const user_name = bytes('The user name, as sent.', { ecs: 'user.name', column: true })
const password = bytes('The password, as sent.', { column: true })
const file_sha256 = text('SHA-256 of the bytes, lower-case hex.', { ecs: 'file.hash.sha256', column: true })
const size_bytes = integer('Size in bytes.', { ecs: 'file.size' })

/** Of what `sundew import` brought. */
const imported = {
  imported_from: optional(
    bytes(
      'The file it was imported from, and the byte it begins at: old.mbox@1024. Only of what was imported.',
    ),
  ),
  import_key: optional(
    text('What makes importing it again once: the start of a SHA-256, and which of equal ones it is.'),
  ),
} as const

/** What can happen. One entry here makes the type, the JSON Schema, the console filter and docs/events.md. */
export const catalogue = {
  'connection.open': kind('A peer connected to a decoy.', {
    decoy_port: integer('The well-known port this listener stands for (25 for one bound to 2525).'),
    ...imported,
  }),
  'connection.close': kind('The connection ended.', {
    duration_ms: integer('How long it lasted, milliseconds.', { ecs: 'event.duration' }),
    received_bytes: integer('Bytes the peer sent.', { ecs: 'source.bytes' }),
    sent_bytes: integer('Bytes we sent.', { ecs: 'destination.bytes' }),
    reason: text('peer, persona (we ended it as the persona would), limit, error or shutdown.'),
    ...imported,
  }),
  'client.fingerprint': kind('What the client software tells of itself without meaning to.', {
    method: text('ja4, hassh …'),
    fingerprint: text('The fingerprint in its usual notation.', { column: true }),
    server_name: optional(bytes('Server name asked for (SNI).', { ecs: 'tls.client.server_name' })),
    raw: optional(
      bytes('The bytes it was made from: for JA4 the ClientHello, for HASSH the KEXINIT message.'),
    ),
    software: optional(bytes('What the client calls itself: for SSH its first line.')),
    ...imported,
  }),
  'login.attempt': kind('Somebody tried to log in.', {
    user_name,
    password: optional(password),
    mechanism: text('PLAIN, LOGIN, CRAM-MD5, basic, form …'),
    challenge: optional(bytes('What we asked, for challenge-response mechanisms.')),
    response: optional(bytes('What they answered, for challenge-response mechanisms.')),
    key_type: optional(text('Kind of the public key offered: ssh-ed25519 …')),
    key_fingerprint: optional(text('SHA-256 of the public key offered, as OpenSSH shows it.')),
    key_blob: optional(bytes('The public key offered, as sent.')),
    signature_valid: optional(boolean('Whether the key signed for the login, where it did.')),
    accepted: boolean('Whether we let them in.', { ecs: 'event.outcome' }),
    ...imported,
  }),
  'command.run': kind(
    'A command of the protocol that is worth keeping on its own (VRFY, ETRN, shell commands …).',
    {
      command: bytes('The line as sent, without its end of line.', {
        ecs: 'process.command_line',
        column: true,
      }),
      via: optional(
        text(
          'How an SSH client asked for it: exec, shell or subsystem; input for a line typed into a program.',
        ),
      ),
      environment: optional(bytesList('Variables that were set for it before: NAME=value.')),
      terminal: optional(bytes('The terminal that was asked for.')),
      ...imported,
    },
  ),
  'tunnel.open': kind('A peer that was let in asked to be connected through us. Nothing is connected.', {
    origin_host: bytes('Where the peer says the connection comes from.'),
    origin_port: integer('And its port.'),
    outcome: text(
      'What it was told: opened, refused, timed_out, unreachable, unknown_name, prohibited or no_descriptor (too many at once).',
      { ecs: 'event.outcome' },
    ),
    answered_by: optional(text('Who answers in it: a decoy of this machine, or sink.')),
    ...imported,
  }),
  'tunnel.data': kind('A piece of what went through a tunnel that no decoy answers.', {
    direction: text('received (from the peer) or sent (by us).'),
    data: bytes('The bytes.'),
    after_ms: optional(integer('Milliseconds since the tunnel was opened.')),
    ...imported,
  }),
  'tunnel.close': kind('A tunnel that was open ended.', {
    duration_ms: integer('How long it was open, milliseconds.', { ecs: 'event.duration' }),
    received_bytes: integer('Bytes the peer sent through it.', { ecs: 'source.bytes' }),
    sent_bytes: integer('Bytes we sent.', { ecs: 'destination.bytes' }),
    reason: text('peer, persona (we ended it as the persona would), limit, error or shutdown.'),
  }),
  'tunnel.listen': kind(
    'A peer that was let in wanted what comes to a port of ours. Nobody ever comes, since nothing listens.',
    {
      listen_host: bytes('The address to listen on, as sent.'),
      listen_port: integer('The port; 0 for any.'),
      granted: boolean('Whether it was told that we listen.'),
      given_port: optional(integer('The port it was told, where it asked for any.')),
    },
  ),
  'mail.received': kind('A message was accepted and kept. It is never delivered.', {
    queue_id: text('The queue id we answered with.'),
    helo: bytes('The name given in HELO or EHLO.'),
    mail_from: bytes('Envelope sender, as sent.', { ecs: 'email.from.address', column: true }),
    rcpt_to: bytesList('Envelope recipients, as sent.', { ecs: 'email.to.address' }),
    mail_params: optional(bytesList('ESMTP parameters of MAIL FROM, as sent.')),
    rcpt_params: optional(bytesList('ESMTP parameters of each RCPT TO, as sent; one entry a recipient.')),
    size_bytes,
    via: text('DATA, BDAT, or import for one that `sundew import` brought.'),
    tls_version: optional(text('TLS version of the connection.', { ecs: 'tls.version' })),
    tls_cipher: optional(text('Cipher suite of the connection.', { ecs: 'tls.cipher' })),
    user_name: optional(user_name),
    smuggling: optional(
      texts('SMTP smuggling sequences seen inside (bare-lf, lf-dot-lf, lf-dot-crlf, cr-dot-cr …).'),
    ),
    bare_lf: optional(integer('Lines that ended in a bare LF.')),
    ...imported,
    claimed_ip: optional(
      text(
        'The peer’s address as a header of an imported mail says: whoever wrote the mail may have made it up.',
      ),
    ),
    subject: optional(
      bytes('The Subject header, undecoded; filled in by the hub.', { ecs: 'email.subject', column: true }),
    ),
    campaign: optional(text('The campaign it was grouped into; filled in by the hub.', { column: true })),
  }),
  'mail.probe': kind(
    'A message that looks like a relay test: it carries our own address, name or credentials, or a known tester’s mark.',
    {
      queue_id: text('The message’s queue id.'),
      reasons: texts(
        'What gave it away: own-address, own-hostname, own-credentials, tester-header, to-self …',
      ),
      mail_from: bytes('Envelope sender, as sent.', { ecs: 'email.from.address', column: true }),
      rcpt_to: bytesList('Envelope recipients, as sent.', { ecs: 'email.to.address' }),
      subject: optional(bytes('The Subject header, undecoded.', { ecs: 'email.subject', column: true })),
    },
  ),
  'http.request': kind('An HTTP request was answered.', {
    method: bytes('The method, as sent.', { ecs: 'http.request.method' }),
    url: bytes('The request target, as sent.', { ecs: 'url.original', column: true }),
    version: text('HTTP version.', { ecs: 'http.version' }),
    host: optional(bytes('The Host header.', { ecs: 'url.domain' })),
    user_agent: optional(bytes('The User-Agent header.', { ecs: 'user_agent.original', column: true })),
    headers: bytesList('Header lines `Name: value` in the order and case they came.'),
    status: integer('The status we answered with.', { ecs: 'http.response.status_code' }),
    persona: text('The persona that answered.'),
    body_bytes: integer('Bytes of request body.', { ecs: 'http.request.body.bytes' }),
    body_sha256: optional(
      text('SHA-256 of the body as it came, as far as it is kept.', { ecs: 'file.hash.sha256' }),
    ),
    body_truncated: optional(boolean('True where more of the body came, or should have come, than is kept.')),
    body_files: optional(
      texts(
        'Files of a form, which are kept by themselves: `offset SHA-256`, where each stood in the rest of the body.',
      ),
    ),
    body_rest_sha256: optional(
      text('SHA-256 of the rest of the body: what is kept of it beside its files.', {
        ecs: 'file.hash.sha256',
      }),
    ),
    tls_version: optional(text('TLS version of the connection.', { ecs: 'tls.version' })),
    server_name: optional(bytes('Server name asked for (SNI).', { ecs: 'tls.client.server_name' })),
  }),
  'file.captured': kind('A file the peer brought was kept: an upload, or an attachment of a mail.', {
    file_sha256,
    file_name: bytes('The name the peer gave it; never used as a path.', { ecs: 'file.name' }),
    mime_type: text('Media type as claimed.', { ecs: 'file.mime_type' }),
    size_bytes,
    via: text('multipart, put, post, attachment, sftp, scp, shell …'),
    partial: optional(boolean('True where the form ended before the file did: its beginning is kept.')),
    origin: optional(text('Id of the event it came with.')),
    ...imported,
  }),
  'file.download_requested': kind(
    'A peer told us to fetch a file (wget, curl, tftp …). Nothing is ever fetched; what it hears is made up.',
    {
      url: bytes('Where it lies, as the peer wrote it.', { ecs: 'url.original', column: true }),
      command: optional(
        bytes('The program that should have fetched it, with its arguments.', {
          ecs: 'process.command_line',
          column: true,
        }),
      ),
      file_name: optional(bytes('The name it was to get here; never used as a path.', { ecs: 'file.name' })),
      outcome: text(
        'refused (the persona has no way out), failed (as if the network did), stand-in (a file of ours in its place), or fetched: another honeypot did, whose log was imported.',
      ),
      file_sha256: optional(file_sha256),
      ...imported,
    },
  ),
  'session.recorded': kind(
    'What a terminal showed and what was typed, kept as a file: an asciicast, or a piece of a longer one.',
    {
      recording: text('Id of the recording; its pieces share it.'),
      part: integer('Which piece it is, from 1; the pieces on end are the recording.'),
      duration_ms: integer('How long this piece lasted, milliseconds.', { ecs: 'event.duration' }),
      width: integer('Columns of the terminal at its start.'),
      height: integer('Lines of the terminal at its start.'),
      commands: integer('Commands that were run in it.'),
      input_bytes: integer('Bytes the peer typed.'),
      output_bytes: integer('Bytes it was shown.'),
      truncated: boolean('True where more was shown or typed than is kept.'),
      file_sha256,
      size_bytes,
    },
  ),
  'secret.typed': kind(
    'A peer typed a password into a program of a make-believe machine: passwd, su, sudo and the like.',
    {
      user_name,
      password,
      program: text('The program that asked for it.'),
    },
  ),
  'connection.wanted': kind(
    'A program of a make-believe machine was told to connect somewhere (nc, ssh, telnet …). Nothing is connected.',
    {
      wanted_host: bytes('The target’s name or address, as the peer wrote it.'),
      wanted_port: integer('Its port; 0 where the program has none.'),
      program: text('The program.'),
      data: optional(bytes('The first bytes that were to be sent.')),
    },
  ),
  'protocol.malformed': kind('The peer broke the protocol in a way worth knowing.', {
    reason: text('A short code: smtp.bare-lf, smtp.smuggling, http.bad-request, tls.bad-hello …'),
    detail: optional(bytes('The first bytes concerned.')),
    count: optional(integer('How many times in this session, where they are counted together.')),
    ...imported,
  }),
  'limit.reached': kind('A limit of ours ended or refused something.', {
    limit: text('Which one, as named in the configuration: connections, per_source, idle, line, message …'),
    value: integer('Its value.'),
    count: optional(integer('How many times since the last such event.')),
  }),
  'flow.exporter': kind(
    'What a flow exporter sent since the last such event; once a minute while it sends.',
    {
      exporter: text('Its address and port; others for all past the first 500 of a minute, summed up.', {
        column: true,
      }),
      domains: texts('Observation domains (IPFIX), source ids (v9) or engines it sent for.'),
      versions: texts('Export protocols: netflow5, netflow9, ipfix, sflow5 …'),
      packets: integer('Export packets that came.'),
      flows: integer('Flows decoded.'),
      lost: integer('Flows, records or packets missing by the sequence numbers.'),
      held: integer('Data sets that waited for their template.'),
      templates: integer('Templates in force.'),
      dropped: integer('Flows decoded and not kept, because too much waited for the store.'),
      refused: texts('What was not decoded and why: `reason count`.'),
      unknown: texts('Elements that are not known: `name count`, the most frequent first.'),
      sampling: optional(integer('One packet in so many, as it last said.')),
      clock_ms: optional(
        integer('How far its clock is ahead of ours, milliseconds; negative where it is behind.'),
      ),
    },
  ),
  'intel.match': kind(
    'An address of a flow, or a name, address, URL or hash in a log, is on a list. The same pair within a window is one event, and one more with the counts when the window ends.',
    {
      indicator: text('The most specific listed entry that names it: an address, a prefix or a range.', {
        ecs: 'threat.indicator.ip',
        column: true,
      }),
      matched: text(
        'Which end of a flow: source, destination, nat_source, nat_destination or next_hop. Of a log: name, address, url, hash, ja3, ja4, email or file_name.',
      ),
      matched_ip: text('The address that is listed; empty where it is no address.', { column: true }),
      observed: optional(
        bytes('What stood in the log: the name, URL, hash ….', {
          ecs: 'threat.indicator.name',
          column: true,
        }),
      ),
      indicator_type: optional(
        text('address, domain, hostname, url, hash …; absent for addresses of flows.'),
      ),
      action: optional(text('block (it is published) or alert (it is only matched).')),
      blocked: optional(
        text(
          'What a name server did: nxdomain, nodata, drop, tcp-only, local-data, passthru; log-only before it where it only would have. What a firewall did: block or allow.',
        ),
      ),
      log: optional(text('The file, socket or firewall it was seen in.', { column: true })),
      direction: text(
        'outbound (a host of ours sent to it), inbound (it sent to a host of ours), internal (both ends are ours) or external (neither is).',
      ),
      list: text('The list of the most specific entry.', { column: true }),
      lists: texts('Every list that names it, the most specific entry first.'),
      indicators: texts('The entry of each of these lists, in their order.'),
      titles: texts('Pulse name or comment of each, in their order; empty where there is none.'),
      links: texts('Link of each, in their order; empty where there is none.'),
      protocol: integer('IP protocol number.', { ecs: 'network.iana_number' }),
      service_name: text('What the port is usually for: ssh, https …; empty where unknown.'),
      bytes: integer('Bytes of the flows counted, sampling undone.', { ecs: 'network.bytes' }),
      packets: integer('Their packets, sampling undone.', { ecs: 'network.packets' }),
      flows: integer('Flows counted: 1 at first; all of the window in the event that ends it.'),
      first_seen: text('Start of the first of them, RFC 3339.'),
      last_seen: text('End of the last of them, RFC 3339.'),
      summary: boolean('True in the event that ends a window.'),
      caveat: optional(
        text(
          'Why it need not have been a conversation: syn-only, icmp-answer (an error that answers something of ours), rejected (a firewall denied it) or one-way.',
        ),
      ),
      severity: text(
        'high (a host of ours called out and was answered), medium, low (they called us, or the caveat).',
      ),
      exporter: optional(text('The exporter that told it.', { column: true })),
      retro: boolean('True where the past was asked, after the entry was listed.'),
      ...imported,
    },
  ),
  'intel.pulled': kind('A source was asked for what it lists, and something changed or went wrong.', {
    source: text("The source's name.", { column: true }),
    feed_type: text('otx, plain, urlhaus …'),
    outcome: text('taken, unchanged, refused (not believed: the last good list stays) or failed.'),
    added: integer('Sightings that are new.'),
    removed: integer('Sightings that are gone.'),
    in_force: integer('Sightings of it that count now.'),
    bad: integer('What could not be read.'),
    trouble: optional(text('What was wrong.')),
    duration_ms: integer('How long it took, milliseconds.', { ecs: 'event.duration' }),
  }),
  'intel.published': kind('A list was written for another program.', {
    publication: text("The publication's name.", { column: true }),
    target: text('bind-rpz, nftables …'),
    path: text('Where it was written.', { ecs: 'file.path' }),
    outcome: text(
      'written, held (it lost more than half), refused (its own tool does not take it) or failed.',
    ),
    set_version: integer('The version of the set it was made of.'),
    entries: integer('Entries in it.'),
    added: integer('Entries that were not in the former.'),
    removed: integer('Entries of the former that are gone.'),
    examples: texts('Some of them: +value, -value.'),
    left_out: texts('What the target cannot take: `reason count`.'),
    checked: text('The tool that checked it; empty where it is not here.'),
    trouble: optional(text('What was wrong.')),
    duration_ms: integer('How long it took, milliseconds.', { ecs: 'event.duration' }),
  }),
  'scan.detected': kind(
    'A source, or many in step, looked for open ports. Told once, and again when it has grown.',
    {
      scan: text('Which scan it is: the same in each event of one.', { column: true }),
      pattern: text(
        'slow (ports one by one over hours or days), fast (many within seconds), sweep (one port on many addresses), synchronised (many sources in step) or rising (a port asked for more than it ever was).',
      ),
      sources: texts('Who: the first of them, the busiest first.'),
      source_count: integer('How many sources.'),
      ports: texts('Which ports, as 22 or 8000-8100; the first of them.'),
      port_count: integer('How many different ports.'),
      targets: integer('How many different addresses of ours.'),
      probes: integer('How many packets.'),
      first_seen: text('The first of them, RFC 3339.'),
      last_seen: text('The last, RFC 3339.'),
      order: optional(text('Of ports over time: up, down or mixed.')),
      per_hour: optional(number('Ports an hour.')),
      fit: optional(number('How well a line fits the ports over time, 0 to 1.')),
      evidence: text('In words.'),
    },
  ),
  'syslog.unparsed': kind('Lines of one sender that no parser takes; once a minute while they come.', {
    sender: text('Its address, or the file.', { column: true }),
    lines: integer('How many since the last such event.'),
    sample: bytes('One of them, its first 1,024 bytes.'),
  }),
  'alert.raised': kind('Something the owner should know.', {
    code: text('SUNDEW_… code, explained in docs/errors.md.', { ecs: 'event.code', column: true }),
    message: text('What happened, with which value, and what to do.', { ecs: 'message' }),
  }),
  'sensor.status': kind('A part of Sundew started, stopped or recovered.', {
    part: text('decoys, hub, store …'),
    state: text('started, stopped, restarted, full, room …'),
    message: text('In words.', { ecs: 'message' }),
  }),
} as const satisfies Record<string, KindSpec>

export type EventKind = keyof typeof catalogue
export const eventKinds = Object.keys(catalogue) as EventKind[]
