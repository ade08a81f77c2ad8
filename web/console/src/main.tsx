/** Boot: the language's texts first, then the app; nothing is drawn in a language it will not stay in. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "@perennial/ui/base.css";
import "@perennial/ui/components.css";
import "@perennial/ui/table.css";
import "./app/shell.css";
import "./app/room.css";
import "./app/print.css";
import { App } from "./app/app";
import { startPreferences } from "./app/preferences";
import { startTexts } from "./texts";

const root = document.getElementById("root");
if (root) {
  await startTexts(startPreferences().language);
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
