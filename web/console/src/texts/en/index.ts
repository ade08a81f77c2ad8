import lifecycle from "./lifecycle.json";
import member from "./member.json";
import members from "./members.json";
import overview from "./overview.json";
import session from "./session.json";
import shell from "./shell.json";

export const texts = { lifecycle, member, members, overview, session, shell };
export type Texts = typeof texts;
