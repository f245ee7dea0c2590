//! `offramp completions`: prints the script with which a shell asks offramp for completions.

use clap_complete::env::{Elvish, EnvCompleter, Fish, Powershell};

use super::{Context, Exit, Failure};

const HELP: &str = "\
Examples:
  source <(offramp completions bash)            in ~/.bashrc
  offramp completions zsh > ~/.zfunc/_offramp   in a folder of $fpath
  offramp completions fish > ~/.config/fish/completions/offramp.fish

The script asks offramp itself, so it also completes the projects, items, counters, groups and filter words of your \
roadmap.";

/// The arguments of `completions`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = HELP)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: Shell,
}

/// The supported shells.
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

/// The variable that marks a request for completions.
const VARIABLE: &str = "COMPLETE";

/// Bash splits words at colons and equals signs. The script joins them again, and cuts what the line already has off the
/// candidates.
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

/// Clap's own script adds a space after every candidate, although after `owner:`, `state=` or a folder the word continues.
/// Candidates come as `value:help`, with `\:` for a colon in the value.
const ZSH: &str = r#"#compdef offramp
_offramp() {
    local candidate value
    local -a candidates open closed
    candidates=("${(@f)$(_CLAP_IFS=$'\n' _CLAP_COMPLETE_INDEX=$((CURRENT - 1)) COMPLETE=zsh offramp -- "${words[@]}" 2>/dev/null)}")
    for candidate in $candidates; do
        value=${${candidate//\\:/$'\1'}%%:*}
        if [[ $value == *[$'\1'=/] ]]; then
            open+=("$candidate")
        else
            closed+=("$candidate")
        fi
    done
    [[ -n $open ]] && _describe -V 'values' open -S ''
    [[ -n $closed ]] && _describe -V 'values' closed
}

if [[ ${funcstack[1]} == _offramp ]]; then
    _offramp "$@"
else
    compdef _offramp offramp
fi
"#;

/// Runs the command.
pub fn run(context: &Context, args: &CompletionsArgs) -> Result<Exit, Failure> {
    context.global.only_text("completions")?;
    let text = match args.shell {
        Shell::Bash => BASH.to_owned(),
        Shell::Elvish => script(&Elvish)?,
        Shell::Fish => script(&Fish)?,
        Shell::Powershell => script(&Powershell)?,
        Shell::Zsh => ZSH.to_owned(),
    };
    context.print(&text)
}

fn script(shell: &dyn EnvCompleter) -> Result<String, Failure> {
    let mut text = Vec::new();
    shell
        .write_registration(VARIABLE, "offramp", "offramp", "offramp", &mut text)
        .map_err(|error| Failure::failed("the script could not be written").because(error))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
