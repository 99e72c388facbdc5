import { For, Show, type JSX } from 'solid-js'
import type { MailRow } from '../contract.ts'
import { navigate } from '../address-bar.ts'
import { bytes } from '../format.ts'
import { Address } from '../parts/address.tsx'
import { Link } from '../parts/link.tsx'
import { Notice } from '../parts/notice.tsx'
import { paged } from '../paged.ts'
import { PeerLine } from '../parts/peer.tsx'
import { Time } from '../parts/time.tsx'
import { withQuery, type MailFilter } from '../route.ts'

export function MailsView(props: { filter: MailFilter }): JSX.Element {
  const list = paged<MailRow>(() => ({ path: '/mails', values: { ...props.filter } }), {
    kinds: 'mail.received',
    time: (row) => row.time,
    key: (row) => row.id,
  })
  const filterBy = (change: Partial<MailFilter>) =>
    navigate(withQuery('/mails', { ...props.filter, ...change }))
  return (
    <>
      <div class="title">
        <h1>Mails</h1>
        <span class="faint">Kept, never delivered</span>
      </div>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <label>
          Address or prefix
          <input
            type="search"
            placeholder="192.0.2.0/24"
            maxlength="64"
            value={props.filter.address}
            onChange={(event) => filterBy({ address: event.currentTarget.value.trim() })}
          />
        </label>
        <Show when={props.filter.campaign}>
          <button type="button" class="chip" onClick={() => filterBy({ campaign: '' })}>
            {`campaign ${props.filter.campaign} ×`}
          </button>
        </Show>
      </form>
      <Notice text={list.failure()} />
      <Show when={list.rows()}>
        {(rows) => (
          <div class="card scroll">
            <table class="mails">
              <thead>
                <tr>
                  <th scope="col">Caught</th>
                  <th scope="col" class="wide">
                    Subject
                  </th>
                  <th scope="col">From</th>
                  <th scope="col">To</th>
                  <th scope="col">Source</th>
                  <th scope="col">Campaign</th>
                  <th scope="col" class="number">
                    Size
                  </th>
                </tr>
              </thead>
              <tbody>
                <For
                  each={rows()}
                  fallback={
                    <tr>
                      <td colspan="7" class="empty faint">
                        No mail yet. What is sent to the SMTP decoy appears here.
                      </td>
                    </tr>
                  }
                >
                  {(mail) => <MailLine mail={mail} />}
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

function MailLine(props: { mail: MailRow }): JSX.Element {
  const mail = props.mail
  return (
    <tr>
      <td>
        <Time at={mail.time} />
      </td>
      <td class="subject">
        <Link to={`/mails/${mail.id}`}>
          <Show when={mail.subject} fallback={<span class="faint">no subject</span>}>
            <PeerLine text={mail.subject} length={90} />
          </Show>
        </Link>
        <Show when={mail.attachments > 0}>
          <small class="faint">{` ${mail.attachments} attached`}</small>
        </Show>
      </td>
      <td class="clip" title={mail.mail_from}>
        <PeerLine text={mail.mail_from || '<>'} length={80} />
      </td>
      <td class="clip" title={mail.rcpt_to.slice(0, 20).join('\n')}>
        <Show when={mail.rcpt_to.length > 1}>
          <span class="faint">{`${mail.rcpt_to.length}: `}</span>
        </Show>
        <PeerLine text={mail.rcpt_to[0] ?? ''} length={80} />
      </td>
      <td>
        <Address of={mail.source_ip} />
      </td>
      <td>
        <Show when={mail.campaign}>
          <Link to={withQuery('/mails', { campaign: mail.campaign })} class="kind">
            {mail.campaign.slice(0, 10)}
          </Link>
        </Show>
      </td>
      <td class="number">{bytes(mail.size_bytes)}</td>
    </tr>
  )
}
