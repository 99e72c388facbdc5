/**
 * CONTRACT. Flow batches wait as files between the collectors, which write them, and the hub, which inserts them: one
 * folder (`layout().flows`), one file a batch, whole or not there (written under a name ending in `.part`, renamed).
 *
 * A file is a block of ClickHouse's Native format for the table `flows`, with the columns that the batch touched; files on
 * end are a Native stream. Its name says what the hub needs without reading it: `<uuidv7>-<rows>.native`. Names sort by time.
 * While the hub keeps up, a file lives for a second or two in the page cache and never reaches the disk; while it does not,
 * they gather up to a limit, and what does not fit is dropped and counted by exporter.
 */
export interface FlowFile {
  readonly path: string
  readonly id: string
  readonly rows: number
  readonly bytes: number
}
