"""The parts of completion scripts that are our own, in each shell's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_BASH_ACCOUNT = """\
_iam_tui_account_file() {{
  compgen -W "{samples}" -- "$1"
  compgen -f -X "!*.toml" -- "$1"
  compgen -f -X "!*.json" -- "$1"
  compgen -d -- "$1"
}}"""
_ZSH_ACCOUNT = """\
_iam_tui_account_file() {{
  _alternative 'samples:sample:({samples})' 'files:file:_files -g "*.(toml|json)"'
}}"""
_FISH_ACCOUNT = """\
function _iam_tui_account_file
  printf '%s\\tsample\\n' {samples}
  for found in (__fish_complete_path (commandline -ct))
    set -l path (string split -m1 \\t -- $found)[1]
    if string match -qr '(\\.toml|\\.json|/)$' -- $path
      printf '%s\\n' $found
    end
  end
end"""

_BASH_FIRST_WORD = """

# The first word is a verb or an account; what follows an account are flags of the screen.
_iam_tui() {{
  _shtab_iam_tui "$@"
  local index word
  [[ "${{COMP_WORDS[COMP_CWORD]}}" == -* ]] && return 0
  for (( index = 1; index < COMP_CWORD; index++ )); do
    word="${{COMP_WORDS[index]}}"
    [[ " {verbs} " == *" $word "* ]] && return 0
    [[ " {switches} " == *" $word "* ]] && continue
    [[ "${{COMP_WORDS[COMP_CWORD-1]}}" == -* ]] || COMPREPLY=()
    return 0
  done
  compopt -o filenames 2>/dev/null
  while IFS= read -r word; do
    COMPREPLY+=("$word")
  done < <(_iam_tui_account_file "${{COMP_WORDS[COMP_CWORD]}}")
  return 0
}}
complete -o bashdefault -F _iam_tui iam-tui
"""
_ZSH_FIRST_WORD = """\

# The first word is a verb or an account; what follows an account are flags of the screen.
functions[_iam_tui_verb]=$functions[_shtab_iam_tui]
_shtab_iam_tui() {{
  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
    _alternative 'verbs:verb:_shtab_iam_tui_commands' 'accounts:account:_iam_tui_account_file'
  elif [[ " {verbs} " == *" $words[2] "* ]]; then
    _iam_tui_verb
  else
    _arguments -s ${{_shtab_iam_tui_options:#(:|\\*:)*}} ':account:_iam_tui_account_file'
  fi
}}

typeset -A opt_args
"""
_FISH_FIRST_WORD = """
# Where no verb and no account stands yet, an account may follow too.
complete -c iam-tui -n '_shtab_iam_tui_using; and test $_shtab_iam_tui_npos -eq 0' \\
  -ka '(_iam_tui_account_file)'
"""


def account_completer(samples: Sequence[str]) -> dict[str, object]:
    """Return what completes an account, as shtab takes it: samples, TOML and JSON files, folders.

    Args:
        samples: The names of the bundled accounts.
    """
    names = " ".join(samples)
    return {
        "bash": "_iam_tui_account_file",
        "zsh": "_iam_tui_account_file",
        "fish": "(_iam_tui_account_file)",
        "preamble": {
            "bash": _BASH_ACCOUNT.format(samples=names),
            "zsh": _ZSH_ACCOUNT.format(samples=names),
            "fish": _FISH_ACCOUNT.format(samples=names),
        },
    }


def with_accounts(script: str, shell: str, verbs: Sequence[str], switches: Sequence[str]) -> str:
    """Return shtab's script with an account in the place of a verb.

    Args:
        script: What shtab made.
        shell: `bash`, `zsh` or `fish`.
        verbs: The verbs.
        switches: The flags of the screen that take no value.
    """
    if shell == "bash":
        words = {"verbs": " ".join(verbs), "switches": " ".join(switches)}
        return script + _BASH_FIRST_WORD.format(**words)
    if shell == "fish":
        return script + _FISH_FIRST_WORD
    # The last lines of the script call the function, or register it.
    body, mark, end = script.rpartition("typeset -A opt_args\n")
    return body + _ZSH_FIRST_WORD.format(verbs=" ".join(verbs)) + end if mark else script
