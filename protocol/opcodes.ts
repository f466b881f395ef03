// The first value of every frame. Requests are below 64, answers 64-127, pushes from 128.

export const opcodes = {
  hello: 1,
  reauthenticate: 2,
  ping: 3,
  send: 16,
  subscribe: 17,
  unsubscribe: 18,
  history: 19,
  cursor: 20,
  openDirect: 21,
  conversations: 22,
  findUsers: 23,
  users: 24,
  registerDevice: 25,
  inbox: 26,

  welcome: 64,
  done: 65,
  pong: 66,
  accepted: 67,
  subscribed: 68,
  page: 69,
  conversation: 70,
  conversationList: 71,
  userList: 72,
  inboxPage: 73,
  error: 96,

  event: 128,
  cursorsMoved: 129,
  inboxEvent: 130,
  reauthenticateSoon: 131,
  resubscribe: 132,
} as const;

export type Opcode = (typeof opcodes)[keyof typeof opcodes];
