// Every number of the protocol and of what people may do. Units are in the names; nothing repeats them elsewhere.

export const limits = {
  /** A client's frame. For a larger one the socket is closed with `frame_too_large`. */
  frameBytesMax: 64 * 1024,
  /** Events in one page, or recovered by one subscription, in bytes of their texts; at least one event comes. */
  pageBytesMax: 256 * 1024,
  /** Nesting of MessagePack arrays in a client frame. */
  frameDepthMax: 6,
  /** Values (of any kind) in one client frame. */
  frameValuesMax: 4096,
  /** Refused frames on one socket before it is closed with `too_many_errors`. */
  refusedFramesMax: 50,
  /** From opening the socket to a complete `hello`. */
  authenticateWithinMs: 5_000,
  /** How long before the token's end the server asks for a new one. */
  reauthenticateNoticeMs: 60_000,
  /** A socket that sends nothing for this long is closed; clients ping well within it. */
  idleTimeoutMs: 120_000,
  /** The SDK pings a socket that was silent for this long, and waits so long for the answer. */
  pingEveryMs: 20_000,
  pingWithinMs: 5_000,
  /** It pings sooner when a request has waited for this long on a silent socket. */
  suspectAfterMs: 3_000,
  /** And now and then on a busy one, to follow the server's clock. */
  clockPingEveryMs: 60_000,
  /** How long the SDK waits for a socket to open before it tries another. */
  openWithinMs: 8_000,

  /** UTF-8 bytes of a message's body. */
  messageBodyBytesMax: 16 * 1024,
  handleLengthMin: 3,
  handleLengthMax: 30,
  displayNameLengthMax: 80,
  deviceNameLengthMax: 80,
  tokenLengthMax: 4096,
  devicesPerUserMax: 32,

  /** Conversations in one `subscribe` frame. */
  subscribeBatchMax: 64,
  /** Missed events that one subscription answers at once; more of them is a gap to page through. */
  recoverEventsMax: 200,
  /** Missed events that all subscriptions of one frame answer together, and the bytes of their frames. */
  recoverEventsPerFrameMax: 1000,
  recoverBytesPerFrameMax: 512 * 1024,
  historyPageMax: 100,
  conversationPageMax: 100,
  userSearchMax: 20,
  userLookupMax: 100,
  subscriptionsPerSocketMax: 5_000,

  /** How far ahead of the server's clock the time in an idempotency key may be. */
  keyAheadMsMax: 10_000,
  /** Requests of one socket that may wait for an answer. */
  requestsInFlightMax: 256,
  /** Sends of one user on one gateway: a token bucket. */
  sendsPerSecond: 50,
  sendsBurst: 200,
  /** Other requests of one user on one gateway. */
  requestsPerSecond: 100,
  requestsBurst: 400,
} as const;
