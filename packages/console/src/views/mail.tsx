import { createSignal, For, onMount, Show, type JSX } from 'solid-js'
import { get } from '../api.ts'
import type { MailDetail } from '../contract.ts'
import { bytes, count } from '../format.ts'
import { Address } from '../parts/address.tsx'
import { Link } from '../parts/link.tsx'
import { Notice } from '../parts/notice.tsx'
import { Peer } from '../parts/peer.tsx'
import { Time } from '../parts/time.tsx'
import { explain } from '../refresh.ts'
import { withQuery } from '../route.ts'

export function MailView(props: { id: string }): JSX.Element {
  const [mail, setMail] = createSignal<MailDetail>()
  const [failure, setFailure] = createSignal<string>()
  onMount(() => {
    get<MailDetail>(`/mails/${props.id}`).then(setMail, (error: unknown) => setFailure(explain(error)))
  })
  return (
    <>
      <p class="back">
        <Link to="/mails">← Mails</Link>
      </p>
      <Notice text={failure()} />
      <Show when={mail()}>{(kept) => <Kept mail={kept()} />}</Show>
    </>
  )
}

function Kept(props: { mail: MailDetail }): JSX.Element {
  const mail = props.mail
  return (
    <>
      <div class="title">
        <h1>
          <Peer text={mail.subject} length={160} empty="no subject" />
        </h1>
        <a class="button main" href={`/api/mails/${mail.id}/raw`} download={`${mail.id}.eml`}>
          Download .eml
        </a>
      </div>
      <section class="card">
        <dl class="facts">
          <dt>Caught</dt>
          <dd>
            <Time at={mail.time} />, queued as <code>{mail.queue_id}</code>, {bytes(mail.size_bytes)}
          </dd>
          <dt>Envelope from</dt>
          <dd>
            <Peer text={mail.mail_from} length={200} empty="<>" />
          </dd>
          <dt>{`Envelope to (${count(mail.rcpt_to.length)})`}</dt>
          <dd>
            <Some of={mail.rcpt_to} />
          </dd>
          <dt>Source</dt>
          <dd>
            <Address of={mail.source_ip} /> as <Peer text={mail.helo} length={120} />
          </dd>
          <Show when={mail.user_name}>
            <dt>Logged in as</dt>
            <dd>
              <Peer text={mail.user_name} length={120} />
            </dd>
          </Show>
          <Show when={mail.tls_version}>
            <dt>TLS</dt>
            <dd>{`${mail.tls_version}, ${mail.tls_cipher}`}</dd>
          </Show>
          <Show when={mail.campaign}>
            <dt>Campaign</dt>
            <dd>
              <Link to={withQuery('/mails', { campaign: mail.campaign })}>{mail.campaign}</Link>
            </dd>
          </Show>
          <dt>Session</dt>
          <dd>
            <code>{mail.session || '—'}</code>
          </dd>
        </dl>
      </section>
      <section class="card" aria-labelledby="urls">
        <h2 id="urls">{`URLs (${count(mail.urls.length)})`}</h2>
        <p class="faint">Shown as text on purpose: they lead where an intruder wants.</p>
        <Some of={mail.urls} />
      </section>
      <section class="card" aria-labelledby="addresses">
        <h2 id="addresses">{`Addresses inside (${count(mail.addresses.length)})`}</h2>
        <Some of={mail.addresses} />
      </section>
      <section class="card" aria-labelledby="attachments">
        <h2 id="attachments">{`Attachments (${count(mail.attachment_sha256.length)})`}</h2>
        <ul class="values">
          <For each={mail.attachment_sha256} fallback={<li class="faint">none</li>}>
            {(sha256) => (
              <li>
                <code>{sha256}</code>{' '}
                <a href={`/api/files/${sha256}`} download={`${sha256}.bin`}>
                  Download
                </a>
              </li>
            )}
          </For>
        </ul>
      </section>
    </>
  )
}

/** Entries of a list shown before the rest is asked for. */
const first = 20

function Some(props: { of: readonly string[] }): JSX.Element {
  const [all, setAll] = createSignal(false)
  const shown = () => (all() ? props.of : props.of.slice(0, first))
  return (
    <ul class="values">
      <For each={shown()} fallback={<li class="faint">none</li>}>
        {(text) => (
          <li>
            <Peer text={text} length={160} empty="empty" />
          </li>
        )}
      </For>
      <Show when={props.of.length > first && !all()}>
        <li>
          <button type="button" onClick={() => setAll(true)}>{`All ${count(props.of.length)}`}</button>
        </li>
      </Show>
    </ul>
  )
}
