// Runs before the first paint, so that nobody who chose dark (or nynorsk) sees a flash of the other.
(function () {
  try {
    var scheme = localStorage.getItem('plantavle:color-scheme')
    var language = localStorage.getItem('plantavle:language')
    if (scheme === 'light' || scheme === 'dark') document.documentElement.setAttribute('data-color-scheme', scheme)
    if (language === 'nn') document.documentElement.lang = 'nn'
  }
  catch (error) { /* storage is closed to us: the system's scheme and bokmål it is */ }
})()
