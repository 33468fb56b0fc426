// The inputs of bench/batch/score.mjs, however many rows they have: the same for the same number.
import { closeSync, openSync, writeSync } from "node:fs";
import { createRandom } from "@onehead/core/training";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";

const schema = [
  { name: "root", num_children: 3 },
  { name: "id", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
  { name: "embedding", repetition_type: "OPTIONAL", num_children: 1, converted_type: "LIST" },
  { name: "list", repetition_type: "REPEATED", num_children: 1 },
  { name: "element", type: "FLOAT", repetition_type: "OPTIONAL" },
  { name: "inputTokens", type: "INT32", repetition_type: "REQUIRED" },
];

/** Rows of the groups that take turns; of different lengths, so that no two places of the file are alike for long. */
const groupRows = [20_011, 19_997, 20_021];

/** Encoded once, a row group is written again and again at new places: encoding all of them would take hours. */
function encodeGroup(rows, dimensions, seed) {
  const random = createRandom(seed, 5);
  const normal = () => Math.fround(random.normal() / Math.sqrt(dimensions));
  const writer = new ByteWriter();
  const file = new ParquetWriter({ writer, schema, codec: "UNCOMPRESSED", statistics: false });
  const start = writer.offset;
  const plain = { encoding: "PLAIN", offsetIndex: false };
  const columnData = [
    { name: "id", data: Array.from({ length: rows }, (_, i) => `group-${seed}/${i}`), ...plain },
    {
      name: "embedding",
      data: Array.from({ length: rows }, () => Array.from({ length: dimensions }, normal)),
      ...plain,
    },
    { name: "inputTokens", data: Array.from({ length: rows }, () => 1 + Math.floor(900 * random.uniform())), ...plain },
  ];
  file.write({ columnData, rowGroupSize: rows });
  return { rows, bytes: writer.getBytes().slice(start), start, group: file.row_groups[0] };
}

/** The metadata of a row group that stands elsewhere. */
function moved({ group, start }, to) {
  const by = BigInt(to - start);
  const columns = group.columns.map(({ meta_data: metadata, file_offset: offset }) => ({
    file_offset: offset + by,
    meta_data: {
      ...metadata,
      data_page_offset: metadata.data_page_offset + by,
      ...(metadata.dictionary_page_offset === undefined
        ? {}
        : { dictionary_page_offset: metadata.dictionary_page_offset + by }),
    },
  }));
  return { ...group, columns };
}

/** Parquet with ids, embeddings as lists of float, and tokens. */
export async function writeEmbeddings(path, rows, dimensions) {
  const whole = groupRows.map((count, seed) => (count <= rows ? encodeGroup(count, dimensions, seed) : null));
  const writer = new ByteWriter();
  const file = new ParquetWriter({ writer, schema, codec: "UNCOMPRESSED", statistics: false });
  const handle = openSync(path, "w");
  const flush = () => {
    for (let bytes = writer.getBytes(); bytes.length > 0; ) bytes = bytes.subarray(writeSync(handle, bytes));
    writer.index = 0;
  };
  flush();
  for (let done = 0, turn = 0; done < rows; turn++) {
    const left = rows - done;
    const next = whole[turn % whole.length];
    const own = next !== null && next.rows <= left ? next : encodeGroup(Math.min(left, groupRows[0]), dimensions, 7);
    file.row_groups.push(moved(own, writer.offset));
    file.num_rows += BigInt(own.rows);
    writer.appendBytes(own.bytes);
    flush();
    done += own.rows;
  }
  file.finish();
  flush();
  closeSync(handle);
}

const words = (
  "the a of to and in is that for it with as on be at by this from or an are not have was which one you all can has were there " +
  "their what when how many each find value given number function equation proof energy reaction patient company market court " +
  "contract treaty algorithm array string integer loop return error database query index network protocol packet signal voltage"
).split(" ");

/** JSON Lines with ids and prompts of 8 to 40 words. */
export async function writePrompts(path, rows) {
  const random = createRandom(3);
  const handle = openSync(path, "w");
  let text = "";
  for (let i = 0; i < rows; i++) {
    const prompt = [];
    for (let left = 8 + Math.floor(33 * random.uniform()); left > 0; left--) {
      prompt.push(words[Math.floor(words.length * random.uniform())]);
    }
    text += `{"id":${i},"prompt":"${prompt.join(" ")} ${i}?"}\n`;
    if (text.length < 1 << 20 && i + 1 < rows) continue;
    writeSync(handle, text);
    text = "";
  }
  closeSync(handle);
}
