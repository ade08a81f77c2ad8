/** One's own account: what is due first, the password, the second factor, the open sessions. */
import { useTranslation } from "react-i18next";
import { useSession } from "../session/queries";
import { Password } from "./password";
import { SecondFactor } from "./second-factor";
import { Sessions } from "./sessions";

export function Security() {
  const { t } = useTranslation();
  const session = useSession().data;
  if (!session) return null;
  return (
    <>
      {session.due && (
        <p className="banner" role="status">
          {t(`settings.due.${session.due as "password"}`)}
        </p>
      )}
      <Password />
      <SecondFactor state={session.second_factor} />
      <Sessions />
    </>
  );
}
