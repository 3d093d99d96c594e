// A file of requests: .csv has one a row under a header, any other one a line, as JSON.

/** What is wrong with a file, each time with its line. */
export class WrongLines extends Error {
  constructor(lines) {
    super(lines.join("\n"));
    this.lines = lines;
  }
}

/** The words that an image is made of, in each of the forms that a request may have. */
export const promptOf = ({ prompt, instances, contents }) =>
  prompt ?? instances?.[0]?.prompt
    ?? contents?.[0]?.parts?.map(({ text }) => text).filter(Boolean).join(" ");

/**
 * The requests of a file in its order, and where each stands. One without an id gets one of its
 * line.
 *
 * @throws WrongLines
 */
export function read(name, text, base) {
  const wrong = [];
  const requests = [];
  const lines = new Map();
  for (const [line, make] of name.toLowerCase().endsWith(".csv") ? rows(text) : jsonLines(text)) {
    try {
      const request = { id: `${base}-${line}`, ...make() };
      const fault = faultOf(request, lines.get(request.id));
      if (fault) throw new Error(fault);
      lines.set(request.id, line);
      requests.push(request);
    } catch (fault) {
      wrong.push(`Line ${line}: ${fault.message}`);
    }
  }
  if (wrong.length > 0) throw new WrongLines(wrong);
  if (requests.length === 0) throw new WrongLines([`${name} has no request`]);
  return { requests, lines: [...lines.values()] };
}

function faultOf(request, other) {
  if (!promptOf(request)) return "the request has no prompt";
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(request.id)) {
    return `the id ${request.id} may have letters, digits, dots, underscores and hyphens`;
  }
  return other && `line ${other} has the id ${request.id}, too`;
}

function* jsonLines(text) {
  for (const [index, line] of text.replace(/^\uFEFF/, "").split("\n").entries()) {
    if (line.trim()) yield [index + 1, () => object(line)];
  }
}

function object(line) {
  let value;
  try {
    value = JSON.parse(line);
  } catch (fault) {
    throw new Error(`it is not JSON (${fault.message})`);
  }
  if (value?.constructor !== Object) throw new Error("a request is a JSON object");
  return value;
}

/** As the state machine for batches reads them: see deploy/batch.asl.yaml. */
function* rows(text) {
  const [header, ...others] = cells(text.replace(/^\uFEFF/, ""));
  for (const [line, row] of others) {
    yield [line, () => {
      if (row.length !== header[1].length) {
        throw new Error(`it has ${row.length} cells, and the header has ${header[1].length}`);
      }
      return fromRow(header[1], row);
    }];
  }
}

function fromRow(columns, row) {
  const made = { parameters: {}, metadata: {} };
  for (const [index, cell] of row.entries()) {
    const column = columns[index];
    if (cell === "") continue;
    if (/^(id|prompt|model)$/.test(column)) made[column] = cell;
    else if (column.startsWith("metadata.")) made.metadata[column.slice(9)] = cell;
    else made.parameters[column] = valueOf(cell);
  }
  return made;
}

const valueOf = (cell) =>
  /^-?\d+$/.test(cell) ? Number(cell)
    : /^(true|false)$/.test(cell) ? cell === "true"
    : cell;

/** The rows of a CSV file (RFC 4180), each with the number of its first line. */
function cells(text) {
  const all = [];
  let row = [];
  let line = 1;
  let first = 1;
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  while (cell.lastIndex < text.length || row.length > 0) {
    const start = cell.lastIndex;
    const found = cell.exec(text);
    if (!found) {
      throw new WrongLines([
        `Line ${line}: a quotation mark is not closed, or stands within a cell`]);
    }
    row.push(found[1]?.replaceAll('""', '"') ?? found[2]);
    line += text.slice(start, cell.lastIndex).split("\n").length - 1;
    if (found[3] === ",") continue;
    if (row.length > 1 || row[0] !== "") all.push([first, row]);
    row = [];
    first = line;
  }
  return all;
}
