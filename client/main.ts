import '@fontsource-variable/inter/opsz.css'
import '@digdir/designsystemet-css/theme.css'
import './styles/tokens.css'
import './styles/designsystemet.css'
import './styles/base.css'
import './styles/cell.css'
import './styles/grid.css'
import './styles/option.css'
import './styles/print.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { openRouter } from './router.ts'
import { keep, kept, languageKey, openLanguage } from './text/index.ts'
import { colorSchemeKey, openColorScheme } from './ui/colorScheme.ts'
import { openToasts, toastsKey } from './ui/toasts.ts'

createApp(App)
  .use(createPinia())
  .use(openRouter())
  .provide(languageKey, await openLanguage())
  .provide(colorSchemeKey, openColorScheme({ get: kept, set: keep }))
  .provide(toastsKey, openToasts())
  .mount('#app')
