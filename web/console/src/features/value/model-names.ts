/** Names of models: the same in every language. */
const NAMES: Record<string, string> = { bgnbd: "BG/NBD", mbgnbd: "MBG/NBD", paretonbd: "Pareto/NBD", nbd: "NBD", gammagamma: "Gamma-Gamma" };

export const modelName = (id: string) => NAMES[id] ?? id;
