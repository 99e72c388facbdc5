export type * from '../../sundew/src/hub/api/contract.ts'
export type { ListenerStatus } from '../../sundew/src/core/status.ts'
