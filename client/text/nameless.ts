import { shownText } from './index.ts'

/** What somebody is called: by name, or as one who has none here. */
export const calledBy = (name: string): string => name.trim() === '' ? shownText().people.nameless : name

/**
 * Somebody as they are shown. Wherever people come in (members, presence, who changed something last, oneself) they go through here, so
 * that nobody is an empty place on the page.
 */
export const named = <P extends { readonly name: string }>(person: P): P => person.name.trim() === '' ? { ...person, name: calledBy(person.name) } : person
