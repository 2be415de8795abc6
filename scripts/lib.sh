# shellcheck shell=sh
# The environment of scripts/run and scripts/test: a .venv in the checkout, made when it is
# missing, brought up to date when it is stale, made again when it is broken, and otherwise left
# alone.
#
# Sourced by scripts that have set $root, the checkout. Everything is said on standard error, so
# that the output of a verb stays its own.

venv=${root:?}/.venv
python=$venv/bin/python
log=$root/.venv.log
# Who works on .venv. What is left of it tells the next one that the work was cut short.
working=$root/.venv.working

fail() {
    printf '%s\n' "$1" >&2
    exit 1
}

# Set $base to a Python that can make the environment.
find_python() {
    without_venv=
    for base in python3 python3.13 python3.12 python3.11; do
        "$base" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
            >/dev/null 2>&1 || continue
        "$base" -c 'import ensurepip, venv' >/dev/null 2>&1 && return
        without_venv=${without_venv:-$base}
    done
    if [ -n "$without_venv" ]; then
        fail "$without_venv lacks the module venv or ensurepip: install it first (on Debian and \
Ubuntu: sudo apt install python3-venv)."
    fi
    found=$(python3 -c 'import sys; print("python3 is %d.%d" % sys.version_info[:2])' 2>/dev/null) ||
        found="there is no python3"
    fail "iam-tui needs Python 3.11, 3.12 or 3.13, but $found: install one of them first."
}

# Print what an up-to-date environment was made from.
sources() {
    cat "$root/pyproject.toml" "$root/constraints.txt" | cksum
    "$python" -c 'import sys; print(sys.version)' || return
    printf '%s\n' "$root"
}

# Tell whether .venv is up to date, with an extra (dev) or without one (run).
is_ready() {
    [ -x "$python" ] || return
    now=$(sources 2>/dev/null) || return
    for stamp in "$venv/.installed-$1" "$venv/.installed-dev"; do
        [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ] && return
    done
    return 1
}

# Tell whether pip can install into .venv as it stands.
is_usable() {
    "$python" -c 'import pip, sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
        >/dev/null 2>&1 || return
    for stamp in "$venv"/.installed-*; do
        # The programs in a .venv know its place: one that was moved with its checkout is no use.
        [ ! -f "$stamp" ] || grep -Fqx "$root" "$stamp" || return
    done
}

# Wait for whoever works on .venv, then mark it as ours; set $cut_short when the last one never
# came to an end.
take_turn() {
    cut_short='' waiting=''
    until (set -C && echo "$$" >"$working") 2>/dev/null; do
        [ -w "$root" ] || fail "$root cannot be written, so that no .venv can be made in it."
        other=$(cat "$working" 2>/dev/null) || continue
        if [ -n "$other" ] && [ "$other" != "$$" ] && kill -0 "$other" 2>/dev/null; then
            [ -n "$waiting" ] ||
                echo "Waiting for process $other to make .venv (or remove $working) ..." >&2
            waiting=yes
            sleep 1
        else
            cut_short=yes
            rm -f "$working"
        fi
    done
}

# Tell whether a step failed because nothing could be reached. A certificate that is not trusted is
# another matter, which only the full text explains.
is_about_the_network() {
    grep -Eqi 'NewConnectionError|name ?resolution|ConnectTimeout|ProxyError|timed out|'\
'network is unreachable|connection (refused|reset|aborted)' "$log" &&
        ! grep -Eqi 'SSLError|certificate' "$log"
}

# Run a step that makes the environment; show what it said only when it fails.
step() {
    "$@" >"$log" 2>&1 </dev/null && return
    if is_about_the_network; then
        # Nothing was installed yet: pip downloads everything first.
        rm -f "$log" "$working"
        fail "What iam-tui needs could not be downloaded: is there a network connection?"
    fi
    cat "$log" >&2
    fail "The environment in $venv could not be made, for the reason above."
}

# Make sure that .venv is up to date, with an extra (dev) or without one (run).
ensure_environment() {
    [ ! -e "$working" ] && is_ready "$1" && return
    take_turn
    if [ -n "$cut_short" ] || ! is_ready "$1"; then
        if [ -n "$cut_short" ] || ! is_usable; then
            find_python
            echo "Making $venv ..." >&2
            step "$base" -m venv --clear "$venv"
        fi
        echo "Installing iam-tui and what it needs into $venv ..." >&2
        wanted=.
        [ "$1" = run ] || wanted=".[$1]"
        (
            # Constraints are named relative to here, as pip splits their paths at spaces. It takes
            # those for what it builds with from the environment only.
            cd "$root" && step env \
                PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt \
                PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_USER=0 \
                "$python" -m pip install -c constraints.txt -e "$wanted"
        ) || exit
        sources >"$venv/.installed-$1"
    fi
    rm -f "$log" "$working"
}
