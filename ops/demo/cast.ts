// People and conversations of a demonstration: enough of each thing that Skein does, in several scripts, to look at every
// screen without writing anything.

export interface Person {
  readonly handle: string;
  readonly name: string;
}

/** `from` and the names in `mentions` are handles; `replyTo` counts messages of the same conversation from 0. */
export interface Line {
  readonly from: string;
  readonly body: string;
  readonly replyTo?: number;
  readonly mentions?: readonly string[];
  readonly reactions?: readonly (readonly [handle: string, emoji: string])[];
  readonly picture?: string;
}

export interface Group {
  readonly name: string;
  readonly description: string;
  /** The first one creates the group. */
  readonly members: readonly string[];
  readonly avatar: boolean;
  readonly lines: readonly Line[];
}

/** The first one is the person to sign in as: everybody writes with her. */
export const people: readonly Person[] = [
  { handle: 'ada', name: 'Ada Okafor' },
  { handle: 'jonas', name: 'Jonas Weiß' },
  { handle: 'mei', name: '陈美 Mei' },
  { handle: 'yusuf', name: 'يوسف Yusuf' },
  { handle: 'sofia', name: 'Sofía Álvarez' },
  { handle: 'haruto', name: '佐藤 晴斗' },
  { handle: 'olena', name: 'Олена Коваль' },
  { handle: 'maximilian', name: 'Maximilian Hohenzollern-Schmidt' },
];

/** Conversations of two; the last lines stay unread. */
export const talks: readonly { with: string; readLines: number; lines: readonly Line[] }[] = [
  {
    with: 'jonas',
    readLines: 4,
    lines: [
      { from: 'jonas', body: 'Guten Morgen! Hast du den Zug noch bekommen?' },
      { from: 'ada', body: 'Just in time. The 7:52 waited for us 🙏' },
      { from: 'jonas', body: 'That never happens.', replyTo: 1, reactions: [['ada', '😂']] },
      { from: 'ada', body: 'Platform 3, look:', picture: 'Platform 3' },
      { from: 'jonas', body: 'Lovely light. Send me the large one?' },
      { from: 'jonas', body: 'And are we still on for Thursday at eight?' },
    ],
  },
  {
    with: 'mei',
    readLines: 2,
    lines: [
      { from: 'mei', body: '明天下午三点在图书馆见面，可以吗？' },
      { from: 'ada', body: '可以！我会带上笔记。', reactions: [['mei', '👍']] },
      { from: 'mei', body: '太好了，谢谢你 🎉' },
    ],
  },
  {
    with: 'yusuf',
    readLines: 3,
    lines: [
      { from: 'yusuf', body: 'صباح الخير، هل وصلت الطرود؟' },
      { from: 'ada', body: 'Two of three. The third one is "out for delivery" since Monday.' },
      { from: 'yusuf', body: 'حسنًا، سأتصل بهم اليوم (رقم الطلب 48-1172).' },
    ],
  },
  {
    with: 'maximilian',
    readLines: 0,
    lines: [
      { from: 'maximilian', body: 'Here is the address again: https://example.org/rooms?floor=2&room=14' },
    ],
  },
];

export const groups: readonly Group[] = [
  {
    name: 'Sunday hike',
    description: 'Meeting point, weather, and who brings the bread.',
    members: ['ada', 'jonas', 'mei', 'sofia', 'haruto', 'olena'],
    avatar: true,
    lines: [
      { from: 'ada', body: 'The path over the ridge is open again. Who is in?' },
      {
        from: 'sofia',
        body: '¡Yo! Llevo café para todos ☕',
        reactions: [
          ['ada', '❤️'],
          ['jonas', '❤️'],
          ['haruto', '☕'],
        ],
      },
      { from: 'haruto', body: '天気予報は晴れのち曇り。8時に駅で待ち合わせましょう。' },
      { from: 'olena', body: 'Я буду о 8:15, поїзд запізнюється.', replyTo: 2 },
      { from: 'jonas', body: 'I have the map. View from last time:', picture: 'The ridge' },
      { from: 'mei', body: '@ada can you bring the big thermos?', mentions: ['ada'] },
    ],
  },
  {
    name: 'Release 2.4',
    description: 'What is left, and who does it.',
    members: ['jonas', 'ada', 'yusuf', 'maximilian', 'olena'],
    avatar: false,
    lines: [
      { from: 'jonas', body: 'Only the upgrade notes are missing:\n```\nnpm ci && npm start\n```' },
      { from: 'yusuf', body: 'I can take them.', reactions: [['jonas', '✅']] },
      {
        from: 'olena',
        body: '@ada @yusuf please read the second draft by noon.',
        mentions: ['ada', 'yusuf'],
      },
    ],
  },
];

export const longThread = {
  name: 'The archive',
  description: 'A long thread, to scroll in.',
  members: ['ada', 'jonas', 'sofia', 'haruto'],
  messages: 400,
} as const;
