import { aborted, runPart } from '../core/part.ts'
import { startStore } from '../store/store.ts'

/** What the supervisor starts the built-in store with. */
export interface StoreStart {
  readonly directory: string
  readonly host: string
  readonly port: number
  readonly passwords: { readonly sundew: string; readonly reader: string }
  readonly memoryBytes: number
}

runPart<StoreStart>('store', async ({ start, signal, send }) => {
  const store = await startStore(start)
  send({ type: 'ready' })
  await aborted(signal)
  await store.close()
})
