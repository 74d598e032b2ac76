import { placeAttacks } from './dishonestPlaces.ts'
import { rowAttacks } from './dishonestRows.ts'
import { textAttacks } from './dishonestTexts.ts'
import { valueAttacks } from './dishonestValues.ts'
import { wireAttacks } from './dishonestWire.ts'
import { handsIn, type Attack, type World } from './dishonestWorld.ts'

/**
 * Every family of dishonest updates: each attack in it must be refused. An attack that needs the owners of client ids is not
 * refused by the judge alone.
 */
export function families(world: World): Readonly<Record<string, readonly Attack[]>> {
  const hands = handsIn(world)
  return {
    ...rowAttacks(hands), ...valueAttacks(hands), ...textAttacks(hands), ...placeAttacks(hands), ...wireAttacks(hands),
  }
}
