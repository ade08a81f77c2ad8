/** Providers and routes. Rooms are loaded when entered. */
import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { ConfigProvider, theme } from "antd";
import en from "antd/locale/en_GB";
import zh from "antd/locale/zh_CN";
import dayjs from "dayjs";
import "dayjs/locale/en-gb";
import "dayjs/locale/zh-cn";
import { createBrowserRouter, Outlet, RouterProvider } from "react-router";
import { ApiError } from "@perennial/api-client";
import { antdTheme } from "@perennial/ui";
import { SESSION_KEY } from "../features/session/queries";
import { SignedIn } from "../features/session/signed-in";
import { NotFound } from "./not-found";
import { usePreferences } from "./preferences";
import { Shell } from "./shell";

const queries = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (error instanceof ApiError && error.status === 401) queries.setQueryData(SESSION_KEY, null);
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 2 && (!(error instanceof ApiError) || error.status >= 502),
    },
  },
});

const router = createBrowserRouter([
  { path: "/sign-in", lazy: async () => ({ Component: (await import("../features/session/sign-in")).SignIn }) },
  { path: "/setup", lazy: async () => ({ Component: (await import("../features/setup/setup-page")).SetupPage }) },
  {
    element: (
      <SignedIn>
        <Shell>
          <Outlet />
        </Shell>
      </SignedIn>
    ),
    HydrateFallback: () => null,
    children: [
      { path: "/", lazy: async () => ({ Component: (await import("../features/overview/overview-page")).OverviewPage }) },
      { path: "/members", lazy: async () => ({ Component: (await import("../features/members/members-page")).MembersPage }) },
      { path: "/members/conflicts", lazy: async () => ({ Component: (await import("../features/people/conflicts-page")).ConflictsPage }) },
      { path: "/members/:member", lazy: async () => ({ Component: (await import("../features/member/member-page")).MemberPage }) },
      { path: "/lifecycle", lazy: async () => ({ Component: (await import("../features/lifecycle/lifecycle-page")).LifecyclePage }) },
      { path: "/value", lazy: async () => ({ Component: (await import("../features/value/value-page")).ValuePage }) },
      { path: "/analysis", lazy: async () => ({ Component: (await import("../features/metrics/metrics-page")).MetricsPage }) },
      { path: "/dashboards", lazy: async () => ({ Component: (await import("../features/dashboards/dashboards-page")).DashboardsPage }) },
      { path: "/sql", lazy: async () => ({ Component: (await import("../features/sql/sql-page")).SqlPage }) },
      { path: "/sources", lazy: async () => ({ Component: (await import("../features/sources/sources-page")).SourcesPage }) },
      { path: "/sources/:source", lazy: async () => ({ Component: (await import("../features/sources/source-page")).SourcePage }) },
      { path: "/events", lazy: async () => ({ Component: (await import("../features/events/events-page")).EventsPage }) },
      { path: "/dead-letters", lazy: async () => ({ Component: (await import("../features/dead-letters/dead-letters-page")).DeadLettersPage }) },
      { path: "/policies", lazy: async () => ({ Component: (await import("../features/policies/policies-page")).PoliciesPage }) },
      { path: "/policies/:model", lazy: async () => ({ Component: (await import("../features/policies/policy-page")).PolicyPage }) },
      { path: "/catalogue", lazy: async () => ({ Component: (await import("../features/catalogue/catalogue-page")).CataloguePage }) },
      { path: "/imports", lazy: async () => ({ Component: (await import("../features/imports/imports-page")).ImportsPage }) },
      { path: "/imports/:import", lazy: async () => ({ Component: (await import("../features/imports/import-page")).ImportPage }) },
      { path: "/settings/:tab?", lazy: async () => ({ Component: (await import("../features/settings/settings-page")).SettingsPage }) },
      { path: "/audit", lazy: async () => ({ Component: (await import("../features/audit/audit-page")).AuditPage }) },
      { path: "/health", lazy: async () => ({ Component: (await import("../features/health/health-page")).HealthPage }) },
      { path: "*", Component: NotFound },
    ],
  },
]);

export function App() {
  const { language, appearance, motion } = usePreferences();
  dayjs.locale(language === "zh-CN" ? "zh-cn" : "en-gb");
  const algorithm = appearance === "dark" ? theme.darkAlgorithm : theme.defaultAlgorithm;
  return (
    <ConfigProvider
      locale={language === "zh-CN" ? zh : en}
      theme={{ ...antdTheme(appearance, motion), algorithm }}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
    >
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </ConfigProvider>
  );
}
