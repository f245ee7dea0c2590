// Checks actions and workflows against GitHub's schemas, with the parser of GitHub's own editors.
//   node workflows.mjs FILE.yml...     a file called action.yml is an action, any other a workflow
// Prints the faults, a line each, and exits with 1 if there are any.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { register } from "node:module";

// The parser imports its schemas without the JSON import attribute, which Node requires.
const hook = `import { readFile } from "node:fs/promises";
export async function load(url, context, next) {
  if (!url.endsWith(".json")) return next(url, context);
  return { format: "module", shortCircuit: true, source: "export default " + (await readFile(new URL(url), "utf8")) };
}`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
const { NoOperationTraceWriter } = await import("@actions/workflow-parser/templates/trace-writer");
const { parseAction } = await import("@actions/workflow-parser/actions/action-parser");
const { parseWorkflow } = await import("@actions/workflow-parser/workflows/workflow-parser");

const files = process.argv.slice(2);
let wrong = 0;
for (const name of files) {
  const file = { name, content: await readFile(name, "utf8") };
  const parse = basename(name) === "action.yml" ? parseAction : parseWorkflow;
  const { context } = parse(file, new NoOperationTraceWriter());
  for (const error of context.errors.getErrors()) {
    wrong += 1;
    console.log(`${name}: ${error.message}`);
  }
}
console.log(`${files.length} files: ${wrong} wrong`);
process.exitCode = wrong === 0 ? 0 : 1;
