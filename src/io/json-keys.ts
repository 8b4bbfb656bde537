/** The first key that stands twice in one object of valid JSON text (`JSON.parse` silently keeps the last), if any. */
export function duplicateJsonKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]]/gu;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [found] = match;
    if (found === '{') open.push(new Set());
    else if (found === '[') open.push(undefined);
    else if (found === '}' || found === ']') open.pop();
    else if (isKey(text, token.lastIndex)) {
      const keys = open.at(-1);
      const key = JSON.parse(found) as string;
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}

/** A string is a key exactly when a colon follows it. */
function isKey(text: string, end: number): boolean {
  let next = end;
  while (/\s/u.test(text.charAt(next))) next++;
  return text.charAt(next) === ':';
}
