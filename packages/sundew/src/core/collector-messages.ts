/** What hub and collectors tell each other, relayed by the supervisor (`RelayMessage.body`). */
export type ToCollectors =
  /** Sets are in force: the files are whole, and stay until the next ones are told. */
  {
    readonly type: 'set'
    /** The address set. */
    readonly path: string
    /** The set of names, URLs, hashes …; not given where nothing of these is listed. */
    readonly names?: string
    readonly version: number
    readonly entries: number
  }

export type FromCollectors =
  /** Once a second while something comes, and once when it ends. */
  { readonly type: 'flow-status'; readonly status: CollectorStatus }

/** For `sundew status` and `sundew doctor`. */
export interface CollectorStatus {
  /** Which receiver runs: `recvmmsg` (the compiled one) or `dgram`. */
  readonly receiver: 'recvmmsg' | 'dgram'
  readonly sockets: readonly {
    readonly address: string
    readonly port: number
    /** Receive buffer asked for and got, bytes. */
    readonly wantedBytes: number
    readonly bufferBytes: number
    /** Datagrams the kernel dropped because nobody read them in time, since the start. */
    readonly kernelDrops: number
  }[]
  readonly packets: number
  readonly flows: number
  readonly lost: number
  readonly dropped: number
  readonly refused: number
  readonly exporters: number
  readonly templates: number
  /** The set that flows are matched against; 0 and 0 before the first. */
  readonly set: { readonly version: number; readonly entries: number }
  readonly matches: number
  /** Batches that wait for the hub. */
  readonly waiting: { readonly files: number; readonly bytes: number }
  /** What was told by logs and dnstap; not given where neither is configured. */
  readonly watch?: WatchStatus
  /** How syslog does; not given where it is not received. */
  readonly syslog?: SyslogStatus
}

/** How the receiving of syslog does, since the collectors began. */
export interface SyslogStatus extends SyslogCounts {
  /** Which receiver runs, as of flows. */
  readonly receiver: 'recvmmsg' | 'dgram'
  /** UDP sockets. */
  readonly sockets: CollectorStatus['sockets']
  /** TCP and TLS connections that are open, and those that were refused or ended for what they sent. */
  readonly connections: number
  readonly refused: number
  /** Datagrams of senders that are not listened to. */
  readonly strangers: number
  /** Lines that were longer than is read: their beginnings were. */
  readonly cut: number
  /** Rows that could not be kept. */
  readonly dropped: number
  /** Rows in which an end was on a list of bad addresses. */
  readonly listed: number
  /** Batches that wait for the hub. */
  readonly waiting: { readonly files: number; readonly bytes: number }
  /** Senders that are known; the busiest are told of. */
  readonly senders: number
  readonly top: readonly SyslogSenderStatus[]
  /** Of all others. */
  readonly others: SyslogCounts
}

export interface SyslogCounts {
  readonly lines: number
  /** Rows of the table `firewall`. */
  readonly told: number
  /** Lines of a firewall, or of a program that is known, that are no decision of a packet's. */
  readonly other: number
  /** Lines that no parser takes. */
  readonly unparsed: number
  /** Rows left out by `collectors.syslog.ignore`. */
  readonly ignored: number
}

export interface SyslogSenderStatus extends SyslogCounts {
  /** Its address. */
  readonly sender: string
  /** How its lines are read; '' before one was. */
  readonly format: string
  /** Of its clock from UTC, minutes, where it tells no zone and its lines have shown one. */
  readonly zoneMinutes?: number
  /** How far its clock is ahead, ms, beside its zone; not given where its lines tell no time. */
  readonly aheadMs?: number
  /** A line that no parser takes, escaped. */
  readonly sample?: string
}

/** How the watching of logs does. */
export interface WatchStatus {
  readonly logs: readonly LogStatus[]
  readonly dnstap?: DnstapStatus
  /** Listed things met, events made of them, and events not made because there were too many. */
  readonly hits: number
  readonly events: number
  readonly untold: number
}

/** One file that is followed. */
export interface LogStatus {
  readonly path: string
  /** '' until its lines have told it. */
  readonly format: string
  /** Whether it is there and read. */
  readonly open: boolean
  /** Why it cannot be read. */
  readonly trouble?: string
  /** Times the file was another one, or cut. */
  readonly rotations: number
  /** Bytes that have not been read yet. */
  readonly behind: number
  /** Since the collectors began: all, those that told something, those that could not be read, with some of them. */
  readonly lines: number
  readonly told: number
  readonly malformed: number
  readonly tooLong: number
  readonly unrecognised: number
  readonly samples: readonly string[]
}

export interface DnstapStatus {
  readonly socket: string
  /** Name servers that are connected. */
  readonly clients: number
  readonly frames: number
  /** Frames that told a name, and those that could not be read. */
  readonly told: number
  readonly malformed: number
  /** Connections refused or ended for what they sent. */
  readonly refused: number
}
