import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** What takes minutes begins first: begun last, one worker would wait for the other. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rest = await super.sort(files)
    const longest = ['system/faults', 'system/members', 'system/away', 'system/bench']
      .flatMap(name => rest.filter(({ moduleId }) => moduleId.endsWith(`/tests/${name}.test.ts`)))
    return [...longest, ...rest.filter(file => !longest.includes(file))]
  }
}

export default defineConfig({
  root: here('./client'),
  plugins: [
    vue({ features: { optionsAPI: false }, template: { compilerOptions: { isCustomElement: tag => /^(ds|u)-/.test(tag) } } }),
    ourServer(),
    roundedIcons(),
    compiledWhileFetched(),
  ],
  resolve: { alias: { '#shared': here('./shared') } },
  build: {
    outDir: here('./dist'),
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    // The page's own policy forbids inline script and foreign sources: everything is a file of ours.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // In lib0 `$` makes a check of a type, at import: what nobody checks with is left out.
      treeshake: { manualPureFunctions: ['$'] },
      output: {
        codeSplitting: {
          groups: [
            { name: 'vue', test: /node_modules[\\/](?:@vue|vue|vue-router|pinia)[\\/]/ },
            { name: 'document', test: /node_modules[\\/](?:yjs|lib0|y-protocols|y-websocket)[\\/]/ },
            // What the first page shares with others is one file: on a thin line each file more is a wait more.
            { name: ifFirst('common'), debugName: 'common', test: /(?:client|shared)[\\/]/, minShareCount: 2 },
          ],
        },
      },
    },
  },
  test: {
    root: here('.'),
    environment: 'node',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // A busy machine is no fault of what is tested.
    expect: { poll: { timeout: 10_000 } },
    projects: [
      { extends: true, test: { name: 'parts', include: ['tests/{shared,server,client,bench}/**/*.test.ts'] } },
      {
        extends: true,
        test: { name: 'whole', include: ['tests/{conventions,system}/**/*.test.ts'], globalSetup: 'tests/support/builtClient.ts' },
      },
    ],
  },
})

/** The group of what the activities import at once, themselves or through others. */
function ifFirst(group: string) {
  let first: Set<string> | undefined
  return (id: string, modules: { getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null }) => {
    if (!first) {
      first = new Set(['main.ts', 'pages/PlanPage.vue', 'features/table/RegisterTable.vue'].map(name => here(`./client/${name}`)))
      // What is added on the way is gone through too.
      for (const one of first)
        modules.getModuleInfo(one)?.importedIds.forEach(imported => first?.add(imported))
    }
    return first.has(id) ? group : null
  }
}

/** A hundredth of a pixel in an icon's shape is as good as what the eye can see: digits beyond that are a quarter of the icons. */
function roundedIcons(): Plugin {
  return {
    name: 'rounded-icons',
    transform: { filter: { id: /\.svg\?raw$/ }, handler: code => code.replace(/\d+\.\d{3,}/g, number => Number(number).toFixed(2)) },
  }
}

/** Chromium compiles what the first page needs on another thread while it is fetched, not function by function as they are called. */
function compiledWhileFetched(): Plugin {
  const first = new Set(['vue', 'document', 'common', 'index', 'PlanPage'])
  return {
    name: 'compiled-while-fetched',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type === 'chunk' && first.has(file.name))
            file.code = `//# allFunctionsCalledOnLoad\n${file.code}`
        }
      },
    },
  }
}

/** `npm run dev`: our server beside Vite, started again when its code changes, behind Vite's own address. */
function ourServer(): Plugin {
  let port = 0
  return {
    name: 'our-server',
    apply: (_config, { command }) => command === 'serve' && !process.env['VITEST'],
    async config() {
      port = await freePort()
      const target = `http://127.0.0.1:${port}`
      return {
        server: {
          proxy: {
            '/api': target,
            '/healthz': target,
            '/logg-inn': target,
            '/sync': { target, ws: true },
          },
        },
      }
    },
    configureServer(vite) {
      vite.httpServer?.once('listening', () => {
        const address = vite.httpServer?.address()
        const origin = typeof address === 'object' && address ? `http://localhost:${address.port}` : undefined
        const child = spawn(process.execPath, ['--watch', '--watch-preserve-output', 'server/main.ts'], {
          cwd: here('.'),
          stdio: 'inherit',
          env: { ...process.env, PORT: String(port), PUBLIC_ORIGIN: origin },
        })
        vite.httpServer?.once('close', () => child.kill())
        process.once('exit', () => child.kill())
      })
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
