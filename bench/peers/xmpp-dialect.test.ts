import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dueUsIn, numberIn, senderIn, writePayload, type Mark } from './payload.ts';
import { stubSocket } from './stub-socket.ts';
import { XmppDialect } from './xmpp-dialect.ts';

/** A connection that has been greeted as ejabberd does it, and what it was made to say since. */
async function connected(person: number, inRoom: boolean) {
  const { socket, said, open, hear } = stubSocket();
  const dialect = new XmppDialect();
  const greeted = dialect.greet(socket, person, inRoom);
  open();
  const answers = [
    '<stream:features><mechanisms xmlns="urn:ietf:params:xml:ns:xmpp-sasl"/></stream:features>',
    '<success xmlns="urn:ietf:params:xml:ns:xmpp-sasl"/>',
    '<stream:features><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"/></stream:features>',
    '<iq type="result"><bind><jid>p00000001@localhost/bench</jid></bind></iq>',
    inRoom ? "<message type='groupchat'><subject/></message>" : "<enabled xmlns='urn:xmpp:sm:3'/>",
  ];
  for (const answer of answers) hear(answer);
  await greeted;
  said.splice(0);
  const take = (frame: string) => dialect.payloadAt(socket, Buffer.from(frame));
  return { dialect, socket, said, take };
}

const ids = "<archived by='p00000001@localhost' id='1796093644200894' xmlns='urn:xmpp:mam:tmp'/>";

function direct(mark: Mark, lang = " xml:lang='en'"): string {
  const head = `<message xmlns='jabber:client'${lang} to='p00000001@localhost' from='p00000000@localhost/bench'`;
  return `${head} type='chat' id='000001'>${ids}<body>${writePayload(mark, 60).toString()}</body></message>`;
}

function markIn(frame: string, at: number): Mark {
  const data = Buffer.from(frame);
  return { sender: senderIn(data, at), number: numberIn(data, at), dueUs: dueUsIn(data, at) };
}

test('a stanza is read where the one before had its body, and looked at in full when it is of another shape', async () => {
  const { take, said } = await connected(1, false);
  const marks = [0, 1, 2].map((number) => ({ sender: 0, number, dueUs: 1_796_093_644_200_894 }));
  const frames = [direct(marks[0]!), direct(marks[1]!), direct(marks[2]!, '')];
  for (const [index, frame] of frames.entries()) {
    assert.deepEqual(markIn(frame, take(frame)), marks[index]);
  }
  assert.equal(take("<r xmlns='urn:xmpp:sm:3'/>"), -1);
  assert.deepEqual(said, ["<a xmlns='urn:xmpp:sm:3' h='3'/>"]);
});

test('the server says how many messages of a connection it has, each time it is asked', async () => {
  const { dialect, socket, said, take } = await connected(1, false);
  dialect.sendToPerson(socket, 0, writePayload({ sender: 1, number: 0, dueUs: 7 }, 60));
  assert.equal(said.length, 2);
  assert.match(
    said[0]!,
    /^<message [^>]*to='p00000000@localhost' type='chat'[^>]*><body>00000001 0000000000 /,
  );
  assert.equal(said[1], "<r xmlns='urn:xmpp:sm:3'/>");
  for (const [frame, acknowledged] of [
    ["<a h='1' xmlns='urn:xmpp:sm:3'/>", 1],
    ["<a xmlns='urn:xmpp:sm:3' h='12'/>", 12],
    ["<a h='12' xmlns='urn:xmpp:sm:3'/>", 12],
  ] as const) {
    assert.equal(take(frame), -1);
    assert.equal(dialect.acknowledged, acknowledged);
  }
});

test('a message to the room is acknowledged by what comes back to its writer', async () => {
  const { dialect, take } = await connected(2, true);
  const head = "<message to='p00000002@localhost/bench' from='room@conference.localhost/p0000000";
  const frames = [2, 3].map((sender) => {
    const payload = writePayload({ sender, number: 0, dueUs: 7 }, 60).toString();
    return `${head}${sender}' type='groupchat' id='000001'>${ids}<body>${payload}</body></message>`;
  });
  for (const [index, frame] of frames.entries()) assert.equal(markIn(frame, take(frame)).sender, index + 2);
  assert.equal(dialect.acknowledged, 1);
  assert.equal(take("<presence from='room@conference.localhost/p00000003'/>"), -1);
});

test('what could not be delivered is no message, though it comes back with its body', async () => {
  const { take } = await connected(0, false);
  const back =
    "<message to='p00000000@localhost/bench' from='p00000001@localhost' type='error'><error type='cancel'/>" +
    `<body>${writePayload({ sender: 0, number: 0, dueUs: 7 }, 60).toString()}</body></message>`;
  assert.throws(() => take(back), /type='error'/);
  take(direct({ sender: 0, number: 0, dueUs: 7 }));
  assert.throws(() => take(back), /type='error'/);
  assert.throws(() => take('<stream:error><policy-violation/></stream:error>'), /policy-violation/);
});
