import { rowFormatError } from "../errors/row-format-error.js";
import type { RowLocation } from "../errors/row-location.js";
import { checkColumns, detectRowForm, type RowForm, rowFormParsers } from "../forms/row-form.js";
import type { PromptRow } from "../rows/prompt-row.js";
import type { ColumnNames, RawRecord } from "./raw-record.js";
import { createRepeatCheck } from "./refuse-repeats.js";

/** What readers of every format take. */
export interface ReadRowsOptions {
  /** Taken from the first row unless given. */
  form?: RowForm | undefined;
  /** Called once, before the first row, with the form in use. */
  onForm?: ((form: RowForm) => void) | undefined;
  /** Called before each row is given, with where it stands: for errors about what the row says. */
  onRow?: ((location: RowLocation) => void) | undefined;
  /** Columns that go by other names than ours. */
  columns?: ColumnNames | undefined;
  /** Ends reading with an "aborted" error. */
  signal?: AbortSignal | undefined;
}

/**
 * Records to checked rows of one form.
 *
 * @throws RowSchemaError on the first row that breaks the schema or repeats an earlier one
 * @throws OneheadError "row-format" when there is no record at all
 */
export async function* parseRecords(
  records: AsyncIterable<RawRecord>,
  operation: string,
  file: string,
  { form: wantedForm, onForm, onRow, columns = {} }: ReadRowsOptions,
): AsyncGenerator<PromptRow> {
  let parse: ((record: RawRecord) => PromptRow) | undefined;
  for await (const record of records) {
    parse ??= startForm(record);
    const row = parse(record);
    if (onRow !== undefined) {
      const { file, line, unit } = record;
      onRow({ operation, file, line, unit });
    }
    yield row;
  }
  if (parse === undefined) throw rowFormatError(`${operation}: ${file}`, "holds no rows, expected at least one");

  function startForm(first: RawRecord): (record: RawRecord) => PromptRow {
    const form = wantedForm ?? detectRowForm(first, columns);
    checkColumns(first, form, columns);
    onForm?.(form);
    const parseRecord = rowFormParsers[form];
    const refuseRepeat = createRepeatCheck(form);
    return (record) => {
      const row = parseRecord(record, columns);
      refuseRepeat(row, record);
      return row;
    };
  }
}
