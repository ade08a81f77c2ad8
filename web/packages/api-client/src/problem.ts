/** Refusals and failures of the server (RFC 9457 problem+json) as one error class. */
export type Problem = {
  status?: number;
  code: string;
  title?: string;
  detail?: string;
  detail_zh?: string;
  errors?: { pointer: string; code: string; detail: string; detail_zh?: string; offset?: number | null; length?: number | null; near?: string[] }[];
  percent?: number;
};

export class ApiError extends Error {
  constructor(
    /** HTTP status; 0 when no answer came. */
    readonly status: number,
    readonly problem: Problem,
    cause?: unknown,
  ) {
    super(problem.detail ?? problem.title ?? problem.code, { cause });
    this.name = "ApiError";
  }

  /** The server's own words in the language of the screen, if it said any. */
  detail(language: string): string | undefined {
    return language.startsWith("zh") ? (this.problem.detail_zh ?? this.problem.detail) : this.problem.detail;
  }

  /** What is wrong with the field at this pointer, if anything. */
  at(pointer: string, language: string): string | undefined {
    const found = this.problem.errors?.find((error) => error.pointer === pointer);
    return found && (language.startsWith("zh") ? (found.detail_zh ?? found.detail) : found.detail);
  }
}

export async function problemOf(response: Response): Promise<ApiError> {
  try {
    const read: unknown = await response.clone().json();
    if (typeof read === "object" && read !== null && "code" in read) return new ApiError(response.status, read as Problem);
  } catch {
    // Not JSON: a proxy or a stub answered; the status says enough.
  }
  return new ApiError(response.status, { code: `http.${response.status}` });
}
