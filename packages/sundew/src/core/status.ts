/** One process of Sundew, as the supervisor sees it. */
export interface PartStatus {
  readonly name: 'decoys' | 'machines' | 'collectors' | 'hub' | 'store'
  readonly state: 'starting' | 'running' | 'restarting' | 'stopped'
  readonly pid: number | undefined
  /** Times it was started again since `sundew up`. */
  readonly restarts: number
  /** RFC 3339; when its present process began. */
  readonly since: string
}

/** One bound port. */
export interface ListenerStatus {
  readonly service: string
  readonly address: string
  readonly port: number
  /** The well-known port it stands for. */
  readonly as: number
  readonly tls: boolean
  /** tcp where it is not given. */
  readonly transport?: 'tcp' | 'udp'
}

/** What the supervisor tells the hub, each time it changes. */
export interface SupervisorStatus {
  /** RFC 3339; when `sundew up` began. */
  readonly started: string
  readonly parts: readonly PartStatus[]
  readonly listeners: readonly ListenerStatus[]
}
