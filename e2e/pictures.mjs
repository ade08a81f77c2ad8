// The guide's pictures: shots of the journeys, at a desk, in the light, in both languages. `PERENNIAL_PICTURES=1` takes them anew into docs/guide/images.
export const PICTURES = {
  "a2-overview": "overview",
  "b2-member": "member",
  "c2-sankey": "lifecycle",
  "d2-condition": "members-list",
  "e2-survival": "survival",
  "f4-backtest": "backtest",
  "g1-source": "source",
  "g2-events": "events",
  "g4-letter": "dead-letter",
  "h1-mapping": "import-mapping",
  "i4-calibrated": "setup",
  "k6-audit": "audit",
  "k8-reveal": "reveal",
  "m3-catalogue-entry": "catalogue",
  "p1-rfm": "rfm",
  "p3-holdout": "value-holdout",
  "o1-conflict": "identity-conflict",
  "o2-split": "split",
};

export const FOLDER = new URL("../docs/guide/images/", import.meta.url).pathname;
