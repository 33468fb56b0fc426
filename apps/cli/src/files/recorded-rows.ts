import { openRows, type PromptRow } from "@onehead/data";

/** A file of rows as `evaluateArtifact` reads it: several passes, and whether one prompt's rows may lie apart. */
export interface RecordedRowsFile {
  openRows: () => AsyncIterable<PromptRow>;
  readonly longForm: boolean;
}

/** The form is known once a first pass has begun. */
export function recordedRows(path: string, signal: AbortSignal): RecordedRowsFile {
  let longForm = false;
  return {
    openRows: () =>
      openRows(path, {
        signal,
        onForm: (form) => {
          longForm = form === "long";
        },
      }),
    get longForm() {
      return longForm;
    },
  };
}
