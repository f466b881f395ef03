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

  /** How long after sending its author may edit or delete a message, by the server's clock (MSG-5). */
  changeWithinMs: 15 * 60_000,
  /** All texts of a message go into one frame. */
  editsPerMessageMax: 50,
  /** Members of a group, its creator among them (GRP-1). */
  groupMembersMin: 3,
  groupMembersMax: 500,
  groupNameLengthMax: 100,
  groupDescriptionLengthMax: 1000,
  mentionsPerMessageMax: 50,
  /** UTF-16 units of an emoji; a family with skin tones takes many. */
  emojiLengthMax: 32,
  /** Different emoji on one message. */
  emojisPerMessageMax: 20,
  reactorPageMax: 100,
  attachmentsPerMessageMax: 10,
  /** Bytes of one attachment, as announced and as stored (MSG-7). */
  attachmentBytesMax: 25 * 1024 * 1024,
  attachmentNameLengthMax: 120,
  /** Pixels of a picture, all frames of an animation together, and its longer side. */
  imagePixelsMax: 64_000_000,
  imageSideMax: 16_384,
  /** The longer side of a preview. */
  previewSideMax: 480,
  /** Uploads of one user that are in no message yet, and their announced bytes. */
  uploadsUnattachedPerUserMax: 50,
  uploadsUnattachedBytesPerUserMax: 256 * 1024 * 1024,
  /** Requests with content of uploads that one user may have under way on one worker. */
  uploadsAtOncePerUserMax: 8,
  /** Pieces in which an upload may arrive; each request brings at least one, and one for each MiB. */
  uploadPiecesMax: 1000,
  /** A request with content ends after this long, keeping what has come. */
  uploadRequestWithinMs: 10 * 60_000,
  /** An upload that is in no message after this long is deleted; an operator may set another time. */
  uploadExpiresAfterMs: 24 * 3_600_000,
  /** Downloads of attachments that one user may have under way on one worker. */
  downloadsAtOncePerUserMax: 16,
  /** A download ends after this long; a range goes on with it. All of an attachment takes 15 kB/s. */
  downloadWithinMs: 30 * 60_000,
  /** Members up to whom everyone learns of everyone's receipts; in larger groups one asks with `receipts`. */
  receiptsMembersMax: 50,
  /** How often a client that is typing says so, and after what silence the others think that it stopped. */
  typingEveryMs: 3_000,
  typingEndsAfterMs: 6_000,
  /** People whose presence one socket watches. */
  presenceWatchMax: 100,
  /** How long someone may be away before the others are told. */
  offlineAfterMs: 5_000,
  /** The year 9999, the last that every part of the system can tell. */
  muteUntilMsMax: 253_402_300_799_000,
  notificationPageMax: 100,
  /** Unread notifications that are counted; those before them count as read. */
  unreadNotificationsMax: 1_000,
  auditPageMax: 100,
  insightDaysMax: 366,
  moderationReasonLengthMax: 500,

  /** Messages that a client keeps until they are accepted, those among them that failed included (OFF-1). */
  outboxMessagesMax: 1000,
  /** How far ahead of the server's clock the time in an idempotency key may be. */
  keyAheadMsMax: 10_000,
  /** Requests of one socket that may wait for an answer. */
  requestsInFlightMax: 256,
  // Rates are token buckets: of all workers together where they share a Redis, else of each worker.
  /** Sends of one user on one gateway: a token bucket. */
  sendsPerSecond: 50,
  sendsBurst: 200,
  /** Other requests of one user on one gateway. */
  requestsPerSecond: 100,
  requestsBurst: 400,
  /** Groups that one user makes. */
  groupsPerSecond: 0.1,
  groupsBurst: 50,
  /** People whom one user adds to groups, or asks to come into them. */
  additionsPerSecond: 2,
  additionsBurst: 1_500,
  /** Invitation links that one user makes. */
  invitationsPerSecond: 0.5,
  invitationsBurst: 50,
  /** Groups that someone is asked to come into and has not answered; further ones are not told. */
  groupRequestsMax: 100,
  reactionsPerSecond: 20,
  reactionsBurst: 100,
  /** Looking for people and for messages. */
  searchesPerSecond: 10,
  searchesBurst: 40,
  uploadsPerSecond: 2,
  uploadsBurst: 50,
  /** Answers to one user, in KiB; the next large one is refused until as much is free again. */
  answerKiBPerSecond: 2_048,
  answerKiBBurst: 16_384,
  /** Pages of history of one user that are read at once on one worker; further ones wait for their turn. */
  pagesAtOncePerUserMax: 4,
  /** Sockets of one user; an operator may set another number. */
  socketsPerUserMax: 50,
  /** Frames of one socket and pings of the WebSocket, and their bytes, before they are decoded; beyond it is closed. */
  framesPerSocketPerSecond: 300,
  framesPerSocketBurst: 1_200,
  frameBytesPerSocketPerSecond: 1024 * 1024,
  frameBytesPerSocketBurst: 8 * 1024 * 1024,
  /** Requests of one socket that are refused with `rate_limited`; beyond it is closed. */
  limitedPerSocketPerSecond: 20,
  limitedPerSocketBurst: 1_000,
  /** Sockets of one user that were closed for that; beyond it the user opens none for a while. */
  floodsPerUserPerSecond: 0.1,
  floodsPerUserBurst: 3,
  /** Sockets that one address opens: thousands of people may come back behind one at once. */
  connectionsPerAddressPerSecond: 100,
  connectionsPerAddressBurst: 2000,
  /** Tokens from one address that were refused; beyond it the address opens no sockets for a while. */
  refusedHellosPerAddressPerSecond: 2,
  refusedHellosPerAddressBurst: 100,
  /** Invitations that one address looks at without an account. */
  glimpsesPerAddressPerSecond: 0.5,
  glimpsesPerAddressBurst: 60,
} as const;
