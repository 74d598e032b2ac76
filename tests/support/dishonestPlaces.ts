import * as encoding from 'lib0/encoding'
import { valued, anyDeep, forge, unitOf, words } from './dishonestBytes.ts'
import { bodyItem, clients, nth, type Attack, type Hands } from './dishonestWorld.ts'

/** Things put where they can never have been put, or beside what nobody has. */
export function placeAttacks(hands: Hands): Record<string, readonly Attack[]> {
  const { units, item, next, one, own, word, first, second, last } = hands
  const { mallory } = clients
  const paragraph = hands.inBody('paragraph')
  const gone = hands.inBody('gone')
  const arenaParent = unitOf(hands.item('activities', 'K01', 'arena'))
  const topicParent = unitOf(hands.item('activities', 'K01', 'topic'))
  return {
    'neighbours in other lists': [
      one('a left one in another text', { origin: nth(units('arena', 'K02'), 0), right: nth(units('arena', 'K03'), 1), content: words('x') }),
      one('a right one in another text', { origin: first, right: nth(units('arena', 'K02'), 0), content: words('x') }),
      one('a right one under a key', { origin: first, right: unitOf(item('activities', 'K01', 'status')), content: words('x') }),
      one('a left one under a key', { origin: unitOf(item('activities', 'K01', 'status')), right: second, content: valued('done') }),
      one('a right one in rich text', { origin: first, right: paragraph, content: words('x') }),
      one('a right one that holds the text', { origin: first, right: arenaParent, content: words('x') }),
      one('a row on the right', { origin: first, right: unitOf(item('activities', 'K01')), content: words('x') }),
    ],
    'neighbours under other keys': [
      one('another key\'s right one', { origin: unitOf(item('activities', 'K01', 'status')), right: unitOf(item('activities', 'K01', 'when')), content: valued('done') }),
      one('another row\'s right one', { origin: unitOf(item('activities', 'K01', 'place')), right: unitOf(item('activities', 'K02', 'place')), content: valued({ goalId: 'G1', key: 'a1' }) }),
      one('its own key\'s right one', { right: unitOf(item('activities', 'K01', 'status')), content: valued('done') }),
      one('both under its key', { origin: unitOf(item('activities', 'K01', 'status')), right: unitOf(item('activities', 'K01', 'status')), content: valued('done') }),
      one('another root\'s row', { origin: unitOf(item('goals', 'G1')), right: unitOf(item('activities', 'K01')), content: { type: 'map' } }),
    ],
    'a right neighbour left of the left one': [
      one('both there', { origin: last, right: first, content: words('x') }),
      one('both there, side by side', { origin: second, right: first, content: words('x') }),
      one('one and the same', { origin: first, right: first, content: words('x') }),
      one('a new left one', { origin: last, content: words('abc') }, { origin: own(1), right: first, content: words('x') }),
      one('a new left one after its own right one', { origin: last, content: words('abc') }, { origin: own(2), right: last, content: words('x') }),
      one('a new right one', { right: first, content: words('abc') }, { origin: last, right: own(1), content: words('x') }),
      one('both new', { origin: last, content: words('abc') }, { origin: own(2), right: own(0), content: words('x') }),
      one('both new, one and the same', { origin: last, content: words('abc') }, { origin: own(1), right: own(1), content: words('x') }),
      one('both new, in two', { origin: last, content: words('a') }, { origin: own(0), content: words('b') }, { origin: own(1), right: own(0), content: words('x') }),
      one('siblings that are not in that order', { origin: first, right: second, content: words('a') }, { origin: first, right: second, content: words('b') },
        { origin: own(0), right: own(1), content: words('x') }),
      {
        name: 'two ids of the forger\'s',
        update: forge({ structs: [
          [mallory, next, [{ origin: first, right: second, content: words('a') }]],
          [mallory - 1, 0, [{ origin: first, right: second, content: words('b') }, { origin: own(0), right: [mallory - 1, 0], content: words('x') }]],
        ] }),
      },
      one('in rich text', { origin: unitOf(bodyItem(hands.doc, 1)), right: paragraph, content: { node: 'paragraph' } }),
    ],
    'neighbours that never stood side by side': [
      one('a unit of a word and the one after the next', { origin: word(0), right: word(2), content: words('x') }),
      one('the beginning and the middle of a word', { right: word(2), content: words('x') }),
      one('a new letter and what stood beyond its own right one', { origin: word(0), right: word(1), content: words('x') }, { origin: own(0), right: word(3), content: words('y') }),
      one('what stood before its own left one and a new letter', { origin: word(2), right: word(3), content: words('x') }, { origin: word(0), right: own(0), content: words('y') }),
      one('the beginning and a new letter in the middle', { origin: word(2), right: word(3), content: words('x') }, { right: own(0), content: words('y') }),
      one('a new letter in the middle and the end', { origin: word(2), right: word(3), content: words('x') }, { origin: own(0), content: words('y') }),
      one('a unit of a new word and the one after the next', { origin: word(2), right: word(3), content: words('abcd') }, { origin: own(0), right: own(2), content: words('y') }),
      one('two paragraphs with one between', { origin: paragraph, right: unitOf(bodyItem(hands.doc, 1)), content: { node: 'paragraph' } }, { origin: paragraph, content: { node: 'paragraph' } }),
      {
        name: 'as replicas were seen to differ for good',
        update: forge({ structs: [
          [mallory, next, [{ origin: [mallory - 1, 0], content: words('abcd') }]],
          [mallory - 1, 0, [{ right: [2, 5], content: words('a') }]],
          [2, 0, [{ origin: [clients.kari, 3], content: words('abcde') }, { origin: [2, 3], content: words('ab') }]],
        ] }),
      },
    ],
    'one neighbour collected and the other not': [
      one('the left one', { origin: gone, right: first, content: words('x') }),
      one('the right one', { origin: first, right: gone, content: words('x') }),
      one('the right one, in rich text', { origin: paragraph, right: gone, content: { node: 'paragraph' } }),
      one('the right one, under a key', { origin: unitOf(item('activities', 'K01', 'status')), right: gone, content: valued('done') }),
      one('the left one, a row on the right', { origin: gone, right: unitOf(item('activities', 'K01')), content: words('x') }),
    ],
    'what nobody may hold, put where it lands nowhere': [
      one('a mark 6,000 deep', { origin: gone, content: { raw: rawMark('bold', `${'['.repeat(6_000)}${']'.repeat(6_000)}`), ref: 6, length: 1 } }),
      one('JSON 6,000 deep', { origin: gone, content: { anyBytes: anyDeep(6_000), count: 1 } }),
      one('an embed 6,000 deep', { origin: gone, content: { raw: rawWords(`${'['.repeat(6_000)}${']'.repeat(6_000)}`), ref: 5, length: 1 } }),
      one('a sub-document', { origin: gone, content: { doc: 'x' } }),
      one('bytes', { origin: gone, content: { binary: Uint8Array.of(1) } }),
    ],
    'what rests on nothing': [
      one('a left one nobody has', { origin: [77, 3], content: words('x') }),
      one('a right one nobody has', { origin: first, right: [77, 0], content: words('x') }),
      one('a parent nobody has', { parent: [77, 0], content: words('x') }),
      one('a left one further on', { origin: [clients.kari, 100_000], content: words('x') }),
      one('itself', { origin: own(0), content: words('x') }),
      one('itself on the right', { origin: first, right: own(0), content: words('x') }),
      one('what comes after it', { origin: own(1), content: words('x') }, { origin: first, content: words('y') }),
      one('itself as its parent', { parent: own(0), key: 'x', content: { type: 'map' } }),
      {
        name: 'each other',
        update: forge({ structs: [
          [mallory, next, [{ origin: [mallory - 1, 0], content: words('x') }]], [mallory - 1, 0, [{ origin: own(0), content: words('x') }]],
        ] }),
      },
      { name: 'a clock it has not come to', update: forge({ structs: [[mallory, next + 1, [{ origin: first, content: words('x') }]]] }) },
      { name: 'a new id from clock 5', update: forge({ structs: [[77, 5, [{ origin: first, content: words('x') }]]] }) },
      { name: 'deletions of what is not there', update: forge({ deletes: [[clients.kari, [[100_000, 2]]]] }) },
      { name: 'deletions beyond what is there', update: forge({ deletes: [[clients.kari, [[0, 100_000]]]] }) },
      { name: 'deletions of nobody\'s', update: forge({ deletes: [[77, [[0, 1]]]] }) },
    ],
    'a part that is known with another end': [
      ...([
        ['a parent nobody has', { parent: [1, 100_000], key: 'x', content: valued(1) }],
        ['a left one nobody has', { origin: [77, 3], content: words('x') }],
        ['a right one nobody has', { origin: first, right: [77, 3], content: words('x') }],
        ['itself on its left', { origin: [mallory, next - 1], content: words('x') }],
        ['what comes after it on its left', { origin: own(0), content: words('x') }],
        ['what comes after it on its right', { origin: first, right: own(0), content: words('x') }],
        ['what comes after it as its parent', { parent: own(0), content: words('x') }],
      ] as const).map(([name, known]) => ({
        name: `known, with ${name}, and good words behind it`,
        update: forge({ structs: [[mallory, next - 1, [known, { origin: last, content: words('x') }]]] }),
      })),
      { name: 'in another text', update: forge({ structs: [[mallory, next - 1, [{ parent: topicParent, content: words('xy') }]]] }) },
      { name: 'in another text, by its neighbour', update: forge({ structs: [[mallory, next - 1, [{ origin: nth(units('arena', 'K02'), 0), content: words('xy') }]]] }) },
      { name: 'under a key', update: forge({ structs: [[mallory, next - 1, [{ parent: unitOf(item('activities', 'K01')), key: 'risk', content: valued('on-plan', 'on-plan') }]]] }) },
      { name: 'before its right neighbour', update: forge({ structs: [[mallory, next - 1, [{ right: [mallory, next - 2], content: words('xy') }]]] }) },
      { name: 'in a list of the root', update: forge({ structs: [[mallory, next - 1, [{ parent: 'goals', content: valued(1, 2) }]]] }) },
    ],
  }
}

function rawMark(mark: string, json: string): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarString(encoder, mark)
    encoding.writeVarString(encoder, json)
  })
}
const rawWords = (json: string) => encoding.encode(encoder => encoding.writeVarString(encoder, json))
