export * from "./components";
export * from "./data-table";
export * from "./format";
export * from "./stage-colors";
export * from "./theme";
export * from "./ids";
