// The emoji that the picker offers, by category: a choice of common ones with the words they are found by. Everything
// in it is exactly one emoji by the Unicode standard, as the server demands of reactions.

export interface Emoji {
  readonly emoji: string;
  /** In small letters; the first words are its name. */
  readonly words: string;
}

export interface Category {
  readonly name: string;
  /** Stands for it. */
  readonly sign: string;
  readonly emojis: readonly Emoji[];
}

const smileys = `
😀 grinning face happy|😃 grinning big eyes happy|😄 grinning smiling eyes happy|😁 beaming face grin
😆 laughing squinting|😅 grinning sweat relief|🤣 rolling on the floor laughing|😂 tears of joy laughing
🙂 slightly smiling|🙃 upside down silly|😉 winking face|😊 smiling blush|😇 halo angel innocent
🥰 smiling hearts love|😍 heart eyes love|🤩 star struck wow|😘 blowing a kiss|😋 yummy delicious tongue
😛 tongue playful|😜 winking tongue joke|🤪 zany crazy|🤗 hugging hug|🤭 hand over mouth oops|🤫 shushing quiet
🤔 thinking hmm|🤐 zipper mouth secret|🤨 raised eyebrow doubt|😐 neutral face|😑 expressionless|😶 no mouth silent
😏 smirking|😒 unamused|🙄 rolling eyes|😬 grimacing awkward|😌 relieved calm|😔 pensive sad|😪 sleepy
😴 sleeping tired|😷 mask ill|🤒 thermometer ill fever|🤕 bandage hurt|🤢 nauseated sick|🤧 sneezing cold
🥵 hot heat|🥶 cold freezing|🥴 woozy dizzy|🤯 exploding head mind blown|🤠 cowboy|🥳 partying party celebrate
😎 sunglasses cool|🤓 nerd glasses|🧐 monocle inspect|😕 confused|😟 worried|🙁 slightly frowning sad
😮 open mouth surprised wow|😯 hushed|😲 astonished|😳 flushed embarrassed|🥺 pleading please|😨 fearful afraid
😰 anxious sweat|😢 crying sad tear|😭 loudly crying sob|😱 screaming fear|😖 confounded|😞 disappointed
😓 downcast sweat|😩 weary|😫 tired|🥱 yawning bored|😤 huffing triumph|😡 enraged angry|😠 angry|🤬 swearing
😈 devil horns|💀 skull dead|💩 poo|🤡 clown|👻 ghost|👽 alien|🤖 robot|😺 cat grinning|🙈 see no evil monkey`;

const people = `
👋 waving hand hello bye|🤚 raised back of hand|✋ raised hand stop|🖖 vulcan salute|👌 ok hand|🤌 pinched fingers
🤏 pinching small|✌️ victory peace|🤞 crossed fingers luck|🤟 love you gesture|🤘 horns rock|🤙 call me
👈 pointing left|👉 pointing right|👆 pointing up|👇 pointing down|☝️ index pointing up|👍 thumbs up yes good like
👎 thumbs down no bad dislike|✊ raised fist|👊 oncoming fist bump|🤛 left fist|🤜 right fist|👏 clapping hands applause
🙌 raising hands hooray|🫶 heart hands|👐 open hands|🤲 palms up|🤝 handshake deal|🙏 folded hands please thanks
✍️ writing hand|💪 flexed biceps strong|🧠 brain|👀 eyes look|👁️ eye|👄 mouth|👶 baby|🧒 child|👦 boy|👧 girl
🧑 person|👨 man|👩 woman|🧓 older person|🙋 raising hand question|🤷 shrugging dunno|🤦 facepalming|🙇 bowing
💁 tipping hand|🙅 gesturing no|🙆 gesturing ok|🧑‍💻 technologist computer|🧑‍🏫 teacher|🧑‍🍳 cook|🧑‍🚀 astronaut
🧑‍🔬 scientist|🧑‍🎨 artist|🕵️ detective|👮 police officer|🧙 mage wizard|🧚 fairy|🧜 merperson|🏃 running|🚶 walking
💃 dancing woman|🕺 dancing man|👪 family|👫 couple holding hands|💑 couple with heart`;

const nature = `
🐶 dog|🐱 cat|🐭 mouse|🐹 hamster|🐰 rabbit|🦊 fox|🐻 bear|🐼 panda|🐨 koala|🐯 tiger|🦁 lion|🐮 cow|🐷 pig|🐸 frog
🐵 monkey|🐔 chicken|🐧 penguin|🐦 bird|🦆 duck|🦉 owl|🐺 wolf|🐴 horse|🦄 unicorn|🐝 bee|🐛 bug caterpillar
🦋 butterfly|🐌 snail|🐞 lady beetle|🐜 ant|🕷️ spider|🐢 turtle|🐍 snake|🐙 octopus|🦀 crab|🐠 fish|🐬 dolphin|🐳 whale
🐘 elephant|🐑 sheep wool|🦙 llama wool|🐐 goat|🦔 hedgehog|🐾 paw prints|🌵 cactus|🎄 christmas tree|🌲 evergreen tree
🌳 tree|🌴 palm tree|🌱 seedling plant|🌿 herb|🍀 four leaf clover luck|🍁 maple leaf|🍂 fallen leaf autumn|🍄 mushroom
🌷 tulip|🌹 rose|🌻 sunflower|🌸 cherry blossom|💐 bouquet flowers|🌍 globe earth|🌙 moon crescent|⭐ star|🌟 glowing star
☀️ sun|⛅ cloud sun|☁️ cloud|🌧️ rain|⛈️ thunder storm|❄️ snowflake|☃️ snowman|🌈 rainbow|🔥 fire hot|💧 drop water
🌊 wave sea|⚡ lightning high voltage`;

const food = `
🍏 green apple|🍎 apple|🍐 pear|🍊 tangerine orange|🍋 lemon|🍌 banana|🍉 watermelon|🍇 grapes|🍓 strawberry|🫐 blueberries
🍒 cherries|🍑 peach|🥭 mango|🍍 pineapple|🥥 coconut|🥝 kiwi|🍅 tomato|🥑 avocado|🥦 broccoli|🥕 carrot|🌽 corn
🌶️ hot pepper|🥔 potato|🧄 garlic|🍞 bread|🥐 croissant|🥨 pretzel|🧀 cheese|🥚 egg|🍳 cooking|🥞 pancakes|🥓 bacon
🍔 hamburger|🍟 french fries|🍕 pizza|🌭 hot dog|🥪 sandwich|🌮 taco|🌯 burrito|🥗 salad|🍝 spaghetti pasta|🍜 noodles
🍲 stew|🍣 sushi|🍚 rice|🍙 rice ball|🍦 ice cream|🍩 doughnut|🍪 cookie|🎂 birthday cake|🍰 cake|🧁 cupcake
🍫 chocolate|🍬 candy|🍿 popcorn|☕ coffee hot|🍵 tea|🥛 milk|🍺 beer|🍻 cheers beers|🥂 champagne toast|🍷 wine
🍸 cocktail|🧃 juice box|🥤 cup straw|🧂 salt`;

const activities = `
⚽ soccer ball football|🏀 basketball|🏈 american football|⚾ baseball|🎾 tennis|🏐 volleyball|🏓 ping pong|🏸 badminton
🥅 goal|⛳ golf|🏹 bow archery|🎣 fishing|🥊 boxing|🛹 skateboard|⛷️ skiing|🏂 snowboard|🏄 surfing|🏊 swimming
🚴 cycling bike|🧘 yoga meditation|🏆 trophy win|🥇 gold medal first|🥈 silver medal second|🥉 bronze medal third
🎖️ medal|🎫 ticket|🎭 theatre masks|🎨 palette art|🎬 clapper film|🎤 microphone sing|🎧 headphones music|🎹 piano
🥁 drum|🎷 saxophone|🎺 trumpet|🎸 guitar|🎻 violin|🎲 die dice game|♟️ chess|🎯 bullseye target direct hit|🎳 bowling
🎮 video game|🧩 puzzle|🧶 yarn skein knitting wool|🧵 thread sewing|🎉 party popper tada celebrate|🎊 confetti|🎈 balloon
🎁 gift present|🎃 pumpkin halloween|✨ sparkles|🎆 fireworks`;

const places = `
🚗 car|🚕 taxi|🚌 bus|🚑 ambulance|🚒 fire engine|🚜 tractor|🏍️ motorcycle|🚲 bicycle|🛴 scooter|🚂 train locomotive
🚆 train|🚇 metro|🚊 tram|✈️ airplane flight|🚁 helicopter|🚀 rocket launch ship|🛸 flying saucer|⛵ sailboat|🚢 ship
⚓ anchor|🚧 construction|🚦 traffic light|🗺️ map|🗽 statue of liberty|🗼 tower|🏰 castle|🏟️ stadium|🎡 ferris wheel
🎢 roller coaster|🏖️ beach|🏝️ island|🌋 volcano|⛰️ mountain|🏔️ snow mountain|🏕️ camping|⛺ tent|🏠 house home|🏡 garden
🏢 office|🏥 hospital|🏫 school|⛪ church|🕌 mosque|🌅 sunrise|🌃 night stars|🌉 bridge night|🛏️ bed`;

const objects = `
⌚ watch|📱 phone mobile|💻 laptop computer|⌨️ keyboard|🖥️ desktop computer|🖨️ printer|📷 camera|📹 video camera
📺 television|📻 radio|⏰ alarm clock|⏳ hourglass|🔋 battery|🔌 plug|💡 light bulb idea|🔦 flashlight|🕯️ candle|🧯 extinguisher
💸 money wings|💵 dollar|💳 credit card|💎 gem|🔧 wrench|🔨 hammer|🛠️ tools|⚙️ gear|🧲 magnet|💣 bomb|🔪 knife|🛡️ shield
🔮 crystal ball|🔭 telescope|🔬 microscope|💊 pill|💉 syringe|🧪 test tube|🧹 broom|🧺 basket|🧻 paper roll|🛒 shopping cart
📦 package box|✉️ envelope letter|📧 email|📄 page document|📅 calendar|📊 bar chart|📈 chart up|📉 chart down|📋 clipboard
📌 pushpin|📍 pin place|📎 paperclip|✂️ scissors|📏 ruler|🖊️ pen|✏️ pencil|📝 memo note|🔍 search magnifying|🔑 key
🔒 locked|🔓 unlocked|🗑️ bin trash|📚 books|📖 book open|🔔 bell|🔕 bell off|📣 megaphone|👑 crown|🎓 graduation cap
👓 glasses|👕 shirt|🧦 socks|🧣 scarf|🧤 gloves|👟 shoe`;

const symbols = `
❤️ red heart love|🧡 orange heart|💛 yellow heart|💚 green heart|💙 blue heart|💜 purple heart|🖤 black heart|🤍 white heart
💔 broken heart|💕 two hearts|💖 sparkling heart|💯 hundred points|💢 anger|💥 collision boom|💫 dizzy|💦 sweat drops
💨 dash|💬 speech bubble|💭 thought bubble|💤 zzz sleep|✅ check mark done yes|☑️ check box|✔️ check|❌ cross mark no
❎ cross button|➕ plus|➖ minus|❓ question|❗ exclamation|‼️ double exclamation|⚠️ warning|⛔ no entry|🚫 prohibited
🔴 red circle|🟠 orange circle|🟡 yellow circle|🟢 green circle|🔵 blue circle|🟣 purple circle|⚫ black circle|⚪ white circle
🔺 red triangle up|🔻 red triangle down|🔁 repeat|🔄 arrows|⬆️ up arrow|⬇️ down arrow|⬅️ left arrow|➡️ right arrow
↩️ reply arrow|🆗 ok button|🆕 new button|🆒 cool button|🆘 sos help|♻️ recycling|♾️ infinity|☮️ peace|☯️ yin yang
🏁 chequered flag finish|🚩 flag|🏳️‍🌈 rainbow flag|🏴‍☠️ pirate flag`;

export const categories: readonly Category[] = [
  { name: 'Smileys', sign: '😀', emojis: read(smileys) },
  { name: 'People', sign: '👋', emojis: read(people) },
  { name: 'Nature', sign: '🌱', emojis: read(nature) },
  { name: 'Food', sign: '🍎', emojis: read(food) },
  { name: 'Activities', sign: '🎉', emojis: read(activities) },
  { name: 'Places', sign: '🚀', emojis: read(places) },
  { name: 'Objects', sign: '💡', emojis: read(objects) },
  { name: 'Symbols', sign: '❤️', emojis: read(symbols) },
];

/** Emojis at hand before a person has chosen any. */
export const usual = ['👍', '❤️', '😂', '🎉', '😮', '🙏'] as const;

const everything = categories.flatMap(({ emojis }) => emojis);

/** By all words that were typed, those whose name begins with the first one before the others. */
export function searchEmojis(typed: string): readonly Emoji[] {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return [];
  const found = everything.filter(({ words }) => wanted.every((word) => ` ${words}`.includes(` ${word}`)));
  const first = wanted[0]!;
  return [
    ...found.filter(({ words }) => words.startsWith(first)),
    ...found.filter(({ words }) => !words.startsWith(first)),
  ];
}

export function nameOfEmoji(emoji: string): string {
  return everything.find((one) => one.emoji === emoji)?.words ?? '';
}

function read(lines: string): readonly Emoji[] {
  return lines
    .trim()
    .split(/[|\n]/)
    .map((line) => {
      const space = line.indexOf(' ');
      return { emoji: line.slice(0, space), words: line.slice(space + 1) };
    });
}
