import { join } from 'node:path'

/** Where everything lies under the data directory. */
export function layout(data: string) {
  return {
    data,
    /** One folder a journal: this machine's decoys write `journal/local`. */
    journals: join(data, 'journal'),
    localJournal: join(data, 'journal', 'local'),
    /** The hub's own: alerts. */
    hubJournal: join(data, 'journal', 'hub'),
    /** What `sundew import` brought. */
    importJournal: join(data, 'journal', 'import'),
    /** What was imported already. */
    imports: join(data, 'imports.jsonl'),
    decoyState: join(data, 'decoys'),
    /** What collectors remember over restarts: templates and sampling of exporters. */
    collectorState: join(data, 'collectors'),
    /** The collectors' own: matches, exporters' health. */
    collectorJournal: join(data, 'journal', 'collectors'),
    /** Flow batches on their way from the collectors to the store (`core/batch-spool.ts`). */
    flows: join(data, 'flows'),
    /** Which of them the hub is inserting. */
    flowPlan: join(data, 'hub', 'flows.json'),
    /** The same of what firewalls' logs tell. */
    firewall: join(data, 'firewall'),
    firewallPlan: join(data, 'hub', 'firewall.json'),
    /** Address sets (`set-<version>.bin`), written whole by the hub, read by the collectors; `state.json` says which is in force. */
    intel: join(data, 'intel'),
    store: join(data, 'store'),
    files: join(data, 'files'),
    /** What outputs write, where their paths are not absolute, and what waits for them. */
    outputs: join(data, 'outputs'),
    hub: join(data, 'hub'),
    cursors: join(data, 'hub', 'cursors'),
    /** What was caught and no row of the store can hold, as it stood in the journal. */
    aside: join(data, 'hub', 'aside'),
    storePasswords: join(data, 'secrets', 'store.json'),
    machineSecret: join(data, 'secrets', 'machines.json'),
    run: join(data, 'run'),
    /** The supervisor's process id, while it runs. */
    pidFile: join(data, 'run', 'sundew.pid'),
    /** The process id of the `sundew import` at work. */
    importPidFile: join(data, 'run', 'import.pid'),
    /** Where the hub answers: `{url, pid}`, while it runs. */
    hubFile: join(data, 'run', 'hub.json'),
  } as const
}

export type Layout = ReturnType<typeof layout>
