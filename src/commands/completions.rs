//! `offramp completions`: the script that makes a shell ask offramp for completions.

use clap_complete::env::{Elvish, EnvCompleter, Fish, Powershell, Zsh};

use super::{Context, Exit, Failure};

const HELP: &str = "\
Examples:
  source <(offramp completions bash)            in ~/.bashrc
  offramp completions zsh > ~/.zfunc/_offramp   in a folder of $fpath
  offramp completions fish > ~/.config/fish/completions/offramp.fish

The script asks offramp itself, so that it completes the projects, items, counters, groups and filter words of the \
roadmap that the command would read.";

/// The arguments of `completions`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = HELP)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: Shell,
}

/// The shells that can ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Shell {
    /// Bash
    Bash,
    /// Elvish
    Elvish,
    /// Fish
    Fish,
    /// PowerShell
    Powershell,
    /// Zsh
    Zsh,
}

/// The variable by which a shell asks.
const VARIABLE: &str = "COMPLETE";

/// Bash divides words at colons and equals signs; here they are joined again, and the part that the line already has is cut
/// off the candidates.
const BASH: &str = r#"_offramp() {
    local line=${COMP_LINE:0:COMP_POINT} words current prefix
    read -ra words <<<"$line"
    [[ -z $line || $line == *[[:blank:]] ]] && words+=("")
    current=${words[${#words[@]}-1]}
    local IFS=$'\013'
    COMPREPLY=($(_CLAP_IFS="$IFS" _CLAP_COMPLETE_INDEX=$((${#words[@]} - 1)) COMPLETE=bash offramp -- "${words[@]}" 2>/dev/null))
    if [[ $current == *[:=]* ]]; then
        prefix=${current%"${current##*[:=]}"}
        COMPREPLY=("${COMPREPLY[@]#"$prefix"}")
    fi
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=/:] ]] && compopt -o nospace 2>/dev/null
    return 0
}
complete -o bashdefault -o default -o nosort -F _offramp offramp 2>/dev/null ||
    complete -o bashdefault -o default -F _offramp offramp
"#;

/// Runs the command.
pub fn run(context: &Context, args: &CompletionsArgs) -> Result<Exit, Failure> {
    context.global.only_text("completions")?;
    let text = match args.shell {
        Shell::Bash => BASH.to_owned(),
        Shell::Elvish => script(&Elvish)?,
        Shell::Fish => script(&Fish)?,
        Shell::Powershell => script(&Powershell)?,
        Shell::Zsh => script(&Zsh)?,
    };
    context.print(&text)?;
    Ok(Exit::Done)
}

fn script(shell: &dyn EnvCompleter) -> Result<String, Failure> {
    let mut text = Vec::new();
    shell
        .write_registration(VARIABLE, "offramp", "offramp", "offramp", &mut text)
        .map_err(|error| Failure::failed("the script could not be written").because(error))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
