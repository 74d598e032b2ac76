// From the plain page of a link that let nobody in to the page one signs in on. The link's secret stays in no history.
location.replace(`/logg-inn?feil=${document.documentElement.dataset.trouble ?? ''}`)
