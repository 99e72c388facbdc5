import type { CollectorStatus } from '../../core/collector-messages.ts'
import type { SupervisorStatus } from '../../core/status.ts'

/**
 * The hub's HTTP interface, for the page, the command line and scripts: one place for its paths and shapes.
 * Text in answers that a peer wrote is already readable (`event/bytes.ts`): pages still escape it for HTML.
 * Every answer is JSON unless said otherwise; an error is `{error: {code, message}}` with a fitting status.
 *
 *     POST /api/login            {password} -> 204 and a session cookie; DELETE ends the session
 *     GET  /api/session          -> {loggedIn}: whether cookie or token open anything; 401 for a token that does not
 *     GET  /api/status           -> Status
 *     GET  /api/events           ?kind&service&address&since&before&limit -> EventRow[], newest first
 *     GET  /api/events/:id       -> EventRow, nothing cut
 *     GET  /api/sessions         ?address&service&user&recorded&commands&since&before&limit -> SessionRow[], newest start first
 *     GET  /api/sessions/:id     the id or its beginning, 8 digits or more -> SessionRow
 *     GET  /api/sessions/:id/events ?kind&offset&limit -> EventRow[], oldest first, nothing cut
 *     GET  /api/live             ?kind&service&address -> server-sent events: `data: EventRow[]`, a batch every 100 ms;
 *                                `event: left-out`, `data: {count}` where a slow reader missed some
 *     GET  /api/counts           ?hours -> Counts
 *     POST /api/query            {sql, format: json|csv|tsv|pretty, params?} -> rows as the format says, streamed;
 *                                json is one object a line (JSONEachRow)
 *     GET  /api/mails            ?address&campaign&since&before&limit -> MailRow[], newest first
 *     GET  /api/mails/:id        -> MailDetail
 *     GET  /api/mails/:id/raw    -> message/rfc822, byte for byte, as a download
 *     GET  /api/files            ?address&since&before&limit -> FileRow[], the last seen first
 *     GET  /api/files/:sha256    -> application/octet-stream, byte for byte, as a download
 *     GET  /api/reports/spammers ?days&limit -> SpammerRow[]
 *     GET  /api/reports/tunnels  ?days&limit -> TunnelReport; each of its lists has `limit` rows at most
 *     POST /api/flows            {mode, filter, …} as `hub/flows/question.ts` has it -> by `mode`: rows of flows with the
 *                                fields asked for (json or csv), FlowCount, FlowTop[], FlowStep[], SeenRow[] or HuntRow[]; JSON is one
 *                                object a line, streamed. The header X-Sundew-Table names the table that answered,
 *                                X-Sundew-Kept-Since the oldest moment it has, X-Sundew-Cut: 1 says there were more rows
 *     POST /api/firewall/rows    {filter, fields?, by?: time|received, order?, limit?, share?} as `hub/firewall/question.ts` has it ->
 *                                rows of firewalls' lines with the fields asked for, JSON, one object a line, streamed
 *     POST /api/logins/rows      {since?, before?, share?} -> LoginRow, one object a line, streamed, oldest first
 *     GET  /api/reports/hits     ?days&by=day|list|host|direction|indicator&limit -> HitRow[]
 *     GET  /api/intel/why        ?value -> WhyAnswer (`intel/answers.ts`, as the following)
 *     GET  /api/intel/search     ?text&type&source&gone=1&limit -> SearchAnswer
 *     GET  /api/intel/stats      -> StatsAnswer
 *     GET  /api/intel/sources    -> SourceAnswer[]
 *     POST /api/intel/pull       {names?} -> PullAnswer[], when they are pulled
 *     POST /api/intel/publish    {names?} -> Published[] (`hub/intel/publishing-contract.ts`)
 *     POST /api/intel/add        {value, reason, until?} -> ChangeAnswer; /api/intel/remove {value}
 *     POST /api/intel/allow      {value, reason, until?, action?} -> ChangeAnswer; /api/intel/disallow {value}
 *     GET  /api/plots/links      ?kind=tunnel.open&fields=source,target-port,target&since&before -> LinkRow[], most first
 *     GET  /api/scans            ?from&before&pattern&limit -> ScanRow[]: those that overlap the time, the last seen first, 1,000 at most
 *     POST /api/scans/look       {} -> {candidates, told}: looks for scans now
 *     POST /api/plots/firewall   as `hub/firewall/plot-question.ts` has it -> what a fireplot is drawn of (`plots/fireplot/stream.ts`): a
 *                                line of JSON, then columns of time, place and colour in ClickHouse's format Native
 *     POST /api/plots/daily      {day?} -> DailyPicture: yesterday's fireplot, or that day's, written now where plots.daily says
 *     GET  /taxii2/              TAXII 2.1, read only, where a publication has the target `taxii` (docs/publish.md)
 *     GET  /api/tokens           -> TokenRow[]
 *     POST /api/tokens           {name} -> NewToken, shown this once; DELETE /api/tokens/:name -> 204
 *
 * `kind` and `service` may be lists (`a,b`); `address` is an address or a prefix (`192.0.2.0/24`); `since` (inclusive)
 * and `before` (exclusive) are RFC 3339; `limit` is at most {@link maxLimit}. Who asks shows a session cookie or
 * `Authorization: Bearer <token>`. POST and DELETE take JSON only (`Content-Type: application/json`), from our own
 * page or from no page at all.
 */
export const apiPrefix = '/api'
/** Rows in one answer. */
export const maxLimit = 1000
/** Events of one session that can be asked for. */
export const mostSessionEvents = 1_000_000

export interface ApiErrorBody {
  readonly error: {
    /** SUNDEW_… code. */
    readonly code: string
    readonly message: string
    /** Where the store refused a query: ClickHouse's own code and name, such as 62 and SYNTAX_ERROR. */
    readonly store?: { readonly code: string; readonly type: string }
  }
}

export interface Status extends SupervisorStatus {
  readonly version: string
  readonly sensor: string
  readonly dataDirectory: string
  readonly store: {
    /** The hub still waits for it. Until then what asks for rows is answered 503, `SUNDEW_STORE_STARTING`. */
    readonly starting: boolean
    readonly reachable: boolean
    readonly version: string
    readonly url: string
  }
  readonly journal: {
    /** Bytes caught and not yet in the store. */
    readonly waitingBytes: number
    /** Seconds since the oldest of them was caught; 0 where there are none. */
    readonly lagSeconds: number
  }
  readonly disk: {
    readonly usedBytes: number
    readonly quotaBytes: number
    readonly freeBytes: number
    readonly full: boolean
    /** Sources that have used their share, and for how many bytes. */
    readonly sourcesOverShare: readonly { readonly source: string; readonly bytes: number }[]
  }
  /** What the collectors of flows last told; undefined where none run. */
  readonly flows?: CollectorStatus
  /** Entries put in the store since the hub began, by kind of event. */
  readonly ingested: Readonly<Record<string, number>>
  readonly alerts: readonly { readonly time: string; readonly code: string; readonly message: string }[]
}

export interface EventRow {
  readonly id: string
  readonly time: string
  readonly kind: string
  readonly sensor: string
  readonly session: string
  readonly service: string
  readonly transport: string
  readonly source_ip: string
  readonly source_port: number
  readonly destination_ip: string
  readonly destination_port: number
  /** Where it came through a tunnel: its id, and where the peer wanted it to lead. */
  readonly tunnel?: string
  readonly target_host?: string
  readonly target_port?: number
  readonly fields: Readonly<Record<string, unknown>>
}

export interface SessionRow {
  readonly id: string
  /** Of its first event. */
  readonly start: string
  /** Of its last event so far. */
  readonly end: string
  /** The decoy that the peer connected to. */
  readonly service: string
  readonly source_ip: string
  readonly source_port: number
  /** Who logged in last, or else tried last; empty where nobody did. */
  readonly user_name: string
  readonly duration_ms: number
  readonly logins: number
  readonly commands: number
  readonly files: number
  readonly tunnels: number
  readonly mails: number
  readonly requests: number
  readonly recordings: number
}

export interface Counts {
  /** Events by service and kind in the time asked for. */
  readonly services: readonly { readonly service: string; readonly kind: string; readonly count: number }[]
  readonly sources: number
}

export interface MailRow {
  readonly id: string
  readonly time: string
  readonly source_ip: string
  readonly queue_id: string
  readonly helo: string
  readonly mail_from: string
  readonly rcpt_to: readonly string[]
  /** Encoded words (RFC 2047) decoded. */
  readonly subject: string
  readonly size_bytes: number
  readonly campaign: string
  readonly attachments: number
}

export interface MailDetail extends MailRow {
  readonly session: string
  readonly urls: readonly string[]
  readonly addresses: readonly string[]
  readonly attachment_sha256: readonly string[]
  readonly tls_version: string
  readonly tls_cipher: string
  readonly user_name: string
}

export interface FileRow {
  readonly sha256: string
  readonly name: string
  readonly mime_claimed: string
  readonly mime_detected: string
  readonly size_bytes: number
  readonly first_seen: string
  readonly last_seen: string
  readonly times: number
  readonly source_ip: string
  readonly via: string
  /** Id of the event that brought it first: a mail's, a request's. Empty where it is not known. */
  readonly origin: string
}

export interface SpammerRow {
  readonly ip: string
  readonly spam_mails: number
  readonly first_seen: string
  readonly last_seen: string
  readonly campaigns: number
  readonly bytes: number
}

/** What was wanted through tunnels: most first. */
export interface TunnelReport {
  readonly sources: readonly {
    readonly ip: string
    readonly attempts: number
    readonly opened: number
    readonly targets: number
    readonly first_seen: string
    readonly last_seen: string
  }[]
  readonly targets: readonly {
    readonly host: string
    readonly port: number
    readonly attempts: number
    readonly sources: number
  }[]
  readonly ports: readonly {
    readonly port: number
    readonly attempts: number
    /** Of all attempts, in hundredths. */
    readonly percent: number
    readonly sources: number
  }[]
  /** Names that mails through tunnels were announced with. */
  readonly helos: readonly { readonly helo: string; readonly mails: number; readonly sources: number }[]
  readonly requests: readonly {
    readonly method: string
    /** The Host header, or where there was none the tunnel's target. */
    readonly host: string
    readonly url: string
    readonly requests: number
    readonly sources: number
  }[]
}

/** What the flows that were asked for add up to. */
export interface FlowSums {
  readonly flows: number
  /** Sampling undone. */
  readonly packets: number
  readonly bytes: number
}

export interface FlowCount extends FlowSums {
  /** RFC 3339; empty where there are none. */
  readonly first: string
  readonly last: string
}

/** What is counted by, under its own names, and beside it the sums and the percentage of what was asked for. */
export interface FlowTop extends FlowSums {
  readonly percent: number
  readonly [key: string]: string | number
}

export interface FlowStep extends FlowSums {
  /** When the step begins, RFC 3339. */
  readonly time: string
}

/** A host that met a listed address, and the most specific entry that names that. */
export interface HuntRow extends FlowSums {
  readonly host: string
  readonly host_is_ours: boolean
  readonly indicator: string
  /** One of the addresses met that the entry names. */
  readonly address: string
  readonly list: string
  /** Every list that names the address met. */
  readonly lists: readonly string[]
  readonly title: string
  readonly link: string
  /** Seen from the host: who sent first. */
  readonly direction: 'outbound' | 'inbound'
  /** Both sent. */
  readonly answered: boolean
  readonly sent_bytes: number
  readonly first: string
  readonly last: string
}

/** When an address was seen, by the hour. */
export interface SeenRow {
  readonly address: string
  readonly country: string
  readonly as: number
  readonly hours: number
  /** The first and the last of these hours, RFC 3339. */
  readonly first: string
  readonly last: string
  readonly sent_flows: number
  readonly sent_bytes: number
  readonly received_flows: number
  readonly received_bytes: number
}

/** That somebody tried to log in. */
export interface LoginRow {
  readonly time: string
  readonly source_ip: string
  readonly service: string
  readonly sensor: string
  /** What was sent, as base64. */
  readonly user_name_64: string
  readonly password_64: string
  readonly mechanism: string
  /** Kind of the public key offered, empty where none was. */
  readonly key_type: string
  /** 1 where we let them in. */
  readonly accepted: number
  /** Where a share was asked for: how many of its window are not told, in one row of each. */
  readonly left_out?: number | string
}

/** How often hosts of ours met listed addresses. */
export interface HitRow {
  /** The day (UTC), list, host, direction or indicator. */
  readonly key: string
  /** Events `intel.match` that began a window: how often it was alerted. */
  readonly matches: number
  readonly hosts: number
  readonly indicators: number
  readonly flows: number
  readonly bytes: number
  /** Of the matches: a host of ours called out and was answered. */
  readonly high: number
  readonly first_seen: string
  readonly last_seen: string
}

/** How often three fields of events came together. */
export interface LinkRow {
  readonly parts: readonly [string, string, string]
  readonly count: number
}

/** What was written of a day. */
export interface DailyPicture {
  readonly day: string
  readonly folder: string
  readonly files: readonly string[]
}

/** A scan, as it was told last. */
export interface ScanRow {
  readonly scan: string
  /** When that was, RFC 3339. */
  readonly told: string
  readonly pattern: 'slow' | 'fast' | 'sweep' | 'synchronised' | 'rising'
  /** Of most of its packets: tcp, udp …. */
  readonly transport: string
  /** The first of them, the busiest first; in text, IPv4 plain. */
  readonly sources: readonly string[]
  readonly source_count: number
  /** Of the first source; empty and 0 where it is not known. */
  readonly country: string
  readonly as: number
  /** `22`, `8000-8100`: the first of them. */
  readonly ports: readonly string[]
  readonly port_count: number
  readonly targets: number
  readonly probes: number
  /** RFC 3339. */
  readonly first_seen: string
  readonly last_seen: string
  readonly order?: 'up' | 'down' | 'mixed'
  /** Ports an hour. */
  readonly per_hour?: number
  /** 0 to 1. */
  readonly fit?: number
  readonly evidence: string
}

export interface TokenRow {
  readonly name: string
  /** RFC 3339. */
  readonly created: string
}

export interface NewToken extends TokenRow {
  readonly token: string
}
