/** A row of CSV (RFC 4180): fields with commas, quotation marks or line ends are quoted, and the line ends in CR LF. No value and NaN are empty. */
export function csvRow(fields: readonly unknown[]): string {
  return `${fields.map(field).join(',')}\r\n`;
}

function field(value: unknown): string {
  const text = value === undefined || value === null || Number.isNaN(value) ? '' : String(value);
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
