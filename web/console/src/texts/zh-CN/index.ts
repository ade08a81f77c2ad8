import type { Texts } from "../en";
import audit from "./audit.json";
import catalogue from "./catalogue.json";
import conditions from "./conditions.json";
import events from "./events.json";
import health from "./health.json";
import imports from "./imports.json";
import jobs from "./jobs.json";
import letters from "./letters.json";
import lifecycle from "./lifecycle.json";
import member from "./member.json";
import members from "./members.json";
import metrics from "./metrics.json";
import overview from "./overview.json";
import people from "./people.json";
import policies from "./policies.json";
import profile from "./profile.json";
import search from "./search.json";
import session from "./session.json";
import settings from "./settings.json";
import setup from "./setup.json";
import shell from "./shell.json";
import sources from "./sources.json";
import sql from "./sql.json";
import value from "./value.json";
import worth from "./worth.json";

/** Chinese has one plural form; keys and placeholders are held equal by texts.test.ts. */
export const texts = { audit, catalogue, conditions, events, health, imports, jobs, letters, lifecycle, member, members, metrics, overview, people, policies, profile, search, session, settings, setup, shell, sources, sql, value, worth } as unknown as Texts;
