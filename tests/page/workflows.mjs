// Reads actions and workflows with the parser that GitHub's own editors use, which holds them against the published schemas.
//   node workflows.mjs FILE.yml...     a file that is called action.yml is an action, any other a workflow
// Prints what is wrong, a line each, and ends with 1; ends with 0 where nothing is.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { register } from "node:module";

// The parser imports its schemas without saying that they are JSON, which Node wants said.
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
