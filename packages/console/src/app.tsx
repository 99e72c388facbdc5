import { createSignal, Match, onMount, Show, Switch, type JSX } from 'solid-js'
import { navigate, route } from './address-bar.ts'
import { checkSession, loggedIn, logOut } from './api.ts'
import { explain } from './refresh.ts'
import { Link } from './parts/link.tsx'
import { Notice } from './parts/notice.tsx'
import { EventView } from './views/event.tsx'
import { FilesView } from './views/files.tsx'
import { LiveView } from './views/live.tsx'
import { LoginView } from './views/login.tsx'
import { MailView } from './views/mail.tsx'
import { MailsView } from './views/mails.tsx'
import { OverviewView } from './views/overview.tsx'

export function App(): JSX.Element {
  const [failure, setFailure] = createSignal<string>()
  onMount(() => {
    checkSession().catch((error: unknown) => setFailure(explain(error)))
  })
  return (
    <Switch fallback={<Notice text={failure()} />}>
      <Match when={loggedIn() === false}>
        <LoginView />
      </Match>
      <Match when={loggedIn()}>
        <Shell />
      </Match>
    </Switch>
  )
}

const pages = [
  { view: 'overview', path: '/', label: 'Overview' },
  { view: 'live', path: '/live', label: 'Live' },
  { view: 'mails', path: '/mails', label: 'Mails' },
  { view: 'files', path: '/files', label: 'Files' },
] as const

function Shell(): JSX.Element {
  const here = () => (route().view === 'mail' ? 'mails' : route().view)
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="top">
        <Link to="/" class="brand">
          <img src="/favicon.svg" alt="" width="26" height="26" />
          <span>Sundew</span>
        </Link>
        <nav aria-label="Pages">
          {pages.map(({ view, path, label }) => (
            <Link to={path} current={here() === view}>
              {label}
            </Link>
          ))}
        </nav>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            navigate('/')
            void logOut().catch(() => {})
          }}
        >
          Log out
        </button>
      </header>
      <main id="main" tabindex="-1">
        <View />
      </main>
    </>
  )
}

function View(): JSX.Element {
  const at = <V extends ReturnType<typeof route>['view']>(view: V) => {
    const now = route()
    return now.view === view ? (now as Extract<ReturnType<typeof route>, { view: V }>) : undefined
  }
  return (
    <Switch fallback={<Missing />}>
      <Match when={at('overview')}>
        <OverviewView />
      </Match>
      <Match when={at('live')}>{(now) => <LiveView filter={now().filter} />}</Match>
      <Match when={at('mails')}>{(now) => <MailsView filter={now().filter} />}</Match>
      <Match when={at('mail')}>
        {(now) => (
          <Show when={now().id} keyed>
            {(id) => <MailView id={id} />}
          </Show>
        )}
      </Match>
      <Match when={at('files')}>
        <FilesView />
      </Match>
      <Match when={at('event')}>
        {(now) => (
          <Show when={now().id} keyed>
            {(id) => <EventView id={id} />}
          </Show>
        )}
      </Match>
    </Switch>
  )
}

function Missing(): JSX.Element {
  return (
    <section class="empty">
      <h1>Nothing here</h1>
      <p>
        This address belongs to no page. <Link to="/">To the overview</Link>
      </p>
    </section>
  )
}
