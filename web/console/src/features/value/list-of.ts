/** The members of a condition, in the list of members. */
export const listOf = (condition: string) => `/members?${new URLSearchParams({ condition })}`;
