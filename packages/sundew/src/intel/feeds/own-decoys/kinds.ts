/** Kinds of events that show what somebody did to a decoy, and what they are called: one, and several. */
export const attackKinds = {
  'login.attempt': ['login', 'logins'],
  'command.run': ['command', 'commands'],
  'file.captured': ['file', 'files'],
  'file.download_requested': ['download', 'downloads'],
  'tunnel.open': ['tunnel', 'tunnels'],
  'mail.received': ['mail', 'mails'],
  'mail.probe': ['relay test', 'relay tests'],
  'http.request': ['HTTP request', 'HTTP requests'],
  'connection.open': ['connection', 'connections'],
  'protocol.malformed': ['broken message', 'broken messages'],
} as const

export type AttackKind = keyof typeof attackKinds

/** Names of the kinds, those that say most first. */
export const attackKindNames = Object.keys(attackKinds) as AttackKind[]
