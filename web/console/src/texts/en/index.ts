import events from "./events.json";
import letters from "./letters.json";
import lifecycle from "./lifecycle.json";
import member from "./member.json";
import members from "./members.json";
import overview from "./overview.json";
import session from "./session.json";
import shell from "./shell.json";
import sources from "./sources.json";

export const texts = { events, letters, lifecycle, member, members, overview, session, shell, sources };
export type Texts = typeof texts;
