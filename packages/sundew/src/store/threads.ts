/** What UV_THREADPOOL_SIZE should be for the store's process. Apart from store.ts, which loads the engine. */
export const THREADS = 20
