//! The page of `offramp report --html`, checked as text and, if installed, in a browser with an accessibility engine; and
//! the badge of `offramp report --badge`.

mod markup;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::github_program::again;
use super::program::{Program, Shows as _};
use markup::Document;

fn page() -> String {
    report(Program::new(), &["--html", "-"])
}

/// Returns the page of a roadmap whose figures are all counted.
fn homebrew() -> String {
    report(Program::new(), &["--html", "-", "--example", "homebrew"])
}

fn report(program: Program, args: &[&str]) -> String {
    let output = program.args(["report"]).args(args.iter().copied()).run();
    assert_eq!(output.code, 0, "{}", output.stderr);
    output.stdout
}

/// Returns the page of a large roadmap: 200 projects with eight items each, and 30 counters.
fn large() -> String {
    let mut yaml = String::from("version: 1\ntitle: A <large> roadmap\nrepo: example/infra\ncounters:\n");
    let readings: String = (0..90).map(reading).collect();
    for at in 0..30 {
        writeln!(yaml, "  jobs-{at}: {{unit: jobs of team {at}, readings: readings-{at}.csv}}").unwrap();
    }
    yaml += "projects:\n";
    for project in 0..200 {
        writeln!(yaml, "  - id: service-{project}\n    owner: Team {}\n    items:", project % 40).unwrap();
        for item in 0..8 {
            writeln!(
                yaml,
                "      - {{title: \"Move part {item} of service {project} to the new cluster\", issue: {}}}",
                project * 8 + item + 1
            )
            .unwrap();
        }
    }
    let readings = format!("date,done,total,rule,commit,note\n{readings}");
    let program = (0..30).fold(Program::new().file("offramp.yaml", &yaml), |program, at| {
        program.file(&format!("readings-{at}.csv"), &readings)
    });
    report(program, &["--html", "-"])
}

fn reading(month: u32) -> String {
    format!("{}-{:02}-01,{month},{},1,,\n", 2017 + month / 12, month % 12 + 1, 100 + month)
}

#[test]
fn a_page_replaces_an_earlier_page_but_no_other_file() {
    let roadmap = "version: 1\nprojects: [{id: a}]\n";
    let mut program = Program::new().file("roadmap.yaml", roadmap);
    for (kind, file, code) in
        [("--html", "a", 0), ("--html", "a", 0), ("--badge", "a", 0), ("--html", "roadmap.yaml", 1)]
    {
        let output = again(&mut program, &["report", kind, file, "--offline"]);
        assert_eq!(output.code, code, "{kind} {file}: {}", output.stderr);
    }
    assert_eq!(std::fs::read_to_string(program.home().join("roadmap.yaml")).unwrap(), roadmap);
}

#[test]
fn the_page_loads_nothing_and_runs_nothing() {
    let page = page();
    page.hides(["<script", "<link", "<img", "<iframe", "@import", "url(", "javascript:", "onload="]);
    page.shows(["default-src 'none'", "288/1780"]);
}

#[test]
fn the_markup_is_valid() {
    for page in [page(), large()] {
        let wrong = Document::read(&page).wrong();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn the_page_has_every_section() {
    let page = page();
    let headings: Vec<_> = page.split("<h2 ").skip(1).filter_map(|rest| rest.split(['>', '<']).nth(1)).collect();
    assert_eq!(
        headings,
        [
            "Projects",
            "What changed",
            "Free to take",
            "Trend",
            "Project by project",
            "Where roadmap and issues disagree",
            "What it costs",
            "Whom to ask",
            "How fresh this is"
        ]
    );
    page.shows([
        "<a href=\"#project-k8s-gubernator\">",
        "<h3 id=\"project-k8s-gubernator\">",
        "https://github.com/kubernetes/k8s.io/issues/1308",
        "From the end of 2020-11-26 to 2020-12-10.",
        "Ask <a href=\"#ask-sig-testing\">SIG Testing</a>",
        "<tr><th scope=\"row\">2020-11-30</th><td class=\"n\">355</td><td class=\"n\">1890</td>",
        "288/1780 on 2020-12-10 was recorded by hand",
    ]);
    let since = report(Program::new(), &["--html", "-", "--since", "2020-08-01"]);
    since.shows(["From the end of 2020-08-01 to 2020-12-10."]);
}

#[test]
fn a_page_of_200_projects_is_below_300_kb_and_names_them_all() {
    let page = large();
    assert!(page.len() <= 300_000, "{} bytes", page.len());
    for project in 0..200 {
        page.shows([&format!("<h3 id=\"project-service-{project}\">")]);
    }
    assert!(page.contains("A &lt;large&gt; roadmap") && page.contains("and 5 more"), "what is left out is not named");
}

#[test]
fn omitted_rows_are_counted() {
    let mut yaml = String::from("version: 1\nrepo: example/infra\ncounters: {");
    (0..7).for_each(|at| write!(yaml, "c{at}: {{unit: x}}, ").unwrap());
    yaml += "}\nprojects: [";
    (0..7).for_each(|at| write!(yaml, "{{id: p{at}, measure: c{at}}}, ").unwrap());
    let many = report(Program::new().file("offramp.yaml", &(yaml + "]\n")), &["--html", "-"]);
    many.shows(["<p>and 2 more (<code>offramp trend</code>)</p>"]);
    page().shows(["119 issues of kubernetes/k8s.io and 10 other repositories"]);
}

#[test]
fn text_has_enough_contrast_in_light_dark_and_print() {
    let palettes = markup::palettes(include_str!("../../src/report/html/page.css"));
    assert_eq!(palettes.len(), 3);
    for palette in &palettes {
        for (front, back, least) in
            [("ink", "paper", 7.0), ("faint", "paper", 4.5), ("bar", "paper", 4.5), ("bar", "ground", 3.0)]
        {
            let contrast = markup::contrast(&palette[front], &palette[back]);
            assert!(contrast >= least, "{front} on {back}: {contrast:.2} in {palette:?}");
        }
    }
}

#[test]
fn a_badge_shows_its_figure_and_has_a_text() {
    for (subject, label) in [
        (vec!["prow-jobs"], "prow jobs: 355/1890, started"),
        (vec!["k8s-gubernator"], "k8s-gubernator: 0/5 items, to do"),
        (vec!["kubernetes-site"], "kubernetes-site: ??, ??"),
        (vec![], "items: 0/23, to do"),
    ] {
        let badge = report(Program::new(), &[&["--badge", "-"], subject.as_slice()].concat());
        badge.shows([&format!("<title>{label}</title>")]);
        assert!(Document::read(&badge).wrong().is_empty(), "{badge}");
    }
    let refused = Program::new().args(["report", "--badge", "-", "k8s-gubernator/787"]).run();
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    refused.stderr.shows(["neither a project nor a counter"]);
}

#[test]
fn a_badge_of_an_unknown_figure_has_no_0() {
    let roadmap = "version: 1\nrepo: a/b\ncounters: {c: {unit: jobs}}\nprojects:\n  - {id: p, items: [1, 2]}\n  - {id: q, items: ['???']}\n";
    for (subject, label) in
        [(&[][..], "items: ??, ??"), (&["p"], "p: ??, not fetched"), (&["q"], "q: ??, ??"), (&["c"], "jobs: ??, ??")]
    {
        let program = Program::new().file("offramp.yaml", roadmap);
        let badge = report(program, &[&["--badge", "-"], subject].concat());
        badge.shows([&format!("<title>{label}</title>")]);
    }
}

#[test]
fn the_page_has_the_links_of_projects_and_items() {
    let page = homebrew();
    page.shows([
        "<a href=\"https://github.com/Homebrew/brew/issues/17297\">the issue that asks for it</a>",
        "<a href=\"https://github.com/Homebrew/brew/pull/18008\">pull request 18008</a>",
    ]);
    assert!(page.contains("the roadmap names none") && !page.contains("ask in the issue"));
}

/// In four views the page must be valid, accessible, no wider than the screen, and send no request.
#[test]
fn a_browser_and_an_accessibility_engine_find_nothing_wrong() {
    let Some(browser) = browser() else { return skipped("no browser is installed") };
    let checks = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page");
    if !checks.join("node_modules/axe-core").is_dir() {
        return skipped("the checks are not installed: `npm ci --prefix tests/page`, or `.ci/run tools`");
    }
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<PathBuf> = [("example.html", page()), ("homebrew.html", homebrew()), ("large.html", large())]
        .map(|(name, page)| {
            let file = folder.path().join(name);
            super::program::write(&file, page).unwrap();
            file
        })
        .into();
    let output = Command::new("node")
        .arg(checks.join("page.mjs"))
        .arg(browser)
        .args(&files)
        .env("HOME", folder.path())
        .output()
        .expect("node, since its packages are installed");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said.shows(["3 pages in 4 views: 0 wrong"]);
}

fn browser() -> Option<PathBuf> {
    let folders = std::env::split_paths(&std::env::var_os("PATH")?).collect::<Vec<_>>();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|path| path.is_file())
}

#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn skipped(why: &str) {
    eprintln!("SKIPPED: the page was not tried in a browser: {why}");
}
