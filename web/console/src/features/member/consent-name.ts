/** What a consent is called: its purpose and channel, as they are set up now; else as they were recorded. */
import { useWords } from "../../app/words";
import { useConsentSettings } from "./profile-queries";

export function useConsentName() {
  const words = useWords();
  const settings = useConsentSettings().data;
  return ({ purpose, channel }: { purpose: string; channel: string }) => {
    const what = settings?.purposes.find(({ id }) => id === purpose);
    const by = settings?.channels.find(({ id }) => id === channel);
    return `${what ? words(what.name) : purpose} · ${by ? words(by.name) : channel}`;
  };
}
