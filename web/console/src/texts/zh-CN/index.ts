import type { Texts } from "../en";
import lifecycle from "./lifecycle.json";
import member from "./member.json";
import members from "./members.json";
import overview from "./overview.json";
import session from "./session.json";
import shell from "./shell.json";

/** Chinese has one plural form; keys and placeholders are held equal by texts.test.ts. */
export const texts = { lifecycle, member, members, overview, session, shell } as unknown as Texts;
