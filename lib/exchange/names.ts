/** What somebody is called: a user, or a chat. */
export interface PeerName {
  readonly name?: string | undefined;
  /** Without the @. */
  readonly username?: string | undefined;
}

/** What people and chats are called, by their marked ids; undefined for somebody whom nobody has named. */
export interface Names {
  of(peer: number): PeerName | undefined;
}
