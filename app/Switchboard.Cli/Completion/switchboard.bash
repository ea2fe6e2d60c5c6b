# The program itself knows what fits: it is given what stands behind its name, and where the cursor is in it.
_switchboard() {
    local IFS=$'\n' line="${COMP_LINE#* }"
    local point=$((COMP_POINT - ${#COMP_LINE} + ${#line}))
    COMPREPLY=($(compgen -W "$(switchboard "[suggest:$point]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _switchboard switchboard
