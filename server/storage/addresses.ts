import { domainToASCII, domainToUnicode } from 'node:url'
import { toAddress as asWritten } from '#shared/rules/mailAddress.ts'

/**
 * An address as it is kept and compared, the same for both forms of its domain (T79): as people read it, `kari@å.no`; in ASCII only where
 * that has signs no address is written with here. Null for what is none, or is too long for a mail server in ASCII.
 */
export function toAddress(given: string): string | null {
  const address = asWritten(given)
  if (address === null)
    return null
  const at = address.lastIndexOf('@') + 1
  const [local, ascii] = [address.slice(0, at), domainToASCII(address.slice(at))]
  const isFit = asWritten(`${local}${ascii}`) !== null && ascii.split('.').every(label => label.length <= maxLabelChars)
  return isFit ? asWritten(`${local}${domainToUnicode(ascii)}`) ?? `${local}${ascii}` : null
}
const maxLabelChars = 63
