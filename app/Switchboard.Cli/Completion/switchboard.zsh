# The program itself knows what fits: it is given what stands behind its name, and where the cursor is in it.
_switchboard() {
    local line="${BUFFER#* }"
    local -a found
    found=("${(@f)$(switchboard "[suggest:$((CURSOR - ${#BUFFER} + ${#line}))]" "$line" 2>/dev/null)}")
    compadd -- "${(@)found:#}" || _files
}
compdef _switchboard switchboard
