// Checks pages: valid HTML, then an accessibility engine in a browser, in light, dark, narrow and print views.
//   node page.mjs BROWSER FILE.html...
// Prints the faults, a line each, and exits with 1 if there are any.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { HtmlValidate } from "html-validate";
import puppeteer from "puppeteer-core";

const [browserPath, ...files] = process.argv.slice(2);
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const views = [
  { name: "light", width: 1200, scheme: "light", media: "screen" },
  { name: "dark", width: 1200, scheme: "dark", media: "screen" },
  { name: "narrow", width: 400, scheme: "light", media: "screen" },
  { name: "paper", width: 800, scheme: "light", media: "print" },
];
const wrong = [];

async function validate(file) {
  const checker = new HtmlValidate({
    extends: ["html-validate:standard"],
    // Styles of bars are figures; void elements and casing are a matter of taste.
    rules: { "no-inline-style": "off", "doctype-style": "off" },
  });
  const report = await checker.validateFile(file);
  for (const message of report.results.flatMap((result) => result.messages)) {
    wrong.push(`${file}:${message.line}: ${message.ruleId}: ${message.message}`);
  }
}

async function inspect(page, file, view) {
  const asked = [];
  page.on("request", (request) => request.url().startsWith("file:") || asked.push(request.url()));
  await page.setBypassCSP(true);
  await page.setViewport({ width: view.width, height: 1000 });
  await page.emulateMediaType(view.media);
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: view.scheme }]);
  await page.goto(pathToFileURL(file).href);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wide > 0) wrong.push(`${file} (${view.name}): ${wide} pixels wider than the screen`);
  for (const url of asked) wrong.push(`${file} (${view.name}): asks for ${url}`);
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
  await page.evaluate(axe);
  const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations", "incomplete"] }));
  // The engine cannot determine the background of text in a chart; other tests compute the contrast of the palette.
  const doubtful = result.incomplete.filter((rule) => rule.id === "color-contrast");
  const isOfChart = (node) => node.html.startsWith("<text") || node.target.some((target) => target.includes("svg"));
  for (const rule of result.violations) for (const node of rule.nodes) tell(file, view, rule, node);
  for (const rule of doubtful) for (const node of rule.nodes) isOfChart(node) || tell(file, view, rule, node);
  if (result.passes.length < 15) wrong.push(`${file} (${view.name}): only ${result.passes.length} rules applied`);
}

function tell(file, view, rule, node) {
  wrong.push(`${file} (${view.name}): ${rule.id}: ${rule.help}: ${node.target}: ${node.failureSummary ?? ""}`.replaceAll("\n", " "));
}

const browser = await puppeteer.launch({
  executablePath: browserPath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"],
});
for (const file of files) {
  await validate(file);
  for (const view of views) {
    const page = await browser.newPage();
    await inspect(page, file, view);
    await page.close();
  }
}
await browser.close();
wrong.forEach((line) => console.log(line));
console.log(`${files.length} pages in ${views.length} views: ${wrong.length} wrong`);
process.exitCode = wrong.length === 0 ? 0 : 1;
