import type { Texts } from "../en";
import events from "./events.json";
import letters from "./letters.json";
import lifecycle from "./lifecycle.json";
import member from "./member.json";
import members from "./members.json";
import overview from "./overview.json";
import session from "./session.json";
import shell from "./shell.json";
import sources from "./sources.json";

/** Chinese has one plural form; keys and placeholders are held equal by texts.test.ts. */
export const texts = { events, letters, lifecycle, member, members, overview, session, shell, sources } as unknown as Texts;
