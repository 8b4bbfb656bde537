/** Loaded with `--import`: stdout and stderr look like a terminal, whatever they are. */
for (const stream of [process.stdout, process.stderr]) Object.assign(stream, { isTTY: true, columns: 80, rows: 24 });
