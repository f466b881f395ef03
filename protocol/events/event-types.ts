// The type numbers of durable events. Apart from the schemas, so that a browser gets them without the schema library.

export const conversationEventTypes = { created: 1, message: 2 } as const;

export const inboxEventTypes = { conversationAdded: 1, deviceAdded: 2 } as const;
