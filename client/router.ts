import { createRouter, createWebHistory, type Router } from 'vue-router'
import { registerPages } from './text/registerPages.ts'
import { laterModule } from './ui/later.ts'

/** The addresses people see, in Norwegian. A page is fetched when it is visited. */
export function openRouter(): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      { path: '/', component: () => import('./pages/PlansPage.vue') },
      { path: '/hjelp', component: () => import('./pages/HelpPage.vue') },
      { path: '/tilgjengelighet', component: () => import('./pages/AccessibilityPage.vue') },
      { path: '/personvern', component: () => import('./pages/PrivacyPage.vue') },
      { path: '/logg-inn', component: () => import('./pages/SignInPage.vue') },
      { path: '/logg-inn/lenke/:token', component: () => import('./pages/SignInLinkPage.vue'), props: true },
      { path: '/invitasjon/:token', component: () => import('./pages/InvitationPage.vue'), props: true },
      { path: '/min-side', component: () => import('./pages/MePage.vue') },
      { path: '/administrasjon', component: () => import('./pages/AdministrationPage.vue') },
      { path: '/ny-plan', component: () => import('./pages/NewPlanPage.vue') },
      {
        path: '/plan/:planId',
        component: () => import('./pages/PlanPage.vue'),
        props: true,
        children: [
          { path: '', redirect: to => ({ path: `/plan/${String(to.params['planId'])}/aktiviteter`, query: to.query }) },
          { path: 'om-planen', component: () => import('./pages/HeadPage.vue') },
          ...registerPages.map(page => ({ path: page.path, component: () => import('./pages/TablePage.vue'), props: { page } })),
          { path: 'gjennomforing', component: () => import('./pages/OccurrencesPage.vue') },
          { path: 'ansvar', component: () => import('./pages/ResponsibilityPage.vue') },
          { path: 'medlemmer', component: laterModule(() => import('./pages/MembersPage.vue')) },
          { path: 'ikke-lagret', component: laterModule(() => import('./pages/LeftPage.vue')), meta: { needsNoContent: true } },
          { path: 'papirkurv', component: () => import('./pages/TrashPage.vue') },
          { path: ':rest(.*)+', component: () => import('./pages/PlanNotFoundPage.vue'), meta: { needsNoContent: true } },
        ],
      },
      { path: '/:rest(.*)*', component: () => import('./pages/NotFoundPage.vue') },
    ],
  })
  // The server has been updated since this page was opened, and its parts have other names now: the page is loaded anew, there.
  router.onError((_error, to) => location.assign(to.fullPath))
  return router
}
