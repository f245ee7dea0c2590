//! `offramp completions`: what a shell needs to complete our arguments, and the names of the roadmap.

use clap_complete::Shell;

use super::{Context, Exit, Failure};
use crate::domain::Roadmap;
use crate::domain::item_name;

const HELP: &str = "\
Examples:
  source <(offramp completions bash)                                  in ~/.bashrc
  offramp completions zsh > ~/.zfunc/_offramp                         in a folder of $fpath
  offramp completions fish > ~/.config/fish/completions/offramp.fish

Projects, items and counters are completed too, from the roadmap that the command would read.";

/// The arguments of `completions`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = HELP)]
pub struct Args {
    /// For which shell
    #[arg(value_name = "SHELL", value_enum, required_unless_present = "names")]
    pub shell: Option<Shell>,
    /// Print the names that the shells complete
    #[arg(long, value_enum, hide = true)]
    pub names: Option<Names>,
}

/// Which names of the roadmap fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Names {
    /// Ids and aliases of projects.
    Projects,
    /// These, items and counters.
    All,
}

/// After the completions of options: asks offramp for names where a word may be one.
const BASH: &str = r#"
_offramp_named() {
    _offramp "$@"
    local cur=${COMP_WORDS[COMP_CWORD]} word which=
    case $cur in -*) return ;; esac
    case ${COMP_WORDS[COMP_CWORD-1]} in
        -v | --verbose | --offline | --ascii | -n | --dry-run | -p | --print) ;;
        -*) return ;;
    esac
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in
            status | refs) which=projects; break ;;
            show | explain | who | open | set | split) which=all; break ;;
        esac
    done
    [[ -z $which ]] && return
    COMPREPLY=($(compgen -W "$(offramp --offline completions --names "$which" 2>/dev/null)" -- "$cur"))
}
complete -F _offramp_named -o nosort -o bashdefault -o default offramp 2>/dev/null ||
    complete -F _offramp_named -o bashdefault -o default offramp
"#;

const ZSH: &str = r#"
_offramp_names() {
    local -a names
    names=(${(f)"$(_call_program names offramp --offline completions --names $1 2>/dev/null)"})
    compadd -a names
}
"#;

const FISH: &str = r#"
complete -c offramp -n "__fish_offramp_using_subcommand status refs" -f -a "(offramp --offline completions --names projects 2>/dev/null)"
complete -c offramp -n "__fish_offramp_using_subcommand show explain who open set split" -f -a "(offramp --offline completions --names all 2>/dev/null)"
"#;

/// Runs the command; `all` is what there is to complete.
pub fn run(context: &Context, args: &Args, all: clap::Command) -> Result<Exit, Failure> {
    let text = match (args.names, args.shell) {
        (Some(which), _) => names(&context.roadmap(&context.origin()?)?, which),
        (None, Some(shell)) => script(shell, all),
        (None, None) => String::new(),
    };
    context.print(&text)?;
    Ok(Exit::Done)
}

fn script(shell: Shell, mut all: clap::Command) -> String {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut all, "offramp", &mut text);
    let text = String::from_utf8_lossy(&text).into_owned();
    match shell {
        Shell::Bash => text + BASH,
        Shell::Fish => text + FISH,
        Shell::Zsh => with_names(&text),
        _ => text,
    }
}

/// Zsh says for each argument what completes it; the function that does stands before the last lines, which call.
/// The blank before its name keeps zsh from putting arguments of its own first.
fn with_names(text: &str) -> String {
    let mut script = String::with_capacity(text.len() + ZSH.len());
    for line in text.lines() {
        if line.starts_with("if [ \"$funcstack[1]\"") {
            script.push_str(ZSH);
        }
        let which = match line.trim_start_matches(['\'', '*', ':']) {
            name if name.starts_with("reference -- ") || name.starts_with("target -- ") => Some("all"),
            name if name.starts_with("projects -- ") || name.starts_with("project -- ") => Some("projects"),
            _ => None,
        };
        match which {
            Some(which) => script.push_str(&line.replace(":_default'", &format!(": _offramp_names {which}'"))),
            None => script.push_str(line),
        }
        script.push('\n');
    }
    script
}

/// One name a line, in the order of the roadmap.
fn names(roadmap: &Roadmap, which: Names) -> String {
    let mut names = Vec::new();
    for project in &roadmap.projects {
        names.push(project.id.to_string());
        names.extend(project.aliases.iter().map(ToString::to_string));
        if which == Names::All {
            names.extend(project.items.iter().map(|item| item_name(&project.id, &item.key)));
        }
    }
    if which == Names::All {
        names.extend(roadmap.counters.iter().map(|counter| counter.id.to_string()));
    }
    names.join("\n") + "\n"
}
