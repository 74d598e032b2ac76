import type { Text } from './nb.ts'

export const left: Text['left'] = {
  causes: {
    'not-allowed': {
      title: 'Endringa vart ikkje godteken.',
      happened: 'Rolla di i planen gav ikkje lov til å endre dette.',
      todo: 'Be den som leier planen, om tilgang om du skal gjere endringa.',
    },
    'row-frozen': {
      title: 'Endringa vart ikkje godteken.',
      happened: 'Rada er låst for augneblinken.',
      todo: 'Prøv igjen når rada er open for endringar.',
    },
    'too-long': {
      title: 'Endringa vart ikkje godteken.',
      happened: 'Ein tekst vart lengre enn det er plass til.',
      todo: 'Kort ned teksten og legg han inn igjen.',
    },
    'not-valid': {
      title: 'Endringa vart ikkje godteken.',
      happened: 'Ein verdi passar ikkje i feltet han vart lagd i.',
      todo: 'Sjå kva som ikkje vart lagra, og legg det inn på nytt.',
    },
    'not-yours': {
      title: 'Endringa vart ikkje godteken.',
      happened: 'Serveren kunne ikkje sjå at endringa var di.',
      todo: 'Prøv igjen. Hender det fleire gonger, sei frå til den som leier planen.',
    },
    'too-large': {
      title: 'Endringa vart ikkje godteken.',
      happened: 'Ho romma meir enn det som kan lagrast på éin gong.',
      todo: 'Legg ho inn i mindre bitar.',
    },
    'too-costly': {
      title: 'Endringa vart ikkje godteken.',
      happened: 'Ho endra for mykje på éin gong.',
      todo: 'Legg ho inn i mindre bitar.',
    },
    'missing-part': {
      title: 'Endringa vart ikkje godteken.',
      happened: 'Ho bygde på noko som serveren aldri fekk.',
      todo: 'Prøv igjen. Går det ikkje, kopier teksten og legg han inn på nytt.',
    },
    'ill-formed': {
      title: 'Endringa vart ikkje godteken.',
      happened: 'Serveren kunne ikkje lese ho.',
      todo: 'Prøv igjen. Går det ikkje, kopier teksten og legg han inn på nytt.',
    },
    'signed-out': {
      title: 'Du vart logga ut.',
      happened: 'Noko av det du skreiv, kom ikkje fram før du var ute.',
      todo: 'Sjå kva som ikkje vart lagra, og prøv igjen.',
    },
    'access-changed': {
      title: 'Tilgangen din til planen er endra.',
      happened: 'Planen er opna på nytt med den nye tilgangen.',
      todo: 'Be den som leier planen, om tilgang om du skal gjere endringa.',
    },
    'not-found': {
      title: 'Du var utan tilgang til planen ei stund.',
      happened: 'Det du skreiv i mellomtida, kom ikkje fram.',
      todo: 'Sjå kva som ikkje vart lagra, og prøv igjen.',
    },
    'other-epoch': {
      title: 'Planen er lagd inn på nytt på serveren.',
      happened: 'Han er henta tilbake frå ein tryggingskopi, eller noko er teke ut av han for godt.',
      todo: 'Sjå kva som ikkje vart lagra, og legg inn det som framleis gjeld.',
    },
    'newer-plan': {
      title: 'Planen er skriven med ei nyare utgåve av Plantavle.',
      happened: 'Denne serveren kan ikkje opne han.',
      todo: 'Sei frå til den som leier planen. Det du skreiv, blir sendt når serveren er oppdatert.',
    },
    'outdated-client': {
      title: 'Plantavle er oppdatert.',
      happened: 'Sida var open i ei eldre utgåve.',
      todo: 'Last sida på nytt – ingenting er mista.',
    },
    'too-big': {
      title: 'Ei endring var for stor til å sendast.',
      happened: 'Ho romma meir enn det som kan sendast på éin gong.',
      todo: 'Legg ho inn i mindre bitar.',
    },
    'not-understood': {
      title: 'Serveren forstod ikkje det denne sida sende.',
      happened: 'Planen er henta på nytt frå serveren.',
      todo: 'Sjå kva som ikkje vart lagra, og prøv igjen. Hender det fleire gonger, sei frå til den som leier planen.',
    },
    'differs': {
      title: 'Planen på skjermen stemde ikkje med serveren.',
      happened: 'Han er henta på nytt, og no stemmer han.',
      todo: 'Sjå kva som ikkje vart lagra, og legg inn det som framleis gjeld.',
    },
  },
  roleNow: {
    reader: 'Du er no lesar og kan ikkje lenger skrive i planen.',
    commenter: 'Du er no kommentator og kan ikkje lenger skrive i planen.',
    editor: 'Du er no redaktør og kan skrive i planen.',
    chair: 'Du er no møteleiar og kan skrive i planen.',
    owner: 'Du er no eigar og kan skrive i planen.',
  },
  roleTitle: 'Rolla di i planen er endra.',
  outcome(written: number, left: number): string {
    if (left === 0) {
      const saved = written === 0 ? '' : written === 1 ? 'Éi endring er lagra på nytt.' : `${written} endringar er lagra på nytt.`
      return [saved, 'Ingenting av det du har skrive, er mista.'].filter(Boolean).join(' ')
    }
    const kept = left === 1 ? 'Éi endring kunne ikkje lagrast, men ligg trygt på denne eininga.' : `${left} endringar kunne ikkje lagrast, men ligg trygt på denne eininga.`
    const others = written === 0 ? '' : written === 1 ? 'Den andre er lagra.' : `Dei ${written} andre er lagra.`
    return [kept, others].filter(Boolean).join(' ')
  },
  see: 'Sjå kva som ikkje vart lagra',

  title: 'Ikkje lagra',
  nav: 'Ikkje lagra',
  line: (count: number) => count === 1 ? 'Éi endring ikkje lagra' : `${count} endringar ikkje lagra`,
  lineWhat: 'sjå kva det er',
  fact: (count: number) => count === 1 ? 'éi endring' : `${count} endringar`,
  what: 'Dette kunne ikkje lagrast i planen. Orda dine ligg på denne eininga til du fjernar dei.',
  empty: 'Alt du har skrive, er teke vare på',
  emptyWhat: 'Om noko du skriv ikkje kan lagrast i planen, finn du det igjen her.',
  mayNot: 'Når du kan skrive i planen igjen, kan du prøve på nytt herifrå.',
  written: (when: string) => `Skrive ${when}`,
  now: 'I planen no',
  erased: 'Tømt',
  nothing: 'Ingenting',
  wholeRow: 'Ny rad',
  deletedAt: 'Papirkorg',
  inTrash: (when: string) => `Sletta ${when}`,
  notInTrash: 'Ikkje sletta',
  goneRow: 'finst ikkje lenger i planen',
  trashedRow: 'ligg i papirkorga',
  copy: 'Kopier',
  copyName: (where: string) => `Kopier: ${where}`,
  copied: 'Kopiert',
  selected: 'Teksten er merkt. Kopier han med tastaturet eller menyen.',
  try: 'Prøv igjen',
  tryName: (where: string) => `Prøv igjen: ${where}`,
  tryAll: 'Prøv alle igjen',
  remove: 'Fjern',
  removeName: (where: string) => `Fjern: ${where}`,
  removeQuestion: 'Fjerne dette for godt?',
  removeWhat: 'Orda blir borte frå denne eininga og kan ikkje hentast tilbake.',
  removed: 'Fjerna',
  trying: 'Prøver igjen …',
  tried: (written: number, still: number) => [
    written === 0 ? '' : written === 1 ? 'Éi endring er lagra i planen.' : `${written} endringar er lagra i planen.`,
    still === 0 ? '' : still === 1 ? 'Éi endring kunne framleis ikkje lagrast.' : `${still} endringar kunne framleis ikkje lagrast.`,
  ].filter(Boolean).join(' '),
  download: 'Last ned alt',
  fileName: (day: string) => `plantavle-ikkje-lagra-${day}.txt`,
  fileHead: (title: string, when: string) => `Det du har skrive i «${title}» som ikkje kunne lagrast, per ${when}.`,
}
