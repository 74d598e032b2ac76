import * as encoding from 'lib0/encoding'
import { valued, forge, unitOf, words, type Content, type Forged } from './dishonestBytes.ts'
import { clients, type Attack, type Hands } from './dishonestWorld.ts'

/** What may not be in texts and rich text. */
export function textAttacks(hands: Hands): Record<string, readonly Attack[]> {
  const { item, next, one, own, row, inWords, last } = hands
  const { mallory } = clients
  const paragraph = hands.inBody('paragraph')
  const bodyWords = hands.inBody('words')
  const arenaParent = unitOf(hands.item('activities', 'K01', 'arena'))
  const topicParent = unitOf(hands.item('activities', 'K01', 'topic'))
  const bodyParent = unitOf(hands.item('sections', 's1', 'body'))
  return {
    'what is no word in a plain text': [
      valued('x'), valued({}), { json: ['x'] }, { binary: Uint8Array.of(1) }, { embed: { image: 'x' } }, { mark: 'bold', value: {} }, { mark: 'bold', value: null },
      { doc: 'x' }, { node: 'paragraph' }, { type: 'xmlText' }, { type: 'text' }, { type: 'map' }, { type: 'fragment' },
    ].flatMap((content, n) => [
      one(`${n} at the end`, { origin: last, content: content as Content }),
      one(`${n} in an empty one`, { parent: topicParent, content: content as Content }),
      one(`${n} as an attribute`, { parent: arenaParent, key: 'x', content: content as Content }),
    ]),
    'a text above its limit': [
      one('in one piece', { origin: last, content: words('x'.repeat(4_001)) }),
      one('in many pieces', ...Array.from({ length: 50 }, (_, n): Forged => ({ origin: n ? own(n * 100 - 1) : last, content: words('x'.repeat(100)) }))),
      one('in a new row', ...row('ny'), { parent: own(1), content: words('x'.repeat(4_001)) }),
      one('a title', { parent: unitOf(item('sections', 's1', 'title')), content: words('x'.repeat(301)) }),
      one('words in rich text', inWords(words('x'.repeat(60_001)))),
      {
        name: 'in what is deleted beside it',
        update: forge({
          structs: [[mallory, next, [{ origin: last, content: words('x'.repeat(5_000)) }, { parent: topicParent, content: words('y'.repeat(100)) }]]],
          deletes: [[mallory, [[next + 5_000, 100]]]],
        }),
      },
      {
        name: 'rich text behind as many empty paragraphs, laid and deleted',
        update: forge({
          structs: [[mallory, next, [
            ...Array.from({ length: 2_000 }, (_, n): Forged => n ? { origin: own(n - 1), right: paragraph, content: { node: 'paragraph' } } : { right: paragraph, content: { node: 'paragraph' } }),
            inWords(words('x'.repeat(61_500))),
          ]]],
          deletes: [[mallory, [[next, 2_000]]]],
        }),
      },
    ],
    'nodes, marks and attributes that may not be': [
      ...['script', 'image', 'iframe', 'table', 'UNDEFINED', '', '__proto__', 'constructor', 'Paragraph', 'text', 'codeBlock']
        .map(node => one(`<${node}>`, { right: paragraph, content: { node } })),
      ...['onclick', 'style', 'src', '__proto__', 'constructor', 'level', 'href']
        .map(key => one(`paragraph ${key}`, { parent: paragraph, key, content: valued('1') })),
      ...[0, 7, 1.5, '2', null, {}, [1]].map(level => one(`heading ${JSON.stringify(level)}`, { right: paragraph, content: { node: 'heading' } }, { parent: own(0), key: 'level', content: valued(level) })),
      ...['script', 'color', '__proto__', 'constructor', 'ychange', 'textStyle', 'toString'].map(mark => one(`mark ${mark}`, inWords({ mark, value: {} }))),
      ...[1, 'x', { class: 'x' }, [1], false].map(value => one(`bold ${JSON.stringify(value)}`, inWords({ mark: 'bold', value }))),
      ...[
        'javascript:alert(1)', 'JavaScript:alert(1)', ' javascript:alert(1)', 'java\nscript:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd', '//evil', '/x', '', 'https://', 'https://a b', 'https://a\u0000',
        'blob:x', 'ftp://x', 'mailto:', 'https:evil', `https://${'x'.repeat(3_000)}`,
      ].map(href => one(`link ${href.slice(0, 30)}`, inWords({ mark: 'link', value: { href } }))),
      ...[{}, 'https://a', { href: 1 }, { href: 'https://a', onclick: 'x' }, { href: 'https://a', target: {} }, true].map(value => one(`link ${JSON.stringify(value)}`, inWords({ mark: 'link', value }))),
      one('a link whose address is its prototype\'s', inWords({ raw: rawMark('link', '{"__proto__":{"href":"https://a"}}'), ref: 6, length: 1 })),
      one('a mark 6,000 deep', inWords({ raw: rawMark('bold', `${'['.repeat(6_000)}${']'.repeat(6_000)}`), ref: 6, length: 1 })),
    ],
    'what is no rich text in rich text': [
      valued('x'), { json: ['x'] }, { binary: Uint8Array.of(1) }, { embed: { image: 'x' } }, { doc: 'x' }, { type: 'text' }, { type: 'map' }, { type: 'array' }, { type: 'fragment' }, { hook: 'x' }, words('x'),
    ].flatMap((content, n) => [
      one(`${n} beside the paragraphs`, { right: paragraph, content: content as Content }),
      ...('words' in content ? [] : [one(`${n} among the words`, inWords(content as Content))]),
      one(`${n} in a paragraph`, { right: bodyWords, content: content as Content }),
      one(`${n} as an attribute of the whole`, { parent: bodyParent, key: 'x', content: content as Content }),
      one(`${n} as an attribute of words`, { parent: bodyWords, key: 'x', content: content as Content }),
    ]).concat([
      one('words beside the paragraphs', { right: paragraph, content: { type: 'xmlText' } }),
      one('a mark beside the paragraphs', { right: paragraph, content: { mark: 'bold', value: {} } }),
    ]),
    'rich text too deep': [12, 100, 5_000].map(depth => one(`${depth} lists in one another`,
      { right: paragraph, content: { node: 'bulletList' } },
      ...Array.from({ length: depth }, (_, n): Forged => ({ parent: own(n), content: { node: n % 2 ? 'bulletList' : 'listItem' } })))),
  }
}

function rawMark(mark: string, json: string): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarString(encoder, mark)
    encoding.writeVarString(encoder, json)
  })
}
