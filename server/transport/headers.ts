/** Sent with every answer. Nothing from elsewhere, nothing inline in scripts, in nobody's frame (T9). */
export function securityHeaders({ isSecure }: { isSecure: boolean }): Readonly<Record<string, string>> {
  return {
    'content-security-policy': [
      'default-src \'self\'', 'script-src \'self\'', 'style-src \'self\'', 'font-src \'self\'', 'img-src \'self\' data:',
      'connect-src \'self\'', 'object-src \'none\'', 'base-uri \'none\'', 'frame-ancestors \'none\'', 'form-action \'self\'',
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    ...(isSecure ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  }
}
