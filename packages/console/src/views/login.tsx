import { createSignal, onMount, type JSX } from 'solid-js'
import { logIn } from '../api.ts'
import { Notice } from '../parts/notice.tsx'
import { explain } from '../refresh.ts'

export function LoginView(): JSX.Element {
  const [failure, setFailure] = createSignal<string>()
  const [busy, setBusy] = createSignal(false)
  const [field, setField] = createSignal<HTMLInputElement>()
  onMount(() => field()?.focus())
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    setBusy(true)
    try {
      await logIn(field()?.value ?? '')
    } catch (error) {
      setFailure(explain(error))
      setBusy(false)
      field()?.select()
    }
  }
  return (
    <main class="gate">
      <form onSubmit={(event) => void submit(event)}>
        <img src="/favicon.svg" alt="" width="56" height="56" />
        <h1>Sundew</h1>
        <input type="text" name="username" autocomplete="username" value="owner" readonly hidden />
        <label for="password">Password</label>
        <input
          id="password"
          ref={setField}
          type="password"
          name="password"
          autocomplete="current-password"
          spellcheck={false}
          required
        />
        <Notice text={failure()} />
        <button type="submit" class="main" disabled={busy()}>
          {busy() ? 'One moment …' : 'Log in'}
        </button>
        <p class="faint">It was shown once, when Sundew was first started.</p>
      </form>
    </main>
  )
}
