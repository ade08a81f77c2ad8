import catalogue from "./catalogue.json";
import events from "./events.json";
import letters from "./letters.json";
import conditions from "./conditions.json";
import jobs from "./jobs.json";
import lifecycle from "./lifecycle.json";
import member from "./member.json";
import members from "./members.json";
import overview from "./overview.json";
import people from "./people.json";
import policies from "./policies.json";
import search from "./search.json";
import session from "./session.json";
import shell from "./shell.json";
import sources from "./sources.json";

export const texts = { catalogue, conditions, events, jobs, letters, lifecycle, member, members, overview, people, policies, search, session, shell, sources };
export type Texts = typeof texts;
