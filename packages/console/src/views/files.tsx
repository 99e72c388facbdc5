import { For, Show, type JSX } from 'solid-js'
import type { FileRow } from '../contract.ts'
import { bytes, count } from '../format.ts'
import { Address } from '../parts/address.tsx'
import { Link } from '../parts/link.tsx'
import { Notice } from '../parts/notice.tsx'
import { paged } from '../paged.ts'
import { Peer, PeerLine } from '../parts/peer.tsx'
import { Time } from '../parts/time.tsx'

export function FilesView(): JSX.Element {
  const list = paged<FileRow>(() => ({ path: '/files', values: {} }), {
    kinds: 'file.captured',
    time: (row) => row.last_seen,
    key: (row) => row.sha256,
  })
  return (
    <>
      <div class="title">
        <h1>Files</h1>
        <span class="faint">Uploads and attachments, one copy each; treat them as hostile</span>
      </div>
      <Notice text={list.failure()} />
      <Show when={list.rows()}>
        {(rows) => (
          <div class="card scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">Last seen</th>
                  <th scope="col" class="wide">
                    Name given
                  </th>
                  <th scope="col">Type claimed, found</th>
                  <th scope="col" class="number">
                    Size
                  </th>
                  <th scope="col" class="number">
                    Times
                  </th>
                  <th scope="col">Source</th>
                  <th scope="col">SHA-256</th>
                  <th scope="col">
                    <span class="unseen">Download</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                <For
                  each={rows()}
                  fallback={
                    <tr>
                      <td colspan="8" class="empty faint">
                        No file yet. What is uploaded or attached appears here.
                      </td>
                    </tr>
                  }
                >
                  {(file) => <FileLine file={file} />}
                </For>
              </tbody>
            </table>
            <Show when={list.more()}>
              <p class="actions">
                <button type="button" onClick={() => list.older()}>
                  Older
                </button>
              </p>
            </Show>
          </div>
        )}
      </Show>
    </>
  )
}

function FileLine(props: { file: FileRow }): JSX.Element {
  const file = props.file
  return (
    <tr>
      <td>
        <Time at={file.last_seen} />
      </td>
      <td class="subject">
        <Peer text={file.name} length={60} empty="no name" />{' '}
        <Show when={file.origin} fallback={<span class="faint">{file.via}</span>}>
          {(id) => (
            <Link to={`/${file.via === 'attachment' ? 'mails' : 'events'}/${id()}`} class="faint">
              {file.via}
            </Link>
          )}
        </Show>
      </td>
      <td class="clip" title={`${file.mime_claimed}\n${file.mime_detected}`}>
        <PeerLine text={file.mime_claimed || '—'} length={60} />
        <br />
        <small class="faint">{file.mime_detected || 'unknown'}</small>
      </td>
      <td class="number">{bytes(file.size_bytes)}</td>
      <td class="number">{count(file.times)}</td>
      <td>
        <Address of={file.source_ip} />
      </td>
      <td>
        <code title={file.sha256}>{`${file.sha256.slice(0, 12)}…`}</code>
      </td>
      <td>
        <a href={`/api/files/${file.sha256}`} download={`${file.sha256}.bin`}>
          Download
        </a>
      </td>
    </tr>
  )
}
