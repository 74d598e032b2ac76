/** What can be wrong with what the operator has set, each with its sentence. None quotes the value: some hold a password. */
const sentences = {
  'mail-pair': 'SMTP_URL og MAIL_FROM hører sammen: sett begge, eller ingen av dem.',
  'smtp-url': 'SMTP_URL må være smtps://bruker:passord@server:465 eller smtp://server:587, uten sti. Tegn som @ og : i passordet skrives %40 og %3A.',
  'smtp-allow-plain': 'SMTP_ALLOW_PLAIN er 1, eller ikke satt.',
  'mail-from': 'MAIL_FROM må være én e-postadresse: plan@eksempel.no, eller Plantavle <plan@eksempel.no>.',
  'oidc-pair': 'OIDC_ISSUER, OIDC_CLIENT_ID og OIDC_NAME hører sammen: sett alle tre, eller ingen OIDC-variabler.',
  'oidc-issuer': 'OIDC_ISSUER må være en https-adresse uten søkedel (http bare på denne maskinen).',
  'oidc-issuer-shared': 'OIDC_ISSUER gjelder alle virksomheter hos Microsoft. Bruk adressen til én: https://login.microsoftonline.com/<leietaker-id>/v2.0',
  'oidc-client': 'OIDC_CLIENT_ID og OIDC_CLIENT_SECRET kan ikke ha mellomrom.',
  'oidc-name': 'OIDC_NAME er det som står på knappen, på én linje og høyst 40 tegn.',
  'oidc-scopes': 'OIDC_SCOPES er ord med mellomrom mellom, og openid må være med.',
  'oidc-acr-values': 'OIDC_ACR_VALUES er ord med mellomrom mellom.',
  'oidc-details': 'OIDC_AUTHORIZATION_DETAILS må være en JSON-liste av objekter som hvert har en type.',
  'oidc-claim': 'OIDC_CLAIM_ORGANISATION, OIDC_CLAIM_EMAIL og OIDC_CLAIM_NAME er navnet på et claim, eller veien til det fra / (JSON Pointer).',
  'oidc-organisations': 'OIDC_ORGANISATIONS må være et JSON-objekt fra verdien av et claim til kortnavnet på en organisasjon, og krever OIDC_CLAIM_ORGANISATION.',
  'oidc-trust-email': 'OIDC_TRUST_EMAIL er 1, eller ikke satt.',
} as const
export type SettingFault = keyof typeof sentences

/** Something the operator has set cannot be used: the server does not start. */
export class UnfitSettingError extends Error {
  override readonly name = 'UnfitSettingError'
  constructor(fault: SettingFault) {
    super(fault)
  }
}

/** What is to be done about it, for the operator. */
export const saySettingFault = ({ message }: Error): string => Object.entries(sentences).find(([fault]) => fault === message)?.[1] ?? message
