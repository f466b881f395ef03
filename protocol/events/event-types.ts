// The type numbers of durable events. Apart from the schemas, so that a browser gets them without the schema library.

export const conversationEventTypes = {
  created: 1,
  message: 2,
  messageDeleted: 3,
  messageEdited: 4,
  reaction: 5,
  /** Shown by history in place of a message that was deleted; never an event of its own. */
  tombstone: 6,
  membersAdded: 7,
  memberRemoved: 8,
  roleChanged: 9,
  profileChanged: 10,
  conversationDeleted: 11,
  inviteChanged: 12,
} as const;

export const inboxEventTypes = {
  conversationAdded: 1,
  deviceAdded: 2,
  conversationRemoved: 3,
  mentioned: 4,
  notificationsRead: 5,
  muteChanged: 6,
  blockChanged: 7,
  groupRequested: 8,
  groupRequestEnded: 9,
  groupsFromChanged: 10,
  mentionEnded: 11,
} as const;
