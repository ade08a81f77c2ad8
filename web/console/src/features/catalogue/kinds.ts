/** What the catalogue's four kinds have as fields, in the order of showing. What a field may hold is the server's to say. */
export const KINDS = ["products", "stores", "associates", "scenes"] as const;
export type Kind = (typeof KINDS)[number];

export const FIELDS = {
  products: ["name", "category", "list_price", "cycle_days"],
  stores: ["name", "group", "city"],
  associates: ["name", "store"],
  scenes: ["name", "channel", "store", "page", "campaign", "event"],
} as const satisfies Record<Kind, readonly string[]>;

export type FieldName = (typeof FIELDS)[Kind][number];

/** Numbers are read from the right. */
export const isNumber = (field: FieldName) => field === "list_price" || field === "cycle_days";
