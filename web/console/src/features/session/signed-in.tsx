/** Lets through who is signed in; sends everyone else to the sign-in page and back afterwards. */
import type { ReactNode } from "react";
import { Navigate, useLocation } from "react-router";
import { Failure } from "../../app/states";
import { useSession } from "./queries";

const ACCOUNT = "/settings/security";

export function SignedIn({ children }: { children: ReactNode }) {
  const session = useSession();
  const { pathname, search } = useLocation();
  if (session.error) return <Failure error={session.error} retry={() => void session.refetch()} />;
  if (session.data === undefined) return null;
  if (session.data === null) {
    const then = pathname + search;
    return <Navigate replace to={then === "/" ? "/sign-in" : `/sign-in?then=${encodeURIComponent(then)}`} />;
  }
  // Whoever has a password or a second factor to see to can do nothing else yet.
  if (session.data.due && pathname !== ACCOUNT) return <Navigate replace to={ACCOUNT} />;
  // Somebody bound to stores has no overview: their first room is the members.
  if (pathname === "/" && !session.data.may.includes("read")) return <Navigate replace to="/members" />;
  return children;
}
