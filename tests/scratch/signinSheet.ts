import { readdirSync, readFileSync } from 'node:fs'
import { launchChromium } from '../support/chromium.ts'
const to = '/work/look14/signin'
const [out = 'sheet', width = '700', columns = '2', ...parts] = process.argv.slice(2)
const files = readdirSync(to).filter(f => !f.startsWith('sheet') && parts.some(p => new RegExp(p).test(f))).sort()
const browser = await launchChromium()
const page = await browser.newPage({ viewport: { width: Number(width) * Number(columns), height: 800 } })
await page.setContent(files.map(f => `<figure style="float:left;margin:0;width:${width}px"><img src="data:image/png;base64,${readFileSync(`${to}/${f}`).toString('base64')}" style="width:${Number(width) - 8}px"><figcaption style="font:12px sans-serif;background:#ff0">${f}</figcaption></figure>`).join(''))
await page.waitForTimeout(700)
await page.screenshot({ path: `${to}/${out}.png`, fullPage: true })
await browser.close()
process.exit(0)
