/** Files up and down: an upload tells how far it has come, which fetch cannot; bad rows are a plain link. */
import { ApiError, type Problem } from "./problem";

type Watched = { onProgress: (share: number) => void; signal: AbortSignal };

/** Sends a file; answers the number of the import it is staged under. */
export function uploadImport(file: File, { onProgress, signal }: Watched): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/imports?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("X-Perennial", "1");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = (event) => onProgress(event.lengthComputable ? event.loaded / event.total : 0);
    request.onerror = () => reject(new ApiError(0, { code: "network.unreachable" }));
    request.onabort = () => reject(new ApiError(0, { code: "upload.aborted" }));
    request.onload = () => {
      const answer = read(request.responseText);
      const staged = answer as { import?: { import?: number } } | undefined;
      if (request.status === 201 && staged?.import?.import) return resolve(staged.import.import);
      const problem = answer as Problem | undefined;
      reject(new ApiError(request.status, problem?.code ? problem : { code: `http.${request.status}` }));
    };
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function badRowsUrl(id: number, format: "xlsx" | "csv"): string {
  return `/api/v1/imports/${id}/bad-rows?format=${format}`;
}
